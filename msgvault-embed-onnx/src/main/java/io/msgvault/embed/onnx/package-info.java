/**
 * An embedder on a local ONNX model: {@link io.msgvault.embed.onnx.OnnxEmbedder}.
 *
 * <p>Everything runs in this process; no text leaves it and nothing is fetched.
 */
@NullMarked
package io.msgvault.embed.onnx;

import org.jspecify.annotations.NullMarked;
