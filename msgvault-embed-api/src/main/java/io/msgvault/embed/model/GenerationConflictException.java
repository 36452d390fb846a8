package io.msgvault.embed.model;

/** Reports that another generation is being built, and only one can be. Nothing was changed. */
public class GenerationConflictException extends EmbedException {
  private final Generation building;
  private final Fingerprint requested;

  /**
   * Names both fingerprints, and the remedy.
   *
   * @param building the one that is being built
   * @param requested the fingerprint of the one that was to be created
   */
  public GenerationConflictException(Generation building, Fingerprint requested) {
    super(
        "cannot start building ["
            + requested
            + "]: generation "
            + building.id()
            + " is still being built as ["
            + building.fingerprint()
            + "]; finish it with its own settings, or retire it first");
    this.building = building;
    this.requested = requested;
  }

  /** Returns the generation that is being built. */
  public Generation building() {
    return building;
  }

  /** Returns the fingerprint of the one that was to be created. */
  public Fingerprint requested() {
    return requested;
  }
}
