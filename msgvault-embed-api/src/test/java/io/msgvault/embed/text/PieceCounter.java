package io.msgvault.embed.text;

import java.util.Arrays;

/**
 * Cuts words into pieces as subword tokenizers do. The first piece of a word is shorter than the
 * others. So a part of a word may have more tokens on its own than within the word. Punctuation and
 * ideographs are tokens of their own. A code point beyond 16 bits is two tokens.
 */
final class PieceCounter implements TokenCounter {
  private static final int FIRST_LENGTH = 2;
  private static final int NEXT_LENGTH = 5;

  private long counted;

  /** Returns the number of characters that this counter was given. */
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
        int room = FIRST_LENGTH;
        while (at < text.length() && isPartOfWord(text.codePointAt(at))) {
          at++;
          if (--room == 0) {
            ends[count++] = at;
            room = NEXT_LENGTH;
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
