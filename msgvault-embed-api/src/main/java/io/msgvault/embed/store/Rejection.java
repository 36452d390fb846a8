package io.msgvault.embed.store;

/**
 * Names a message that the embedder refuses, and the reason.
 *
 * @param messageId the message's id
 * @param reason what the embedder said
 */
public record Rejection(long messageId, String reason) {}
