package io.msgvault.embed.store;

/**
 * A message that the embedder refuses, and why.
 *
 * @param messageId the message's id
 * @param reason what the embedder said
 */
public record Rejection(long messageId, String reason) {}
