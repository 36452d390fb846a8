package io.msgvault.embed.model;

/** Another generation is being built, and only one can be. Nothing was changed. */
public class GenerationConflictException extends EmbedException {
  private final Generation building;
  private final Fingerprint requested;

  /**
   * Another generation is being built.
   *
   * @param building the one that is being built
   * @param wanted the fingerprint of the one that was to be created
   */
  public GenerationConflictException(Generation building, Fingerprint wanted) {
    super(
        "generation "
            + building.id()
            + " is being built as ["
            + building.fingerprint()
            + "], so ["
            + wanted
            + "] can't be: finish that one with its own settings, or retire it");
    this.building = building;
    this.requested = wanted;
  }

  /** The generation that is being built. */
  public Generation building() {
    return building;
  }

  /** The fingerprint of the one that was to be created. */
  public Fingerprint requested() {
    return requested;
  }
}
