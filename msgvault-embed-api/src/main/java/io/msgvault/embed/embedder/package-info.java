/**
 * Connects a model. Read {@link io.msgvault.embed.embedder.Embedder} first, then {@link
 * io.msgvault.embed.embedder.EmbedderModel} and the three kinds of {@link
 * io.msgvault.embed.embedder.EmbedderException}.
 */
@NullMarked
package io.msgvault.embed.embedder;

import org.jspecify.annotations.NullMarked;
