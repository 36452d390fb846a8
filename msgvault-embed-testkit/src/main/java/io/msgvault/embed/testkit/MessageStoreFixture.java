package io.msgvault.embed.testkit;

import io.msgvault.embed.memory.ArchiveMessage;
import io.msgvault.embed.memory.ArchiveWriter;
import io.msgvault.embed.store.MessageStore;
import io.msgvault.embed.testkit.suite.MessageStoreConformance;
import java.util.List;

/**
 * An archive on storage of its own, empty at first, as the kit sees it. The author of a message
 * store writes one of these for {@link MessageStoreConformance}.
 */
public interface MessageStoreFixture extends AutoCloseable {
  /**
   * Opens one more store on the archive. The kit opens several at once, uses them from several
   * threads, and closes each.
   */
  MessageStore open();

  /**
   * Writes to the archive as its host does: over connections of its own, so that a store can be
   * read while a write transaction is open.
   */
  ArchiveWriter writer();

  /**
   * What the archive knows of a message that was written: the message itself, unless the archive
   * has no place for some of it. The kit expects exactly what is kept: an edit of what is not kept
   * changes nothing, and a filter on it matches nothing.
   *
   * <p>Every archive keeps the plain text. Of the rest it may drop a part: {@code ""} for subject
   * and HTML, and for type and source; {@link java.util.Optional#empty} and {@link
   * java.util.OptionalLong#empty}; the empty set; false for the attachment. It does so for every
   * message alike.
   */
  default ArchiveMessage asStored(ArchiveMessage message) {
    return message;
  }

  /**
   * Statements that change a message past the writer's methods: of one column alone, as an upsert,
   * as a deletion and an insertion in one transaction, and whatever else the database offers. None
   * makes a live message a deleted one. One that inserts the message anew changes its content each
   * time it is used, since a new message has a new revision whether or not it is like the old one.
   */
  default List<RawWrite> rawWrites() {
    throw Capability.RAW_WRITES.notProvided();
  }

  /**
   * How much work the stores that were opened have made the database do so far, in a unit that
   * grows with the rows it looked at: rows, pages, steps of its virtual machine.
   */
  default long workDone() {
    throw Capability.COUNTED_WORK.notProvided();
  }

  /** How to open this archive in another process. */
  default OtherProcess otherProcess() {
    throw Capability.OTHER_PROCESSES.notProvided();
  }

  /** Removes the storage. The kit has closed every store before. */
  @Override
  void close();
}
