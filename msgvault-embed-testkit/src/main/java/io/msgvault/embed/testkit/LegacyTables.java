package io.msgvault.embed.testkit;

import io.msgvault.embed.migration.LegacyIndex;
import io.msgvault.embed.migration.Migration;
import io.msgvault.embed.store.MessageStore;
import java.util.List;
import java.util.Map;

/**
 * The tables that a host has beside an archive from before this library kept its index, as {@link
 * io.msgvault.embed.testkit.suite.MigrationConformance} makes them. Names may be odd ones and
 * reserved words.
 */
public interface LegacyTables {
  /** Returns the legacy index for a migration of the archive that a store is open on. */
  LegacyIndex legacyIndex(MessageStore store, Migration migration);

  /** Creates a queue, with a column for the message's id and one for the generation's. */
  void createQueue(String table, String messageId, String generation);

  /** Adds messages to the queue, in one transaction. */
  void enqueue(String table, long generation, List<Long> messageIds);

  /**
   * Creates a table of vectors, with the columns {@code message}, {@code part} (the number of the
   * chunk) and {@code value}.
   */
  void createVectors(String table);

  /** Adds vectors, those of each message in the order of its chunks, in one transaction. */
  void addVectors(String table, Map<Long, List<float[]>> vectors);

  /** Adds one more row for a message, whose vector is NULL. */
  void addNull(String table, long messageId);

  /** Adds one more row for a message, with something that is no vector, whatever its dimension. */
  void addMalformed(String table, long messageId);

  /** Deletes the rows of a message. */
  void removeVectors(String table, long messageId);

  /** Returns whether the table exists. */
  boolean exists(String table);
}
