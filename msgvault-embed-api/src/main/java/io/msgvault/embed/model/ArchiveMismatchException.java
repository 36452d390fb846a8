package io.msgvault.embed.model;

import java.util.UUID;

/** The vectors belong to another archive. Nothing was changed. */
public class ArchiveMismatchException extends EmbedException {
  private final UUID bound;
  private final UUID given;

  /**
   * The vectors belong to another archive.
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

  /** The archive the vectors were made from. */
  public UUID bound() {
    return bound;
  }

  /** The archive they were opened with. */
  public UUID given() {
    return given;
  }
}
