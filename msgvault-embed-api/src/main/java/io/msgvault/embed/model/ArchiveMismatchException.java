package io.msgvault.embed.model;

import java.util.UUID;

/** Reports an index that belongs to another archive. Nothing was changed. */
public class ArchiveMismatchException extends EmbedException {
  private final UUID bound;
  private final UUID given;

  /**
   * Names both archives, and the remedy.
   *
   * @param bound the archive it was made from
   * @param given the archive it was opened with
   */
  public ArchiveMismatchException(UUID bound, UUID given) {
    super(
        "the index was made from archive "
            + bound
            + ", not from "
            + given
            + ": open it with its own archive, or put a new, empty index in its place");
    this.bound = bound;
    this.given = given;
  }

  /** Returns the archive that the index was made from. */
  public UUID bound() {
    return bound;
  }

  /** Returns the archive that it was opened with. */
  public UUID given() {
    return given;
  }
}
