package io.msgvault.embed.model;

/** Reports an id that no generation has. Nothing was changed. */
public class UnknownGenerationException extends EmbedException {
  private final long generation;

  /** Names the id, and the remedy. */
  public UnknownGenerationException(long generation) {
    super("there is no generation " + generation + "; VectorStore.generations() lists them");
    this.generation = generation;
  }

  /** Returns the id that was given. */
  public long generation() {
    return generation;
  }
}
