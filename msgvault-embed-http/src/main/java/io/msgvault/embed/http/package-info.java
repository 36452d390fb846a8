/**
 * An embedder for OpenAI-compatible endpoints: {@link io.msgvault.embed.http.HttpEmbedder}.
 *
 * <p>{@code EmbeddingsEndpoint} sends the requests. {@code ErrorClassifier} turns replies without
 * success into exceptions, and {@code Redaction} keeps texts and secrets out of their messages.
 */
@NullMarked
package io.msgvault.embed.http;

import org.jspecify.annotations.NullMarked;
