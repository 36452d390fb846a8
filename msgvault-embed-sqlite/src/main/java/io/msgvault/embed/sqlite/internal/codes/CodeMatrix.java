package io.msgvault.embed.sqlite.internal.codes;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Many vectors as one bit per component, to find out fast which of them may be close to a query.
 *
 * <h2>The idea</h2>
 *
 * <p>Rotate a vector <i>o</i> of length 1 at random, and keep only the signs of its components. A
 * vector of 384 floats, 1,536 bytes, becomes 48 bytes, and two questions can still be answered.
 *
 * <p><i>How many signs differ from those of the query?</i> Each rotated component is the vector's
 * inner product with a random direction, and its sign says on which side of a random plane the
 * vector lies. A plane comes between two vectors with a probability in proportion to the angle θ
 * between them, so that of all bits about
 *
 * <pre>
 *   bits · θ/π
 * </pre>
 *
 * <p>differ, give or take a few times {@code √(bits · p · (1 - p))} with {@code p = θ/π}, as with
 * tossed coins (Charikar, "Similarity Estimation Techniques from Rounding Algorithms", STOC 2002).
 * This takes one XOR and one count of bits for 64 components, and tells the few hundred that may be
 * close from the million that can't be.
 *
 * <p><i>What is the inner product with the query?</i> The signs, scaled to length 1, are a vector
 * <i>x</i> that points roughly where <i>o</i> does: their inner product <i>c</i> is close to 0.8
 * whatever <i>o</i> was. The query <i>q</i> is rotated the same way, but its components are kept.
 * How <i>q</i> stands to <i>x</i> then says how it stands to <i>o</i>:
 *
 * <pre>
 *   ⟨o, q⟩  ≈  ⟨x, q⟩ / c
 * </pre>
 *
 * <p>is right on average. It is off by what the part of <i>q</i> across <i>o</i> has in common with
 * the part of <i>x</i> across <i>o</i>, two directions that know nothing of each other; so, but for
 * one case in 160, by no more than 2.5 times
 *
 * <pre>
 *   √(1 - ⟨o, q⟩²) · √(1 - c²)/c / √(bits - 1)
 * </pre>
 *
 * <p>(Gao and Long, "RaBitQ: Quantizing High-Dimensional Vectors with a Theoretical Error Bound for
 * Approximate Nearest Neighbor Search", SIGMOD 2024, lemma B.1 and theorem 3.2). This is closer
 * than the count of differing signs, takes four to five times as long, and tells the few dozen to a
 * few hundred that deserve an exact look. It needs no multiplication either: see {@link CodeQuery}.
 *
 * <h2>The layout</h2>
 *
 * <p>Codes lie in blocks of 1,024 rows, and in a block word by word: first the first word of each
 * row, then the second. The loop over a block so runs over consecutive words with a word of the
 * query held fixed, which the JIT compiler unrolls, and turns into vector instructions where it and
 * the processor can count bits in vectors. Rows are only added; a removed one is marked, and room
 * is made when a quarter of them is.
 *
 * <p>With {@code factor = 1 / Σ|oᵢ|} over the rotated components, {@code ⟨x, q⟩ / c = factor · Σ
 * ±qᵢ}, and {@code c = 1 / (factor · √bits)}: so one float for each row is enough for the estimate
 * and its bound.
 *
 * <p>Not safe for use by many threads while it changes; any number may read while it does not.
 */
public final class CodeMatrix {
  /** The number of rows to a block: what a loop is long enough for, and what a near cache holds. */
  public static final int BLOCK_ROWS = 1024;

  /** The number of rows to a group, whose least distance is noted. */
  public static final int GROUP_ROWS = 64;

  private static final int SEGMENT_ROWS = 4 * BLOCK_ROWS;

  /**
   * How many standard deviations an estimate may be off: for errors that are near to normal, one in
   * 160 goes beyond it on the side that matters.
   */
  private static final double DEVIATIONS = 2.5;

  private final int words;
  private final int bits;
  private final List<long[]> codes = new ArrayList<>();
  private final List<float[]> factors = new ArrayList<>();
  private long[] keys = new long[SEGMENT_ROWS];
  private int rows;
  private int removed;

  public CodeMatrix(Rotation rotation) {
    this.bits = rotation.size();
    this.words = bits / Long.SIZE;
  }

  /** The number of bits of a code: the most that can differ. */
  int bits() {
    return bits;
  }

  /** The number of rows that are not removed. */
  public int size() {
    return rows - removed;
  }

  /** The number of rows, with those that are removed. */
  public int rows() {
    return rows;
  }

  /** The key of a row. */
  public long key(int row) {
    return keys[row];
  }

  /**
   * The first row of a key among the first rows, which are in the order of their keys; {@link
   * #rows} if there is none.
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

  /** The memory that the rows take, in bytes. */
  public long bytes() {
    return (long) codes.size() * SEGMENT_ROWS * (bits / Byte.SIZE + Float.BYTES)
        + (long) keys.length * Long.BYTES;
  }

  /** Adds a row behind the last. */
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

  /** Takes a row out of every search to come. */
  public void remove(int row) {
    float[] factor = factors.get(row / SEGMENT_ROWS);
    if (!Float.isNaN(factor[row % SEGMENT_ROWS])) {
      factor[row % SEGMENT_ROWS] = Float.NaN;
      removed++;
    }
  }

  /** Whether so many rows are removed that the rest should be put into a new instance. */
  public boolean isSparse() {
    return removed > SEGMENT_ROWS && removed > rows / 4;
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
   * The number of bits that vectors of this cosine similarity differ in at the most, but for one in
   * 160.
   */
  int maxDistance(double similarity) {
    double share = Math.acos(Math.max(-1, Math.min(1, similarity))) / Math.PI;
    double deviation = Math.sqrt(bits * share * (1 - share));
    return (int) Math.min(bits, Math.ceil(bits * share + DEVIATIONS * deviation));
  }

  /** The estimated cosine similarity of a row and the query; not a number if it is removed. */
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
   * The least estimate that a row has whose similarity with the query is this, but for one row in
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
