package io.msgvault.embed.sqlite;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Many vectors as one bit per component, to find out fast which of them may be close to a query.
 *
 * <h2>The idea</h2>
 *
 * <p>Rotate a vector <i>o</i> of length 1 at random, and keep only the signs of its components. The
 * signs, scaled to length 1, are a vector <i>x</i> that points roughly where <i>o</i> does: their
 * inner product <i>c</i> is close to 0.8 whatever <i>o</i> was. The query <i>q</i> is rotated the
 * same way but kept whole. How <i>q</i> stands to <i>x</i> then says how it stands to <i>o</i>:
 *
 * <pre>
 *   ⟨o, q⟩  ≈  ⟨x, q⟩ / c
 * </pre>
 *
 * <p>is right on average, and off by an amount that shrinks with the square root of the number of
 * bits: with high probability by no more than
 *
 * <pre>
 *   ε · √((1 - c²) / c²) / √(bits - 1)
 * </pre>
 *
 * <p>for an ε of about 2 (Gao and Long, "RaBitQ: Quantizing High-Dimensional Vectors with a
 * Theoretical Error Bound for Approximate Nearest Neighbor Search", SIGMOD 2024, theorem 3.2). A
 * vector of 384 floats, 1,536 bytes, becomes 48 bytes, and the estimate is good enough to tell the
 * few hundred that deserve an exact look from the million that do not.
 *
 * <p>It is fast since ⟨x, q⟩ needs no multiplication. With the components of <i>q</i> rounded to 16
 * levels, {@code low + step·u}, their binary digits are four bit planes, and summing <i>u</i> where
 * <i>o</i>'s sign is positive is four times an AND and a count of bits:
 *
 * <pre>
 *   Σ u over the set bits of o  =  Σ_j 2^j · bitCount(o AND plane_j)
 * </pre>
 *
 * <h2>The layout</h2>
 *
 * <p>Codes lie in blocks of 64 rows, and in a block word by word: first the first word of each row,
 * then the second. The inner loop so runs over consecutive words with the query's planes held
 * fixed, which the JIT compiler turns into vector instructions where the processor counts bits in
 * vectors. Rows are only added; a removed one is marked, and room is made when a quarter of them
 * is.
 *
 * <p>With {@code factor = 1 / Σ|oᵢ|} over the rotated components, {@code ⟨x, q⟩ / c = factor · Σ
 * ±qᵢ}, and {@code c = 1 / (factor · √bits)}: so one float for each row is enough for the estimate
 * and its bound.
 *
 * <p>Not safe for use by many threads while it changes; any number may search while it does not.
 */
final class BinaryCodes {
  private static final int BLOCK = 64;
  private static final int SEGMENT = 64 * BLOCK;

  /**
   * The factor of ε in the bound: for errors that are near to normal, one in 160 goes beyond it on
   * the side that matters.
   */
  private static final double EPSILON = 2.5;

  private final int words;
  private final int bits;
  private final List<long[]> codes = new ArrayList<>();
  private final List<float[]> factors = new ArrayList<>();
  private final List<short[]> counts = new ArrayList<>();
  private long[] keys = new long[SEGMENT];
  private int rows;
  private int removed;

  BinaryCodes(Rotation rotation) {
    this.bits = rotation.size();
    this.words = bits / Long.SIZE;
  }

  /**
   * A row that may be close to the query: its key, the estimated cosine similarity, and how far off
   * that may be.
   */
  record Candidate(long key, float estimate, float margin) {}

  /** The number of rows that are not removed. */
  int size() {
    return rows - removed;
  }

  /** The number of rows, with those that are removed. */
  int rows() {
    return rows;
  }

  /** The key of a row. */
  long key(int row) {
    return keys[row];
  }

  /**
   * The first row of a key among the first rows, which are in the order of their keys; {@link
   * #rows} if there is none.
   */
  int firstRow(long key, int sorted) {
    int low = 0;
    int high = sorted;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (keys[middle] < key) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low < sorted && keys[low] == key ? low : rows;
  }

  /** The memory that the rows take, in bytes. */
  long bytes() {
    return (long) codes.size() * SEGMENT * (bits / Byte.SIZE + Float.BYTES + Short.BYTES)
        + (long) keys.length * Long.BYTES;
  }

  /** Adds a row behind the last. */
  void add(long key, BinaryCode code) {
    int at = rows % SEGMENT;
    if (at == 0) {
      codes.add(new long[SEGMENT * words]);
      factors.add(new float[SEGMENT]);
      counts.add(new short[SEGMENT]);
    }
    if (rows == keys.length) {
      keys = Arrays.copyOf(keys, keys.length * 2);
    }
    int segment = rows / SEGMENT;
    long[] block = codes.get(segment);
    int first = at / BLOCK * BLOCK * words + at % BLOCK;
    int count = 0;
    for (int word = 0; word < words; word++) {
      block[first + word * BLOCK] = code.words()[word];
      count += Long.bitCount(code.words()[word]);
    }
    factors.get(segment)[at] = code.factor();
    counts.get(segment)[at] = (short) count;
    keys[rows] = key;
    rows++;
  }

  /** Takes a row out of every search to come. */
  void remove(int row) {
    float[] factor = factors.get(row / SEGMENT);
    if (!Float.isNaN(factor[row % SEGMENT])) {
      factor[row % SEGMENT] = Float.NaN;
      removed++;
    }
  }

  /** Whether so many rows are removed that the rest should be put into a new instance. */
  boolean isSparse() {
    return removed > SEGMENT && removed > rows / 4;
  }

  /**
   * The rows that are closest by their estimate.
   *
   * @param query of the rotation's dimension
   * @param atMost how many
   * @return by estimate, descending
   */
  List<Candidate> closest(float[] query, Rotation rotation, int atMost) {
    Query planes = Query.of(rotation.apply(query));
    Closest closest = new Closest(atMost);
    float[] estimates = new float[BLOCK];
    int[] sums = new int[BLOCK];
    for (int first = 0; first < rows; first += BLOCK) {
      int segment = first / SEGMENT;
      int at = first % SEGMENT;
      sum(codes.get(segment), at * words, planes.planes, sums);
      estimate(factors.get(segment), counts.get(segment), at, planes, sums, estimates);
      int last = Math.min(BLOCK, rows - first);
      for (int i = 0; i < last; i++) {
        // False for a removed row, whose estimate is not a number.
        if (estimates[i] > closest.lowest()) {
          closest.offer(estimates[i], first + i);
        }
      }
    }
    return closest.sorted(
        (row, estimate) ->
            new Candidate(keys[row], estimate, margin(factors.get(row / SEGMENT)[row % SEGMENT])));
  }

  /** Sums the query's levels over each row's set bits, for one block. */
  private void sum(long[] codes, int offset, long[] planes, int[] sums) {
    Arrays.fill(sums, 0);
    for (int word = 0; word < words; word++) {
      int from = offset + word * BLOCK;
      for (int plane = 0; plane < Query.PLANES; plane++) {
        long mask = planes[word * Query.PLANES + plane];
        for (int i = 0; i < BLOCK; i++) {
          sums[i] += Long.bitCount(codes[from + i] & mask) << plane;
        }
      }
    }
  }

  private static void estimate(
      float[] factors, short[] counts, int at, Query query, int[] sums, float[] estimates) {
    float step = 2 * query.step;
    float low = 2 * query.low;
    float rest = query.rest;
    for (int i = 0; i < BLOCK; i++) {
      estimates[i] = factors[at + i] * (step * sums[i] + low * counts[at + i] - rest);
    }
  }

  private float margin(float factor) {
    double squared = 1 / ((double) factor * factor * bits);
    return (float) (EPSILON * Math.sqrt(Math.max(0, 1 - squared) / squared / (bits - 1)));
  }

  /** A rotated query, each component rounded to one of 16 levels, as four bit planes. */
  private static final class Query {
    static final int PLANES = 4;
    private static final int LEVELS = 1 << PLANES;

    final long[] planes;
    final float low;
    final float step;

    /**
     * {@code Σ (low + step·u)} over all components: what turns a sum over set bits into one over
     * signs.
     */
    final float rest;

    private Query(long[] planes, float low, float step, float rest) {
      this.planes = planes;
      this.low = low;
      this.step = step;
      this.rest = rest;
    }

    static Query of(float[] rotated) {
      float low = Float.POSITIVE_INFINITY;
      float high = Float.NEGATIVE_INFINITY;
      for (float component : rotated) {
        low = Math.min(low, component);
        high = Math.max(high, component);
      }
      float step = high > low ? (high - low) / (LEVELS - 1) : 1;
      long[] planes = new long[rotated.length / Long.SIZE * PLANES];
      double rest = 0;
      for (int i = 0; i < rotated.length; i++) {
        int level = Math.round((rotated[i] - low) / step);
        rest += low + (double) step * level;
        for (int plane = 0; plane < PLANES; plane++) {
          planes[i / Long.SIZE * PLANES + plane] |= (level >>> plane & 1L) << i;
        }
      }
      return new Query(planes, low, step, (float) rest);
    }
  }

  /** The best rows so far: a heap with the lowest estimate on top. */
  private static final class Closest {
    private final float[] estimates;
    private final int[] rows;
    private int size;

    Closest(int atMost) {
      estimates = new float[atMost];
      rows = new int[atMost];
    }

    interface ToCandidate {
      Candidate of(int row, float estimate);
    }

    /** What an estimate must exceed to be among the best. */
    float lowest() {
      return size < estimates.length ? Float.NEGATIVE_INFINITY : estimates[0];
    }

    void offer(float estimate, int row) {
      if (size < estimates.length) {
        siftUp(size++, estimate, row);
      } else {
        siftDown(estimate, row);
      }
    }

    private void siftUp(int hole, float estimate, int row) {
      while (hole > 0) {
        int parent = (hole - 1) / 2;
        if (estimates[parent] <= estimate) {
          break;
        }
        move(parent, hole);
        hole = parent;
      }
      put(hole, estimate, row);
    }

    private void siftDown(float estimate, int row) {
      int hole = 0;
      while (2 * hole + 1 < size) {
        int child = 2 * hole + 1;
        if (child + 1 < size && estimates[child + 1] < estimates[child]) {
          child++;
        }
        if (estimates[child] >= estimate) {
          break;
        }
        move(child, hole);
        hole = child;
      }
      put(hole, estimate, row);
    }

    private void move(int from, int to) {
      put(to, estimates[from], rows[from]);
    }

    private void put(int at, float estimate, int row) {
      estimates[at] = estimate;
      rows[at] = row;
    }

    List<Candidate> sorted(ToCandidate make) {
      List<Candidate> candidates = new ArrayList<>(size);
      for (int i = 0; i < size; i++) {
        candidates.add(make.of(rows[i], estimates[i]));
      }
      candidates.sort((a, b) -> Float.compare(b.estimate(), a.estimate()));
      return candidates;
    }
  }
}
