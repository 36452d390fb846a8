package io.msgvault.embed.sqlite;

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
  private final float[][] signs = new float[ROUNDS][];
  private final int[][] permutations = new int[ROUNDS][];

  /** The rotation for vectors of this dimension. */
  Rotation(int dimension) {
    size = sizeFor(dimension);
    SplitMix random = new SplitMix(dimension);
    for (int round = 0; round < ROUNDS; round++) {
      signs[round] = new float[size];
      for (int i = 0; i < size; i++) {
        signs[round][i] = random.next() < 0 ? -1 : 1;
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
    double squares = 0;
    for (float component : vector) {
      squares += (double) component * component;
    }
    double scale = 1 / Math.sqrt(squares);
    float[] current = new float[size];
    for (int i = 0; i < vector.length; i++) {
      current[i] = (float) (vector[i] * scale);
    }
    float[] next = new float[size];
    for (int round = 0; round < ROUNDS; round++) {
      float[] sign = signs[round];
      for (int i = 0; i < size; i++) {
        current[i] *= sign[i];
      }
      for (int start = 0; start < size; ) {
        int length = Integer.highestOneBit(size - start);
        hadamard(current, start, length);
        start += length;
      }
      int[] order = permutations[round];
      for (int i = 0; i < size; i++) {
        next[i] = current[order[i]];
      }
      float[] spare = current;
      current = next;
      next = spare;
    }
    return current;
  }

  /** The Walsh–Hadamard transform of a block, scaled to be orthogonal, in place. */
  private static void hadamard(float[] values, int start, int length) {
    for (int half = 1; half < length; half *= 2) {
      for (int group = start; group < start + length; group += 2 * half) {
        for (int i = group; i < group + half; i++) {
          float sum = values[i] + values[i + half];
          values[i + half] = values[i] - values[i + half];
          values[i] = sum;
        }
      }
    }
    float scale = (float) (1 / Math.sqrt(length));
    for (int i = start; i < start + length; i++) {
      values[i] *= scale;
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
