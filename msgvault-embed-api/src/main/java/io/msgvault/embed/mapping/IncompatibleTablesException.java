package io.msgvault.embed.mapping;

import io.msgvault.embed.model.StoreException;
import java.util.List;

/**
 * Reports tables of a host that differ from their {@link ArchiveMapping}, or that no message store
 * can work over. Nothing was changed. Each problem names its table and column, and the remedy.
 */
public final class IncompatibleTablesException extends StoreException {
  private final List<String> problems;

  /**
   * Describes all problems at once.
   *
   * @param problems at least one
   */
  public IncompatibleTablesException(List<String> problems) {
    super("the tables do not fit the mapping: " + String.join("; ", problems));
    this.problems = List.copyOf(problems);
  }

  /** Returns every problem, each with its remedy. */
  public List<String> problems() {
    return problems;
  }
}
