package io.msgvault.embed.archive;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;

/**
 * Writes an archive of the bundled schema, and reads what it knows of its messages. It is for hosts
 * that have no tables of their own. A {@link io.msgvault.embed.store.MessageStore} on the same
 * storage finds what needs work, also when any other client writes to the tables.
 *
 * <p>A message belongs to a source, in which an external id names it; the archive gives it a
 * positive id of its own. It is <em>live</em> while it is not soft-deleted; a soft-deleted one
 * keeps all that is known of it.
 *
 * <p>Each method that writes is one transaction, and what it wrote before it returned survives a
 * kill of the process and a power cut. A new message needs work, and so does one whose subject,
 * text or HTML changes, or that becomes live again (MS-1, MS-5, MS-10). No other write has this
 * effect (MS-6).
 *
 * <p>Implementations are safe for use by many threads, and by several instances and processes on
 * the same storage. A method that throws has changed nothing. Any may throw {@link
 * io.msgvault.embed.model.StoreException}; {@link IllegalArgumentException} where the database
 * can't hold a text; and {@link IllegalStateException} after {@link #close}.
 */
public interface MessageArchive extends AutoCloseable {
  /** Returns the archive's identity, made when its schema was installed; the store has the same. */
  UUID archiveId();

  /**
   * Stores a message, unless its source has one with its external id, live or not. That one is left
   * as it was, whatever it contains: {@link #update} replaces its text.
   *
   * @return its id, and whether it is new
   */
  default StoreResult store(NewMessage message) {
    return storeAll(List.of(message)).get(0);
  }

  /**
   * Stores many messages as {@link #store} does, in one transaction, which makes an import fast.
   * Pass some hundreds at once: other writers may have to wait until they are stored.
   *
   * @param messages any number that fits in memory; of two with the same source and external id the
   *     first is stored
   * @return the result for each, in their order
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
   * Soft-deletes a message: it stays in the archive, but no search finds it.
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

  /** Returns the id of a source's message with this external id, live or not. */
  OptionalLong find(String source, String externalId);

  /**
   * Returns what is known of messages, live or not, from one snapshot.
   *
   * @param ids any ids, any number that fits in memory; those of no message are left out
   * @return by id, ascending
   */
  List<MessageHeader> headers(Collection<Long> ids);

  /**
   * Returns the messages of any source with one of these external ids, live or not.
   *
   * @param externalIds any ids, any number that fits in memory
   * @return their ids, ascending
   */
  List<Long> findAll(Collection<String> externalIds);

  /**
   * Returns the messages of a source, live or not, whose subject ends with a text.
   *
   * @param ending the end of the subject, in the same case; not empty
   * @param from the first time at which they may be sent
   * @param until the last time
   * @return their ids, ascending
   */
  List<Long> findBySubject(String source, String ending, Instant from, Instant until);

  /**
   * Renames conversations: each message of one gets the new name, be it live or not. A name that
   * another conversation has joins both.
   *
   * @param names the new name by the former one, which no new name may equal; names of no
   *     conversation are ignored
   */
  void renameConversations(Map<String, String> names);

  /** Returns what is known of a message, live or not. */
  default Optional<MessageHeader> header(long id) {
    return headers(List.of(id)).stream().findFirst();
  }

  /** Releases every connection and file handle of its own. Closing twice is fine. */
  @Override
  void close();
}
