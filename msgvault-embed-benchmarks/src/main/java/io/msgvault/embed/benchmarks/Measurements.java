package io.msgvault.embed.benchmarks;

import java.util.Arrays;

/** Computes medians and percentiles of timed rounds. */
final class Measurements {
  private Measurements() {}

  /** Returns the time of one call in milliseconds. */
  static double millis(Runnable work) {
    long began = System.nanoTime();
    work.run();
    return (System.nanoTime() - began) / 1e6;
  }

  /** Returns the median; for an even number of values, the mean of the two in the middle. */
  static double median(double... values) {
    return percentile(50, values);
  }

  /**
   * Returns the value that {@code percent} of the values do not exceed, interpolated between
   * neighbours.
   */
  static double percentile(double percent, double... values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    double rank = percent / 100 * (sorted.length - 1);
    int below = (int) rank;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (rank - below) * (sorted[above] - sorted[below]);
  }
}
