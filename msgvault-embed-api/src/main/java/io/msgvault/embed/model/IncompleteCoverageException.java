package io.msgvault.embed.model;

/** Reports a generation that does not yet cover its scope, and so was not activated. */
public class IncompleteCoverageException extends EmbedException {
  private final long generation;
  private final Coverage coverage;

  /**
   * Names the generation, its coverage, and the remedy.
   *
   * @param generation the generation
   * @param coverage what it covers
   */
  public IncompleteCoverageException(long generation, Coverage coverage) {
    super(
        "generation "
            + generation
            + " was not activated: "
            + (coverage.live() == 0
                ? "no live message is in its scope; force the activation if an empty index is meant"
                : coverage.missing()
                    + " of "
                    + coverage.live()
                    + " messages are missing; run the job again, or force the activation"));
    this.generation = generation;
    this.coverage = coverage;
  }

  /** Returns the generation. */
  public long generation() {
    return generation;
  }

  /** Returns what it covers. */
  public Coverage coverage() {
    return coverage;
  }
}
