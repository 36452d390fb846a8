/**
 * Connects LangChain4j, in both directions.
 *
 * <ul>
 *   <li>{@link io.msgvault.embed.langchain4j.LangChain4jEmbedder} makes an embedder of their {@code
 *       EmbeddingModel}.
 *   <li>{@link io.msgvault.embed.langchain4j.LangChain4jReranker} makes a reranker of their {@code
 *       ScoringModel}.
 *   <li>{@link io.msgvault.embed.langchain4j.MessageContentRetriever} is a {@code ContentRetriever}
 *       over an archive.
 * </ul>
 */
@NullMarked
package io.msgvault.embed.langchain4j;

import org.jspecify.annotations.NullMarked;
