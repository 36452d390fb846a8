/**
 * The auto-configuration for Spring Boot, for all its lines: {@link
 * io.msgvault.embed.spring.EmbedProperties} names the settings.
 *
 * <p>The beans are {@code MessageStore}, {@code VectorStore}, {@code WordIndex}, {@code Embedder},
 * {@code EmbedJob}, {@code Searcher} and {@link io.msgvault.embed.spring.EmbedRuns}. A bean of the
 * host's takes the place of each. {@code docs/spring.md} is the guide.
 */
@NullMarked
package io.msgvault.embed.spring;

import org.jspecify.annotations.NullMarked;
