package io.msgvault.embed.archive;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;

/**
 * Writes an archive of the bundled schema, and reads what it knows of its messages. It is for hosts
 * that have no tables of their own. A {@link io.msgvault.embed.store.MessageStore} on the same
 * storage finds what needs work, and so does it when any other client writes to the tables.
 *
 * <p>A message belongs to a source, in which an external id names it; the archive gives it a
 * positive id of its own. It is <em>live</em> while it is not soft-deleted; a soft-deleted one
 * keeps all that is known of it.
 *
 * <p>Each method that writes is one transaction, and what it wrote before it returned survives a
 * kill of the process. Whether a write makes a message need work is what the contract of the store
 * says: a new message does, so does one whose subject, text or HTML changes, and one that becomes
 * live again; nothing else does.
 *
 * <p>Implementations are safe for use by many threads, and by several instances and processes on
 * the same storage. A method that throws has changed nothing. Any may throw {@link
 * io.msgvault.embed.model.StoreException}; {@link IllegalArgumentException} where the database
 * can't hold a text; and {@link IllegalStateException} after {@link #close}.
 */
public interface MessageArchive extends AutoCloseable {
  /** The archive's identity, made when its schema was installed; the store's is the same. */
  UUID archiveId();

  /**
   * Stores a message, unless its source has one with its external id, live or not. That one is left
   * as it was, whatever it contains: {@link #update} replaces its text.
   *
   * @return what became of it
   */
  default StoreResult store(NewMessage message) {
    return storeAll(List.of(message)).get(0);
  }

  /**
   * As {@link #store} for many, in one transaction, which is how an import gets fast. Some hundreds
   * at once are a good number: other writers may have to wait until they are stored.
   *
   * @param messages any number that fits in memory; of two with the same source and external id the
   *     first is stored
   * @return what became of each, in their order
   */
  List<StoreResult> storeAll(List<NewMessage> messages);

  /**
   * Replaces a message's subject, text and HTML, be it live or not. If any of them changes, the
   * message needs work; if none does, this does nothing.
   *
   * @param id any id
   * @param subject may be empty
   * @param text may be empty
   * @param html may be empty
   * @return whether there is such a message
   */
  boolean update(long id, String subject, String text, String html);

  /**
   * Replaces a message's labels, be it live or not.
   *
   * @param id any id
   * @param labels all that it is to have; may be empty
   * @return whether there is such a message
   */
  boolean setLabels(long id, Set<String> labels);

  /**
   * Soft-deletes a message: it stays in the archive but is not found any more.
   *
   * @param id any id
   * @param at when it was deleted; kept to the millisecond at least
   * @return whether it was live
   */
  boolean delete(long id, Instant at);

  /**
   * Makes a soft-deleted message live again. It needs work then.
   *
   * @param id any id
   * @return whether it was soft-deleted
   */
  boolean restore(long id);

  /** The id of a source's message with this external id, live or not. */
  OptionalLong find(String source, String externalId);

  /**
   * What is known of messages, live or not, from one snapshot.
   *
   * @param ids any ids, any number that fits in memory; those of no message are left out
   * @return by id, ascending
   */
  List<MessageHeader> headers(Collection<Long> ids);

  /** What is known of a message, live or not. */
  default Optional<MessageHeader> header(long id) {
    return headers(List.of(id)).stream().findFirst();
  }

  /** Gives back every connection and file handle that is its own. Closing twice is fine. */
  @Override
  void close();
}
