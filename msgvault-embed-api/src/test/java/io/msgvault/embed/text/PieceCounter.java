package io.msgvault.embed.text;

import java.util.Arrays;

/**
 * Cuts words into pieces as subword tokenizers do: what a word begins with is a shorter piece than
 * what it goes on with, so that a part of a word may have more tokens than it has within the word.
 * Punctuation and ideographs are tokens of their own, and what is beyond 16 bits is two tokens.
 */
final class PieceCounter implements TokenCounter {
  private static final int FIRST = 2;
  private static final int FURTHER = 5;

  private long counted;

  /** How many characters were given to this counter. */
  long counted() {
    return counted;
  }

  @Override
  public int[] tokenEnds(String text) {
    counted += text.length();
    int[] ends = new int[text.length()];
    int count = 0;
    int at = 0;
    while (at < text.length()) {
      int codePoint = text.codePointAt(at);
      if (Chars.isWhite((char) codePoint) && codePoint <= 0xffff) {
        at++;
      } else if (isPartOfWord(codePoint)) {
        int room = FIRST;
        while (at < text.length() && isPartOfWord(text.codePointAt(at))) {
          at++;
          if (--room == 0) {
            ends[count++] = at;
            room = FURTHER;
          }
        }
        if (count == 0 || ends[count - 1] < at) {
          ends[count++] = at;
        }
      } else {
        at += Character.charCount(codePoint);
        ends[count++] = at;
        if (codePoint > 0xffff) {
          ends[count++] = at;
        }
      }
    }
    return Arrays.copyOf(ends, count);
  }

  private static boolean isPartOfWord(int codePoint) {
    return codePoint <= 0xffff
        && Character.isLetterOrDigit(codePoint)
        && !Character.isIdeographic(codePoint);
  }
}
