/**
 * Connects Spring AI, in both directions.
 *
 * <ul>
 *   <li>{@link io.msgvault.embed.springai.SpringAiEmbedder} makes an embedder of their {@code
 *       EmbeddingModel}.
 *   <li>{@link io.msgvault.embed.springai.MessageDocumentRetriever} is a {@code DocumentRetriever}
 *       and a {@code VectorStoreRetriever} over an archive.
 * </ul>
 */
@NullMarked
package io.msgvault.embed.springai;

import org.jspecify.annotations.NullMarked;
