package io.msgvault.embed.model;

/** No generation has this id. */
public class UnknownGenerationException extends EmbedException {
  private final long generation;

  /** There is no such generation. */
  public UnknownGenerationException(long generation) {
    super("there is no generation " + generation + "; VectorStore.generations() lists them");
    this.generation = generation;
  }

  /** The id that was given. */
  public long generation() {
    return generation;
  }
}
