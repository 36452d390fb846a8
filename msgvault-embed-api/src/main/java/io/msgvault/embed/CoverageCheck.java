package io.msgvault.embed;

/** Decides whether a complete life cycle may end in activation: the gate that {@link VectorStore#activate} asks. */
@FunctionalInterface
public interface CoverageCheck {
  /** Lets any coverage pass. The life cycle is checked all the same. */
  CoverageCheck OVERRIDDEN = generation -> {};

  /**
   * Returns if the generation may be activated.
   *
   * @throws IncompleteCoverageException if it may not
   */
  void require(Generation generation);
}
