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
   * Returns a writer that writes as the host does, over connections of its own. So a store can be
   * read while a write transaction is open.
   */
  ArchiveWriter writer();

  /**
   * Returns what the archive keeps of a message that was written: the message itself, unless the
   * archive has no place for some of it. The kit expects exactly the kept parts: an edit of any
   * other part changes nothing, and a filter on it matches nothing.
   *
   * <p>Every archive keeps the plain text. It may drop a part of the rest. A dropped part is {@code
   * ""} for subject, HTML, type and source, an empty {@link java.util.Optional} or {@link
   * java.util.OptionalLong}, the empty list, set or map. The name of an attachment is dropped by
   * making it {@code ""}. An archive does so for every message alike.
   */
  default ArchiveMessage asStored(ArchiveMessage message) {
    return message;
  }

  /**
   * Returns statements that change a message past the writer's methods. Such are an update of one
   * column, an upsert, a deletion and an insertion in one transaction, and whatever else the
   * database offers. None makes a live message a deleted one. The kit makes each twice, and also on
   * a message whose parts are all empty. One that inserts the message or its body again changes the
   * content each time: what was deleted in between has a new revision, even with the same content.
   */
  default List<RawWrite> rawWrites() {
    throw Capability.RAW_WRITES.notProvided();
  }

  /**
   * Returns statements that move the body of a message to the one with the next id, in place of its
   * own. Empty where no statement can, since a body is a part of its message.
   */
  default List<RawWrite> rawMoves() {
    return List.of();
  }

  /**
   * Returns statements that end the life of a live message past the writer's methods. Such are a
   * deletion, a mark of soft deletion, a change of the id to one above a million, a replacement by
   * another message, and whatever else the database offers. None does so to another message.
   */
  default List<RawWrite> rawRemovals() {
    throw Capability.RAW_WRITES.notProvided();
  }

  /**
   * Returns a writer that writes past everything that notices writes, as a host does that has
   * switched its triggers off. A new message then has no stamp, and a changed one keeps its
   * revision and its stamp.
   */
  default ArchiveWriter unseenWriter() {
    throw Capability.UNSEEN_WRITES.notProvided();
  }

  /** Begins a transaction of the host's, and opens a store over the connection of it. */
  default HostTransaction<MessageStore> beginHostTransaction() {
    throw Capability.HOST_TRANSACTIONS.notProvided();
  }

  /**
   * Returns the work of the database so far for the stores that were opened. The unit grows with
   * the rows it looked at: rows, pages, steps of its virtual machine.
   */
  default long workDone() {
    throw Capability.COUNTED_WORK.notProvided();
  }

  /** Returns how another process opens this archive. */
  default OtherProcess otherProcess() {
    throw Capability.OTHER_PROCESSES.notProvided();
  }

  /** Removes the storage. The kit has closed every store before. */
  @Override
  void close();
}
