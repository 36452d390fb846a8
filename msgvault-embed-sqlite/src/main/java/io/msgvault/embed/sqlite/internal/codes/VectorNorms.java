package io.msgvault.embed.sqlite.internal.codes;

/** Lengths of vectors. */
public final class VectorNorms {
  private VectorNorms() {}

  /**
   * The Euclidean length. Four sums at a time: the processor need not wait for one addition before
   * it begins the next.
   */
  public static double of(float[] vector) {
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    int i = 0;
    for (; i + 4 <= vector.length; i += 4) {
      s0 += (double) vector[i] * vector[i];
      s1 += (double) vector[i + 1] * vector[i + 1];
      s2 += (double) vector[i + 2] * vector[i + 2];
      s3 += (double) vector[i + 3] * vector[i + 3];
    }
    for (; i < vector.length; i++) {
      s0 += (double) vector[i] * vector[i];
    }
    return Math.sqrt((s0 + s1) + (s2 + s3));
  }
}
