package io.msgvault.embed.sqlite.internal.codes;

import io.msgvault.embed.store.support.VectorMath;
import java.util.List;

/**
 * A fixed random rotation. It keeps lengths and angles, and spreads a vector evenly over all its
 * components, so that each component carries as much as any other.
 *
 * <p>A dense random matrix would take {@code size²} steps. This rotation takes {@code size · log
 * size}. It has three rounds. Each applies random signs and the Walsh–Hadamard transform of each
 * block of a power of two (384 = 256 + 128). A random permutation then mixes the blocks. Each step
 * is orthogonal, and so is the whole. (Ailon and Chazelle, "The Fast Johnson–Lindenstrauss
 * Transform and Approximate Nearest Neighbors", SIAM J. Comput. 39(1), 2009, for signs and
 * Hadamard.)
 *
 * <p>The random choices depend on the dimension alone, so that vectors rotated at different times
 * and in different processes can be compared. Safe for use by many threads.
 */
public final class Rotation {
  private static final int ROUNDS = 3;
  private static final int WORD = Long.SIZE;
  private static final int MIN_SIZE = 256;
  private static final int ROW_BLOCK = 16;

  /** The best number of vectors to rotate at once: long loops, and a near cache holds all. */
  public static final int LANES = 64;

  private final int size;

  /** For each round, ±1/√length of a component's block, which makes the round orthogonal. */
  private final float[][] signs = new float[ROUNDS][];

  private final int[][] permutations = new int[ROUNDS][];

  /** Creates the rotation for vectors of a dimension. */
  public Rotation(int dimension) {
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

  /** Returns the length of the block that begins here: the largest power of two that fits. */
  private int block(int start) {
    return Integer.highestOneBit(size - start);
  }

  /**
   * Returns the number of components of a rotated vector: a multiple of 64, and at least 256.
   * Shorter vectors are filled up with zeros. That changes no angle, and gives the codes of small
   * dimensions enough bits.
   */
  static int sizeFor(int dimension) {
    return Math.max(MIN_SIZE, (dimension + WORD - 1) / WORD * WORD);
  }

  /** Returns the number of components of a rotated vector. */
  public int size() {
    return size;
  }

  /**
   * Rotates a vector after scaling it to length 1.
   *
   * @param vector of the dimension of this rotation, finite and not zero
   */
  float[] apply(float[] vector) {
    float[][] rows = apply(List.of(vector));
    float[] rotated = new float[size];
    for (int i = 0; i < size; i++) {
      rotated[i] = rows[i][0];
    }
    return rotated;
  }

  /**
   * Rotates vectors, each after scaling it to length 1. Rotating up to {@value #LANES} at once
   * takes less than half the time of rotating one after the other. The reason is that the JIT
   * compiler makes vector instructions of the loops over one component of all vectors.
   *
   * @param vectors of the dimension of this rotation, finite and not zero
   * @return component i of each vector in row i
   */
  float[][] apply(List<float[]> vectors) {
    float[][] rows = rows(vectors);
    float[][] permuted = new float[size][];
    for (int round = 0; round < ROUNDS; round++) {
      for (int start = 0; start < size; start += block(start)) {
        hadamard(rows, signs[round], start, block(start));
      }
      for (int i = 0; i < size; i++) {
        permuted[i] = rows[permutations[round][i]];
      }
      float[][] spare = rows;
      rows = permuted;
      permuted = spare;
    }
    return rows;
  }

  /** Transposes and scales. Fills a few rows at a time, so that they stay in the nearest cache. */
  private float[][] rows(List<float[]> vectors) {
    float[] scales = new float[vectors.size()];
    for (int k = 0; k < scales.length; k++) {
      scales[k] = (float) (1 / VectorMath.norm(vectors.get(k)));
    }
    float[][] rows = new float[size][scales.length];
    int dimension = vectors.get(0).length;
    for (int from = 0; from < dimension; from += ROW_BLOCK) {
      int to = Math.min(dimension, from + ROW_BLOCK);
      for (int k = 0; k < scales.length; k++) {
        float[] vector = vectors.get(k);
        float scale = scales[k];
        for (int i = from; i < to; i++) {
          rows[i][k] = vector[i] * scale;
        }
      }
    }
    return rows;
  }

  /**
   * Applies the signs, which also scale, and the Walsh–Hadamard transform to a block of at least 64
   * rows. Each pass does two levels at once; the last pass does the remaining ones.
   */
  private static void hadamard(float[][] rows, float[] sign, int start, int length) {
    int quarter = length / 4;
    for (int i = start; i < start + quarter; i++) {
      for (int row = i; row < start + length; row += quarter) {
        multiply(rows[row], sign[row]);
      }
      radix4(rows[i], rows[i + quarter], rows[i + 2 * quarter], rows[i + 3 * quarter]);
    }
    int left = quarter;
    for (; left >= 4; left /= 4) {
      int step = left / 4;
      for (int group = start; group < start + length; group += left) {
        for (int i = group; i < group + step; i++) {
          radix4(rows[i], rows[i + step], rows[i + 2 * step], rows[i + 3 * step]);
        }
      }
    }
    if (left == 2) {
      for (int i = start; i < start + length; i += 2) {
        radix2(rows[i], rows[i + 1]);
      }
    }
  }

  private static void multiply(float[] row, float factor) {
    for (int k = 0; k < row.length; k++) {
      row[k] *= factor;
    }
  }

  private static void radix2(float[] row0, float[] row1) {
    for (int k = 0; k < row0.length; k++) {
      float v0 = row0[k];
      float v1 = row1[k];
      row0[k] = v0 + v1;
      row1[k] = v0 - v1;
    }
  }

  private static void radix4(float[] row0, float[] row1, float[] row2, float[] row3) {
    for (int k = 0; k < row0.length; k++) {
      float s0 = row0[k] + row1[k];
      float s1 = row0[k] - row1[k];
      float s2 = row2[k] + row3[k];
      float s3 = row2[k] - row3[k];
      row0[k] = s0 + s2;
      row1[k] = s1 + s3;
      row2[k] = s0 - s2;
      row3[k] = s1 - s3;
    }
  }

  /**
   * SplitMix64 (Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA
   * 2014). It is written out because codes are kept in files, and must not change with the Java
   * version.
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
