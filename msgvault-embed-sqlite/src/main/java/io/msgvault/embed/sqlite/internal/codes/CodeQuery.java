package io.msgvault.embed.sqlite.internal.codes;

/**
 * A rotated query in the two forms that codes are compared with: its signs, and its components.
 * Each component is rounded to one of 16 levels, {@code low + step·u}.
 *
 * <p>The sum of the query's components, each with the sign of the code's bit, then takes no
 * multiplication. It is twice the sum over the set bits, minus the sum of all. With the binary
 * digits of the levels <i>u</i> as four bit planes,
 *
 * <pre>
 *   Σ u over the set bits of a code  =  Σ_j 2^j · bitCount(code AND plane_j)
 * </pre>
 */
public final class CodeQuery {
  private static final int PLANES = 4;
  private static final int LEVELS = 1 << PLANES;

  private final long[] signs;
  private final long[] planes;
  private final float low;
  private final float step;

  /** The sum of all components. */
  private final float sum;

  private CodeQuery(long[] signs, long[] planes, float low, float step, float sum) {
    this.signs = signs;
    this.planes = planes;
    this.low = low;
    this.step = step;
    this.sum = sum;
  }

  /**
   * Rotates a query.
   *
   * @param query of the rotation's dimension, finite and not zero; its length does not matter
   */
  public static CodeQuery of(float[] query, Rotation rotation) {
    float[] rotated = rotation.apply(query);
    float low = Float.POSITIVE_INFINITY;
    float high = Float.NEGATIVE_INFINITY;
    for (float component : rotated) {
      low = Math.min(low, component);
      high = Math.max(high, component);
    }
    float step = high > low ? (high - low) / (LEVELS - 1) : 1;
    long[] signs = new long[rotated.length / Long.SIZE];
    long[] planes = new long[signs.length * PLANES];
    double sum = 0;
    for (int i = 0; i < rotated.length; i++) {
      int word = i / Long.SIZE;
      int level = Math.round((rotated[i] - low) / step);
      sum += low + (double) step * level;
      signs[word] |= (rotated[i] > 0 ? 1L : 0L) << i;
      for (int plane = 0; plane < PLANES; plane++) {
        planes[word * PLANES + plane] |= (level >>> plane & 1L) << i;
      }
    }
    return new CodeQuery(signs, planes, low, step, (float) sum);
  }

  /** Returns the signs of 64 components, with a set bit for a positive one. */
  long signs(int word) {
    return signs[word];
  }

  /** Returns the sum of the levels where these bits are set. */
  int levels(int word, long bits) {
    int at = word * PLANES;
    return Long.bitCount(bits & planes[at])
        + 2 * Long.bitCount(bits & planes[at + 1])
        + 4 * Long.bitCount(bits & planes[at + 2])
        + 8 * Long.bitCount(bits & planes[at + 3]);
  }

  /**
   * Returns the sum of the components with the signs of a code.
   *
   * @param levels the sum of the levels where the code's bits are set
   * @param set the number of set bits
   */
  float signed(int levels, int set) {
    return 2 * (step * levels + low * set) - sum;
  }

  /** Returns the variance that rounding adds to each component. */
  double roundingVariance() {
    return (double) step * step / 12;
  }
}
