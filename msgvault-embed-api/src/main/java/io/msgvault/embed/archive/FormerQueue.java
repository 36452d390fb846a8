package io.msgvault.embed.archive;

import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The table of a work queue that ends with a {@link Takeover}: one row for each message that waits
 * to be embedded. A queue that is not there has no message waiting.
 *
 * @param table the table
 * @param messageId the column of the message's id
 * @param generationColumn the column of the generation that a row is for; without it every row
 *     counts
 * @param generation the generation whose rows count, by the queue's numbering; without it, that
 *     which is taken over
 * @param afterwards what becomes of the table
 */
public record FormerQueue(
    String table,
    String messageId,
    Optional<String> generationColumn,
    OptionalLong generation,
    Afterwards afterwards) {

  /** What becomes of the table once nothing depends on it. */
  public enum Afterwards {
    /** It is dropped. */
    DROP,
    /** It stays as it is. */
    KEEP
  }

  /** Checks the names. */
  public FormerQueue {
    Identifier.require(table);
    Identifier.require(messageId);
    generationColumn.ifPresent(Identifier::require);
    Objects.requireNonNull(generation, "generation");
    Objects.requireNonNull(afterwards, "afterwards");
  }

  /** A queue of one index: every row counts. It is dropped in the end. */
  public static FormerQueue of(String table, String messageId) {
    return new FormerQueue(
        table, messageId, Optional.empty(), OptionalLong.empty(), Afterwards.DROP);
  }

  /** This queue, of which only the rows of the generation that is taken over count. */
  public FormerQueue byGeneration(String column) {
    return new FormerQueue(table, messageId, Optional.of(column), OptionalLong.empty(), afterwards);
  }

  /** This queue, of which only the rows of a generation count, which may have had another id. */
  public FormerQueue byGeneration(String column, long id) {
    return new FormerQueue(table, messageId, Optional.of(column), OptionalLong.of(id), afterwards);
  }

  /** This queue, whose table stays. */
  public FormerQueue kept() {
    return new FormerQueue(table, messageId, generationColumn, generation, Afterwards.KEEP);
  }
}
