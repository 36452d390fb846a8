package io.msgvault.embed.memory;

import java.util.function.Consumer;

/**
 * Writes to an archive as its host does: by plain statements on the host's tables, not through the
 * message store. What the store needs to know of a write it must find out by itself, in the same
 * transaction.
 *
 * <p>Each method is one transaction that is committed when it returns, and may be called by many
 * threads. All but {@link #insert} throw an exception of any kind where no message has the id;
 * nothing is written then.
 */
public interface ArchiveWriter {
  /**
   * Stores a live message under an id of the caller's choice, which no message has at the moment.
   * An id may come back after {@link #purge}, and ids come in any order.
   */
  void insert(long id, ArchiveMessage message);

  /** Writes all three parts of a message's content, changed or not. */
  void edit(long id, ArchiveMessage.Content content);

  /** Writes a message's metadata and leaves its content alone. */
  void updateMetadata(long id, ArchiveMessage.Metadata metadata);

  /**
   * Deletes a message softly: it stays, but is not live. Does nothing to one that is deleted.
   *
   * @throws UnsupportedOperationException if the archive can't, as the conformance kit says
   */
  void delete(long id);

  /**
   * Makes a softly deleted message live again. Does nothing to a live one.
   *
   * @throws UnsupportedOperationException if the archive can't, as the conformance kit says
   */
  void restore(long id);

  /** Removes a message for good, with everything that belongs to it. */
  void purge(long id);

  /**
   * Writes in one transaction. The writes of the work through its argument are committed when the
   * work returns, and rolled back when it throws. What it throws is passed on. Others see none of
   * the writes before the commit.
   */
  void atomically(Consumer<ArchiveWriter> work);
}
