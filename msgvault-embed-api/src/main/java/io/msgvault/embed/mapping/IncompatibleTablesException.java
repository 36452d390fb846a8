package io.msgvault.embed.mapping;

import io.msgvault.embed.model.StoreException;
import java.util.List;

/**
 * The host's tables are not as an {@link ArchiveMapping} says, or not such as a message store can
 * work over. Nothing was changed. Each problem names its table and column, and the way out.
 */
public final class IncompatibleTablesException extends StoreException {
  private static final long serialVersionUID = 1L;
  private final transient List<String> problems;

  /**
   * An error for all problems at once.
   *
   * @param problems at least one
   */
  public IncompatibleTablesException(List<String> problems) {
    super("the tables do not fit the mapping: " + String.join("; ", problems));
    this.problems = List.copyOf(problems);
  }

  /** What is missing or can't be worked over, each with the way out. */
  public List<String> problems() {
    return problems;
  }
}
