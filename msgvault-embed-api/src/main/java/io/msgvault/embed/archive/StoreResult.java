package io.msgvault.embed.archive;

/**
 * Says under which id a message is stored, and whether it is new.
 *
 * @param id the message's id in the archive
 * @param created whether it is new; false where its source already had a message with its external
 *     id, which was left as it was
 */
public record StoreResult(long id, boolean created) {}
