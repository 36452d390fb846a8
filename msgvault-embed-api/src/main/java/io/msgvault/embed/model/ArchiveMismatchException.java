package io.msgvault.embed.model;

import java.util.UUID;

/** Reports vectors that belong to another archive. Nothing was changed. */
public class ArchiveMismatchException extends EmbedException {
  private final UUID bound;
  private final UUID given;

  /**
   * Names both archives, and the remedy.
   *
   * @param bound the archive they were made from
   * @param given the archive they were opened with
   */
  public ArchiveMismatchException(UUID bound, UUID given) {
    super(
        "the vectors were made from archive "
            + bound
            + ", not from "
            + given
            + ": open them with their own archive, or put a new, empty vector store in their place");
    this.bound = bound;
    this.given = given;
  }

  /** Returns the archive that the vectors were made from. */
  public UUID bound() {
    return bound;
  }

  /** Returns the archive that they were opened with. */
  public UUID given() {
    return given;
  }
}
