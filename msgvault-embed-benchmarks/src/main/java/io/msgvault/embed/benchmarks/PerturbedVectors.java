package io.msgvault.embed.benchmarks;

import java.util.List;
import java.util.SplittableRandom;

/**
 * Derives any number of vectors from a few thousand real ones: each is a mixture of two real ones
 * with noise in all directions. A number has the same vector in each run, so that none needs to be
 * stored.
 */
final class PerturbedVectors {
  /** The length of the noise, relative to that of the vector. */
  private static final double NOISE = 0.4;

  private final List<float[]> real;
  private final long seed;

  /**
   * @param real vectors of length 1
   * @param seed selects other vectors of the same kind
   */
  PerturbedVectors(List<float[]> real, long seed) {
    this.real = real;
    this.seed = seed;
  }

  int dimension() {
    return real.get(0).length;
  }

  /** Returns a vector of length 1. */
  float[] vector(long number) {
    SplittableRandom random = new SplittableRandom(seed + number * 0x9e3779b97f4a7c15L);
    float[] one = real.get(random.nextInt(real.size()));
    float[] other = real.get(random.nextInt(real.size()));
    float share = (float) random.nextDouble(0, 0.5);
    // The sum of the four 16-bit parts of a number is nearly normal; its variance is 4/12 in units
    // of 2^16.
    float scale = (float) (NOISE / 65536 / Math.sqrt(one.length / 3.0));
    float[] vector = new float[one.length];
    double squares = 0;
    for (int i = 0; i < vector.length; i++) {
      long bits = random.nextLong();
      long sum = (bits & 0xffff) + (bits >>> 16 & 0xffff) + (bits >>> 32 & 0xffff) + (bits >>> 48);
      vector[i] = (1 - share) * one[i] + share * other[i] + scale * (sum - 2 * 65535);
      squares += vector[i] * vector[i];
    }
    float length = (float) (1 / Math.sqrt(squares));
    for (int i = 0; i < vector.length; i++) {
      vector[i] *= length;
    }
    return vector;
  }
}
