package io.msgvault.embed.text;

import java.util.Arrays;

/** Measures pieces of one text in the unit in which chunks are limited. */
interface LengthMeter {
  /**
   * Returns the farthest offset up to which the text from {@code start} takes no more than {@code
   * units}; {@code start} itself if not even one character fits.
   */
  int reach(int start, int units);

  /** Returns how many units end after {@code start} and no later than {@code end}. */
  int length(int start, int end);

  /** Measures in UTF-16 code units. */
  static LengthMeter ofCharacters(int textLength) {
    return new LengthMeter() {
      @Override
      public int reach(int start, int units) {
        return units < textLength - start ? start + units : textLength;
      }

      @Override
      public int length(int start, int end) {
        return end - start;
      }
    };
  }

  /** Measures in the tokens that end at the given offsets. */
  static LengthMeter ofTokens(int textLength, int[] ends) {
    int previous = 0;
    for (int end : ends) {
      if (end < previous || end > textLength) {
        throw new IllegalArgumentException(
            "the token counter returned offset %d after %d for a text of length %d"
                .formatted(end, previous, textLength));
      }
      previous = end;
    }
    return new LengthMeter() {
      @Override
      public int reach(int start, int units) {
        int before = endingBy(start);
        if (units >= ends.length - before) {
          return textLength;
        }
        int last = before + units;
        // Tokens that end together share a character, so none of them can be left out.
        while (last > before && ends[last - 1] == ends[last]) {
          last--;
        }
        return last == before ? start : ends[last - 1];
      }

      @Override
      public int length(int start, int end) {
        return endingBy(end) - endingBy(start);
      }

      private int endingBy(int offset) {
        int found = Arrays.binarySearch(ends, offset);
        if (found < 0) {
          return -found - 1;
        }
        while (found < ends.length && ends[found] == offset) {
          found++;
        }
        return found;
      }
    };
  }
}
