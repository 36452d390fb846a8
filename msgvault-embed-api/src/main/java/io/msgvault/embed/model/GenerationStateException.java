package io.msgvault.embed.model;

/** Reports a call that the generation's life cycle does not allow. Nothing was changed. */
public class GenerationStateException extends EmbedException {
  private final long generation;
  private final Generation.State state;

  /**
   * Names the generation, its state, and the remedy.
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

  /** Returns the generation. */
  public long generation() {
    return generation;
  }

  /** Returns the state that it is in. */
  public Generation.State state() {
    return state;
  }
}
