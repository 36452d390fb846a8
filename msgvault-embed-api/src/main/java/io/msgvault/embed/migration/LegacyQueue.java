package io.msgvault.embed.migration;

import io.msgvault.embed.mapping.Identifier;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The table of a work queue that ends with a {@link Migration}: one row for each message that waits
 * to be embedded. A queue that is not there has no message waiting.
 *
 * @param table the table
 * @param messageIdColumn the column of the message's id
 * @param generationColumn the column of the generation that a row is for; without it every row
 *     counts
 * @param generation the generation whose rows count, by the queue's numbering; without it, that
 *     which is taken over
 * @param onCompletion what becomes of the table
 */
public record LegacyQueue(
    String table,
    String messageIdColumn,
    Optional<String> generationColumn,
    OptionalLong generation,
    OnCompletion onCompletion) {

  /** What becomes of the table once nothing depends on it. */
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
    Objects.requireNonNull(onCompletion, "afterwards");
  }

  /** A queue of one index: every row counts. It is dropped in the end. */
  public static LegacyQueue of(String table, String messageIdColumn) {
    return new LegacyQueue(
        table, messageIdColumn, Optional.empty(), OptionalLong.empty(), OnCompletion.DROP);
  }

  /** This queue, of which only the rows of the generation that is taken over count. */
  public LegacyQueue generationColumn(String generationColumn) {
    return new LegacyQueue(
        table, messageIdColumn, Optional.of(generationColumn), OptionalLong.empty(), onCompletion);
  }

  /** This queue, of which only the rows of a generation count, which may have had another id. */
  public LegacyQueue generationColumn(String generationColumn, long generation) {
    return new LegacyQueue(
        table,
        messageIdColumn,
        Optional.of(generationColumn),
        OptionalLong.of(generation),
        onCompletion);
  }

  /** This queue, whose table stays. */
  public LegacyQueue keepTable() {
    return new LegacyQueue(table, messageIdColumn, generationColumn, generation, OnCompletion.KEEP);
  }
}
