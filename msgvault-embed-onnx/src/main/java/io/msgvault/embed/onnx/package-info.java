/**
 * Local ONNX models: an embedder, {@link io.msgvault.embed.onnx.OnnxEmbedder}, and a reranker,
 * {@link io.msgvault.embed.onnx.OnnxReranker}.
 *
 * <p>Everything runs in this process: no text leaves it, and nothing is downloaded. {@code
 * Tokenizer} splits texts into tokens, {@code OnnxSession} runs a model, {@code OnnxModel} reads
 * vectors from its output and {@code CrossEncoder} scores, and {@code RunPool} holds the threads.
 */
@NullMarked
package io.msgvault.embed.onnx;

import org.jspecify.annotations.NullMarked;
