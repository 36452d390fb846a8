package io.msgvault.embed.store;

/**
 * Records that a message stopped being live.
 *
 * @param sequence the place of the record among all of the archive, positive; a later record has a
 *     greater one, and none is used again
 * @param messageId the message's id; it may be live again by now
 */
public record Removal(long sequence, long messageId) {}
