package io.msgvault.embed.sqlite;

import org.jspecify.annotations.Nullable;

/**
 * A fixed random rotation: it keeps lengths and angles and spreads whatever a vector is made of
 * evenly over all its components, so that each carries as much as any other.
 *
 * <p>A dense random matrix would take {@code size²} steps. This one takes {@code size · log size}:
 * three rounds of random signs, a Walsh–Hadamard transform of each block of a power of two (384 =
 * 256 + 128), and a random permutation that mixes the blocks. Each step is orthogonal, so the whole
 * is. (Ailon and Chazelle, "The Fast Johnson–Lindenstrauss Transform and Approximate Nearest
 * Neighbors", SIAM J. Comput. 39(1), 2009, for signs and Hadamard.)
 *
 * <p>The random choices follow from the dimension alone: what was rotated once compares with what
 * is rotated later, in any process. Safe for use by many threads.
 */
final class Rotation {
  private static final int ROUNDS = 3;
  private static final int WORD = Long.SIZE;
  private static final int SMALLEST = 256;

  private final int size;

  /** Of each round, ±1/√length of the block that a component is in, which makes it orthogonal. */
  private final float[][] signs = new float[ROUNDS][];

  private final int[][] permutations = new int[ROUNDS][];

  /** The rotation for vectors of this dimension. */
  Rotation(int dimension) {
    size = sizeFor(dimension);
    SplitMix random = new SplitMix(dimension);
    for (int round = 0; round < ROUNDS; round++) {
      signs[round] = new float[size];
      for (int start = 0; start < size; start += block(start)) {
        float scale = (float) (1 / Math.sqrt(block(start)));
        for (int i = start; i < start + block(start); i++) {
          signs[round][i] = random.next() < 0 ? -scale : scale;
        }
      }
      int[] order = new int[size];
      for (int i = 0; i < size; i++) {
        int j = (int) Long.remainderUnsigned(random.next(), i + 1L);
        order[i] = order[j];
        order[j] = i;
      }
      permutations[round] = order;
    }
  }

  /** The length of the block that begins here: the largest power of two that is left. */
  private int block(int start) {
    return Integer.highestOneBit(size - start);
  }

  /**
   * How many components a rotated vector has: a multiple of 64, and at least 256. Shorter vectors
   * are filled up with zeros, which changes no angle and gives the codes of small dimensions bits
   * enough.
   */
  static int sizeFor(int dimension) {
    return Math.max(SMALLEST, (dimension + WORD - 1) / WORD * WORD);
  }

  /** The number of components of what {@link #apply} returns. */
  int size() {
    return size;
  }

  /**
   * Rotates a vector after scaling it to length 1.
   *
   * @param vector of the dimension of this rotation, finite and not zero
   */
  float[] apply(float[] vector) {
    double scale = 1 / Lengths.of(vector);
    float[] current = new float[size];
    for (int i = 0; i < vector.length; i++) {
      current[i] = (float) (vector[i] * scale) * signs[0][i];
    }
    float[] next = new float[size];
    for (int round = 0; round < ROUNDS; round++) {
      for (int start = 0; start < size; start += block(start)) {
        hadamard(current, next, start, block(start));
      }
      boolean last = round + 1 == ROUNDS;
      permute(next, permutations[round], last ? null : signs[round + 1], current);
    }
    return current;
  }

  private static void permute(float[] from, int[] order, float @Nullable [] sign, float[] to) {
    if (sign == null) {
      for (int i = 0; i < to.length; i++) {
        to[i] = from[order[i]];
      }
    } else {
      for (int i = 0; i < to.length; i++) {
        to[i] = from[order[i]] * sign[i];
      }
    }
  }

  /**
   * The Walsh–Hadamard transform of a block of at least 64, not scaled, its rows in some order: a
   * permutation follows anyway. Each pass takes three levels at once, the last one what is left.
   */
  private static void hadamard(float[] values, float[] spare, int start, int length) {
    float[] from = values;
    float[] to = spare;
    int left = length;
    for (; left >= 8; left /= 8) {
      eights(from, to, start, length / 8);
      float[] read = from;
      from = to;
      to = read;
    }
    for (; left >= 2; left /= 2) {
      twos(from, to, start, length / 2);
      float[] read = from;
      from = to;
      to = read;
    }
    if (from != spare) {
      System.arraycopy(from, start, spare, start, length);
    }
  }

  private static void twos(float[] from, float[] to, int start, int half) {
    for (int i = 0; i < half; i++) {
      float v0 = from[start + i];
      float v1 = from[start + half + i];
      to[start + 2 * i] = v0 + v1;
      to[start + 2 * i + 1] = v0 - v1;
    }
  }

  private static void eights(float[] from, float[] to, int start, int step) {
    for (int i = 0; i < step; i++) {
      float v0 = from[start + i];
      float v1 = from[start + step + i];
      float v2 = from[start + 2 * step + i];
      float v3 = from[start + 3 * step + i];
      float v4 = from[start + 4 * step + i];
      float v5 = from[start + 5 * step + i];
      float v6 = from[start + 6 * step + i];
      float v7 = from[start + 7 * step + i];
      float s0 = v0 + v1;
      float s1 = v0 - v1;
      float s2 = v2 + v3;
      float s3 = v2 - v3;
      float s4 = v4 + v5;
      float s5 = v4 - v5;
      float s6 = v6 + v7;
      float s7 = v6 - v7;
      v0 = s0 + s2;
      v1 = s1 + s3;
      v2 = s0 - s2;
      v3 = s1 - s3;
      v4 = s4 + s6;
      v5 = s5 + s7;
      v6 = s4 - s6;
      v7 = s5 - s7;
      int at = start + 8 * i;
      to[at] = v0 + v4;
      to[at + 1] = v1 + v5;
      to[at + 2] = v2 + v6;
      to[at + 3] = v3 + v7;
      to[at + 4] = v0 - v4;
      to[at + 5] = v1 - v5;
      to[at + 6] = v2 - v6;
      to[at + 7] = v3 - v7;
    }
  }

  /**
   * SplitMix64 (Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA
   * 2014), written out since codes are kept in files and must not change with the Java version.
   */
  private static final class SplitMix {
    private long state;

    SplitMix(long seed) {
      state = seed;
    }

    long next() {
      state += 0x9e3779b97f4a7c15L;
      long mixed = (state ^ (state >>> 30)) * 0xbf58476d1ce4e5b9L;
      mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
      return mixed ^ (mixed >>> 31);
    }
  }
}
