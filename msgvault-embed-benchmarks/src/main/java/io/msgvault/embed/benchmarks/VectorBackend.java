package io.msgvault.embed.benchmarks;

import java.util.List;

/** A store of vectors that a comparison fills and searches. */
interface VectorBackend {
  /** Returns the name of the store and its settings. */
  String name();

  /** Returns the steps that its user must take by hand. */
  String manualSteps();

  /**
   * Adds vectors.
   *
   * @param first the number of the first vector
   */
  void add(int first, List<float[]> vectors);

  /** Completes the fill after the last vector. */
  void finishFill();

  /** Returns the numbers of the nearest vectors, best first. */
  List<Integer> search(float[] query, int k);
}
