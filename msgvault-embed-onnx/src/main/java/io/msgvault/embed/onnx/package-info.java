/**
 * An embedder for local ONNX models: {@link io.msgvault.embed.onnx.OnnxEmbedder}.
 *
 * <p>Everything runs in this process: no text leaves it, and nothing is downloaded. {@code
 * Tokenizer} splits texts into tokens, {@code OnnxModel} computes vectors, and {@code RunPool}
 * holds the threads.
 */
@NullMarked
package io.msgvault.embed.onnx;

import org.jspecify.annotations.NullMarked;
