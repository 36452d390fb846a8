/** An embedder on a local ONNX model. */
@NullMarked
package io.msgvault.embed.onnx;

import org.jspecify.annotations.NullMarked;
