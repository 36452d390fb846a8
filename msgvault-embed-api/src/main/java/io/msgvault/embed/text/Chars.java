package io.msgvault.embed.text;

/**
 * Searches and classifies characters for the steps.
 *
 * <p>The steps read {@link CharSequence}s rather than strings so that a test can count how often
 * they read a character. So it shows that their work grows no faster than the text.
 */
final class Chars {
  private Chars() {}

  /** Returns the offset of the first {@code c} at or after {@code from}, or -1. */
  static int indexOf(CharSequence text, char c, int from) {
    if (text instanceof String string) {
      return string.indexOf(c, from);
    }
    for (int at = from; at < text.length(); at++) {
      if (text.charAt(at) == c) {
        return at;
      }
    }
    return -1;
  }

  /** Returns the offset of the first {@code word} at or after {@code from}, or -1. */
  static int indexOf(CharSequence text, String word, int from) {
    if (text instanceof String string) {
      return string.indexOf(word, from);
    }
    for (int at = from; at <= text.length() - word.length(); at++) {
      if (startsWith(text, at, word)) {
        return at;
      }
    }
    return -1;
  }

  /** Tells whether {@code word} stands at {@code at}. */
  static boolean startsWith(CharSequence text, int at, String word) {
    if (at + word.length() > text.length()) {
      return false;
    }
    for (int i = 0; i < word.length(); i++) {
      if (text.charAt(at + i) != word.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** Returns the offset of the line break that ends the line of {@code from}, or of the end. */
  static int lineEnd(CharSequence text, int from) {
    int end = indexOf(text, '\n', from);
    return end < 0 ? text.length() : end;
  }

  /** Tells whether a line begins at {@code at}. */
  static boolean isLineStart(CharSequence text, int at) {
    return at == 0 || text.charAt(at - 1) == '\n';
  }

  /** Tells whether {@code c} is white space, no-break spaces included. */
  static boolean isWhite(char c) {
    return c <= 0x7f
        ? c == ' ' || (c >= '\t' && c <= '\r') || (c >= 0x1c && c <= 0x1f)
        : Character.isWhitespace(c) || Character.isSpaceChar(c);
  }

  /** Tells whether {@code c} is an ASCII letter or digit. */
  static boolean isAlphanumeric(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  }
}
