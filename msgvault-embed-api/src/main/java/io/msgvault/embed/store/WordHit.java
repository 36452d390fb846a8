package io.msgvault.embed.store;

/**
 * Names a message that was found by its words.
 *
 * @param messageId the message's id
 * @param revision the revision of the words that were found
 * @param score the message's share of the greatest score that the question could reach, above 0 and
 *     at most 1 (WI-8)
 */
public record WordHit(long messageId, long revision, double score) {}
