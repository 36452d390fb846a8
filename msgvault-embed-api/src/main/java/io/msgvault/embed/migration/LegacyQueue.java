package io.msgvault.embed.migration;

import io.msgvault.embed.mapping.Identifier;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Names the table of a work queue that ends with a {@link Migration}: one row for each message that
 * waits to be embedded. If the table is not there, no message waits.
 *
 * @param table the table
 * @param messageIdColumn the column of the message's id
 * @param generationColumn the column of the generation that a row is for; without it every row
 *     counts
 * @param generation the generation whose rows count, by the queue's numbering; without it, the one
 *     that is migrated
 * @param onCompletion what happens to the table
 */
public record LegacyQueue(
    String table,
    String messageIdColumn,
    Optional<String> generationColumn,
    OptionalLong generation,
    OnCompletion onCompletion) {

  /** Says what happens to the table once nothing depends on it. */
  public enum OnCompletion {
    /** It is dropped. */
    DROP,
    /** It stays as it is. */
    KEEP
  }

  /** Checks the names. */
  public LegacyQueue {
    Identifier.require(table);
    Identifier.require(messageIdColumn);
    generationColumn.ifPresent(Identifier::require);
    Objects.requireNonNull(generation, "generation");
    Objects.requireNonNull(onCompletion, "onCompletion");
  }

  /** Returns a queue of one index, whose rows all count. Its table is dropped in the end. */
  public static LegacyQueue of(String table, String messageIdColumn) {
    return new LegacyQueue(
        table, messageIdColumn, Optional.empty(), OptionalLong.empty(), OnCompletion.DROP);
  }

  /** Returns this queue, of which only the rows of the migrated generation count. */
  public LegacyQueue withGenerationColumn(String generationColumn) {
    return new LegacyQueue(
        table, messageIdColumn, Optional.of(generationColumn), OptionalLong.empty(), onCompletion);
  }

  /** Returns this queue, of which only the rows with this number of a generation count. */
  public LegacyQueue withGenerationColumn(String generationColumn, long generation) {
    return new LegacyQueue(
        table,
        messageIdColumn,
        Optional.of(generationColumn),
        OptionalLong.of(generation),
        onCompletion);
  }

  /** Returns this queue, whose table stays. */
  public LegacyQueue keepTable() {
    return new LegacyQueue(table, messageIdColumn, generationColumn, generation, OnCompletion.KEEP);
  }
}
