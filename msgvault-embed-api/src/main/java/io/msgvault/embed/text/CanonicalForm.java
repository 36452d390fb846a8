package io.msgvault.embed.text;

import java.text.Normalizer;

/**
 * Brings text into Unicode normalization form C, in which letters with marks are one character.
 *
 * <p>The work of the normalizer grows with the square of a run of marks, which no language has. So
 * it is given pieces of bounded length. A piece ends before a letter if there is one.
 */
final class CanonicalForm {
  /** Characters below this one never change, and never join the one before. */
  private static final char FIRST_MARK = '\u0300';

  private static final int MAX_PIECE_LENGTH = 1_000;

  private CanonicalForm() {}

  static String of(String text) {
    int at = 0;
    while (at < text.length() && text.charAt(at) < FIRST_MARK) {
      at++;
    }
    if (at == text.length()) {
      return text;
    }
    at = Math.max(0, at - 1);
    StringBuilder out = new StringBuilder(text.length()).append(text, 0, at);
    while (at < text.length()) {
      int end = pieceEnd(text, at);
      out.append(Normalizer.normalize(text.substring(at, end), Normalizer.Form.NFC));
      at = end;
    }
    return out.toString();
  }

  private static int pieceEnd(String text, int start) {
    if (text.length() - start <= MAX_PIECE_LENGTH) {
      return text.length();
    }
    int end = start + MAX_PIECE_LENGTH;
    for (int at = end; at > start; at--) {
      if (text.charAt(at) < FIRST_MARK) {
        return at;
      }
    }
    return Character.isLowSurrogate(text.charAt(end)) ? end - 1 : end;
  }
}
