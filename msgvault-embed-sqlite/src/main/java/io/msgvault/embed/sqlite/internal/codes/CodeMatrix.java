package io.msgvault.embed.sqlite.internal.codes;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * Holds many vectors as one bit per component, to find quickly which of them may be close to a
 * query.
 *
 * <h2>The idea</h2>
 *
 * <p>Rotate a vector <i>o</i> of length 1 at random, and keep only the signs of its components. A
 * vector of 384 floats, 1,536 bytes, becomes 48 bytes, which still answer two questions.
 *
 * <p><i>How many signs differ from those of the query?</i> Each rotated component is the vector's
 * inner product with a random direction. Its sign says on which side of a random plane the vector
 * lies. A plane separates two vectors with a probability that is proportional to the angle θ
 * between them. So about
 *
 * <pre>
 *   bits · θ/π
 * </pre>
 *
 * <p>bits differ, with a deviation of a few times {@code √(bits · p · (1 - p))} for {@code p =
 * θ/π}, as with tossed coins. (Charikar, "Similarity Estimation Techniques from Rounding
 * Algorithms", STOC 2002.) This takes one XOR and one bit count for 64 components. It separates the
 * few hundred vectors that may be close from a million that cannot be.
 *
 * <p><i>How large is the inner product with the query?</i> The signs, scaled to length 1, are a
 * vector <i>x</i> that points roughly in the direction of <i>o</i>. Their inner product <i>c</i> is
 * close to 0.8 for every <i>o</i>. The query <i>q</i> is rotated in the same way, but keeps its
 * components. Its inner product with <i>x</i> then estimates the one with <i>o</i>:
 *
 * <pre>
 *   ⟨o, q⟩  ≈  ⟨x, q⟩ / c
 * </pre>
 *
 * <p>The estimate is right on average. Its error is the overlap of two parts: that of <i>q</i>
 * across <i>o</i>, and that of <i>x</i> across <i>o</i>. Their directions are independent. In all
 * but one case in 160 the error is at most 2.5 times
 *
 * <pre>
 *   √(1 - ⟨o, q⟩²) · √(1 - c²)/c / √(bits - 1)
 * </pre>
 *
 * <p>(Gao and Long, "RaBitQ: Quantizing High-Dimensional Vectors with a Theoretical Error Bound for
 * Approximate Nearest Neighbor Search", SIGMOD 2024, lemma B.1 and theorem 3.2). The estimate is
 * more precise than the count of differing signs, and takes four to five times as long. It selects
 * the few dozen to few hundred vectors that deserve an exact comparison. It needs no multiplication
 * either: see {@link CodeQuery}.
 *
 * <h2>The layout</h2>
 *
 * <p>Codes lie in blocks of 1,024 rows, and within a block word by word: first the first word of
 * each row, then the second. So the loop over a block reads consecutive words and compares them
 * with one word of the query. The JIT compiler unrolls it, and makes vector instructions of it
 * where the processor can count bits in vectors. Rows are only added; a removed row is marked, and
 * keeps its code for scans that have begun. Once a quarter of the rows is removed, the codes are
 * loaded again.
 *
 * <p>With {@code factor = 1 / Σ|oᵢ|} over the rotated components, {@code ⟨x, q⟩ / c = factor · Σ
 * ±qᵢ}, and {@code c = 1 / (factor · √bits)}. So one float for each row is enough for the estimate
 * and its bound.
 *
 * <p>Many threads may read it while it does not change. It is not safe for use by several threads
 * while it changes.
 */
public final class CodeMatrix {
  /** The rows of a block: enough for a long loop, and few enough for a near cache. */
  public static final int BLOCK_ROWS = 1024;

  /** The rows of a group, whose least distance is kept. */
  public static final int GROUP_ROWS = 64;

  private static final int SEGMENT_ROWS = 4 * BLOCK_ROWS;

  /**
   * The bound of an error in standard deviations. Of nearly normal errors, one in 160 exceeds it on
   * the side that matters.
   */
  private static final double DEVIATIONS = 2.5;

  private final int words;
  private final int bits;
  private final List<long[]> codes = new ArrayList<>();
  private final List<float[]> factors = new ArrayList<>();
  private long[] keys = new long[SEGMENT_ROWS];
  private final BitSet removed = new BitSet();
  private int rows;
  private int removedRows;

  /** Creates an empty matrix for codes of a rotation. */
  public CodeMatrix(Rotation rotation) {
    this.bits = rotation.size();
    this.words = bits / Long.SIZE;
  }

  /** Returns the number of bits of a code, which is the largest distance. */
  int bits() {
    return bits;
  }

  /** Returns the number of rows that are not removed. */
  public int size() {
    return rows - removedRows;
  }

  /** Returns the number of rows, including removed ones. */
  public int rows() {
    return rows;
  }

  /** Returns the key of a row. */
  public long key(int row) {
    return keys[row];
  }

  /**
   * Returns the first row of a key among the first rows, which are in the order of their keys.
   * Returns {@link #rows} if there is none.
   */
  public int firstRow(long key, int sortedRows) {
    int low = 0;
    int high = sortedRows;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (keys[middle] < key) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low < sortedRows && keys[low] == key ? low : rows;
  }

  /** Returns the memory that the rows take, in bytes. */
  public long bytes() {
    return (long) codes.size() * SEGMENT_ROWS * (bits / Byte.SIZE + Float.BYTES)
        + (long) keys.length * Long.BYTES;
  }

  /** Adds a row after the last. */
  public void add(long key, BinaryCode code) {
    int at = rows % SEGMENT_ROWS;
    if (at == 0) {
      codes.add(new long[SEGMENT_ROWS * words]);
      factors.add(new float[SEGMENT_ROWS]);
    }
    if (rows == keys.length) {
      keys = Arrays.copyOf(keys, keys.length * 2);
    }
    int segment = rows / SEGMENT_ROWS;
    long[] block = codes.get(segment);
    int first = firstWord(at);
    for (int word = 0; word < words; word++) {
      block[first + word * BLOCK_ROWS] = code.words()[word];
    }
    factors.get(segment)[at] = code.factor();
    keys[rows] = key;
    rows++;
  }

  private int firstWord(int inSegment) {
    return inSegment / BLOCK_ROWS * BLOCK_ROWS * words + inSegment % BLOCK_ROWS;
  }

  /** Removes a row from every scan that begins later. */
  public void remove(int row) {
    if (!removed.get(row)) {
      removed.set(row);
      removedRows++;
    }
  }

  /** Returns the first removed row at or after this one, or -1 if there is none. */
  int nextRemoved(int row) {
    return removed.nextSetBit(row);
  }

  /** Returns whether a quarter of the rows is removed, so that loading the codes again pays. */
  public boolean isSparse() {
    return removedRows > SEGMENT_ROWS && removedRows > rows / 4;
  }

  /**
   * Counts how many bits of each row differ from the query's.
   *
   * @param distances takes the counts, under the numbers of the rows; it has room for whole blocks
   * @param groupMinima takes the least count of each group of {@value #GROUP_ROWS} rows, or one
   *     below it
   * @param from the first row, a multiple of {@value #BLOCK_ROWS}
   * @param to the row after the last
   */
  public void distances(CodeQuery query, short[] distances, short[] groupMinima, int from, int to) {
    int[] sums = new int[BLOCK_ROWS];
    for (int first = from; first < to; first += BLOCK_ROWS) {
      Arrays.fill(sums, 0);
      long[] segment = codes.get(first / SEGMENT_ROWS);
      int at = first % SEGMENT_ROWS * words;
      for (int word = 0; word < words; word++, at += BLOCK_ROWS) {
        addDifferences(segment, at, query.signs(word), sums);
      }
      for (int i = 0; i < BLOCK_ROWS; i++) {
        distances[first + i] = (short) sums[i];
      }
      for (int i = 0; i < BLOCK_ROWS; i += GROUP_ROWS) {
        groupMinima[(first + i) / GROUP_ROWS] = (short) groupMinimum(sums, i);
      }
    }
  }

  // One word at a time: the compiler makes vector instructions of this, and worse ones of a loop
  // that takes two words at once.
  private static void addDifferences(long[] codes, int from, long query, int[] sums) {
    for (int i = 0; i < BLOCK_ROWS; i++) {
      sums[i] += Long.bitCount(codes[from + i] ^ query);
    }
  }

  private static int groupMinimum(int[] sums, int from) {
    int least = sums[from];
    for (int i = 1; i < GROUP_ROWS; i++) {
      least = Math.min(least, sums[from + i]);
    }
    return least;
  }

  /**
   * Returns the number of bits in which vectors of a cosine similarity differ at most, except for
   * one in 160.
   */
  int maxDistance(double similarity) {
    double share = Math.acos(Math.max(-1, Math.min(1, similarity))) / Math.PI;
    double deviation = Math.sqrt(bits * share * (1 - share));
    return (int) Math.min(bits, Math.ceil(bits * share + DEVIATIONS * deviation));
  }

  /** Returns the estimated cosine similarity of a row and the query. */
  float estimate(CodeQuery query, int row) {
    long[] segment = codes.get(row / SEGMENT_ROWS);
    int at = row % SEGMENT_ROWS;
    int first = firstWord(at);
    int levels = 0;
    int set = 0;
    for (int word = 0; word < words; word++) {
      long code = segment[first + word * BLOCK_ROWS];
      levels += query.levels(word, code);
      set += Long.bitCount(code);
    }
    return factors.get(row / SEGMENT_ROWS)[at] * query.signed(levels, set);
  }

  /**
   * Returns the least estimate of a row with a given similarity to the query, except for one row in
   * 160.
   */
  double minEstimate(CodeQuery query, int row, double similarity) {
    double factor = factors.get(row / SEGMENT_ROWS)[row % SEGMENT_ROWS];
    double squared = 1 / (factor * factor * bits);
    double across = Math.max(0, 1 - squared) * Math.max(0, 1 - similarity * similarity);
    double variance = (across / (bits - 1) + query.roundingVariance()) / squared;
    return similarity - DEVIATIONS * Math.sqrt(variance);
  }
}
