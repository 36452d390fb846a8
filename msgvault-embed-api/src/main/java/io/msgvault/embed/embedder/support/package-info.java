/**
 * Connects models that come as a function, and checks embedders. {@link
 * io.msgvault.embed.embedder.support.FunctionEmbedder} makes an embedder of one. {@link
 * io.msgvault.embed.embedder.support.EmbedderCheck} checks whether any embedder tells near from
 * far.
 */
@NullMarked
package io.msgvault.embed.embedder.support;

import org.jspecify.annotations.NullMarked;
