package io.msgvault.embed.pgvector.internal.words;

import java.util.Arrays;

/**
 * Stores the length of a message in one byte. Up to 100 terms it is exact, and beyond off by at
 * most four in a hundred. WI-8 allows more.
 */
final class Lengths {
  /** The number of codes. */
  static final int CODES = 256;

  private static final int EXACT = 100;
  private static final double STEP = 1.08;
  private static final int[] LENGTHS = new int[CODES];

  static {
    double length = EXACT;
    for (int code = 0; code < CODES; code++) {
      if (code <= EXACT) {
        LENGTHS[code] = code;
      } else {
        length = Math.max(length * STEP, LENGTHS[code - 1] + 1.0);
        LENGTHS[code] = (int) Math.min(length, Integer.MAX_VALUE);
      }
    }
  }

  private Lengths() {}

  /** Returns the code of the length that is nearest. */
  static int encode(long length) {
    int wanted = (int) Math.min(length, Integer.MAX_VALUE);
    int found = Arrays.binarySearch(LENGTHS, wanted);
    if (found >= 0) {
      return found;
    }
    int above = Math.min(-found - 1, CODES - 1);
    return wanted - LENGTHS[above - 1] < LENGTHS[above] - wanted ? above - 1 : above;
  }

  static int decode(int code) {
    return LENGTHS[code];
  }
}
