package io.msgvault.embed.benchmarks;

import java.util.List;

/** A store of vectors that a comparison fills and asks. */
interface VectorBackend {
  /** What it is and how it was set up. */
  String name();

  /** What its user has to do or to know, beyond filling and asking it. */
  String manualSteps();

  /**
   * Adds vectors.
   *
   * @param first the number of the first of them
   */
  void add(int first, List<float[]> vectors);

  /** What comes after the last vector. */
  void finishFill();

  /** The numbers of the nearest vectors, best first. */
  List<Integer> search(float[] query, int k);
}
