package io.msgvault.embed.model;

/** The generation's life cycle does not allow this. Nothing was changed. */
public class GenerationStateException extends EmbedException {
  private final long generation;
  private final Generation.State state;

  /**
   * The life cycle does not allow it.
   *
   * @param generation the generation
   * @param state the state it is in
   * @param remedy what was refused and what to do instead
   */
  public GenerationStateException(long generation, Generation.State state, String remedy) {
    super("generation " + generation + " is " + state + ": " + remedy);
    this.generation = generation;
    this.state = state;
  }

  /** The generation. */
  public long generation() {
    return generation;
  }

  /** The state it is in. */
  public Generation.State state() {
    return state;
  }
}
