package io.msgvault.embed.text;

/** Collapses spaces and line breaks, and removes invisible characters. */
final class WhiteSpace {
  private enum Kind {
    VISIBLE,
    SPACE,
    BREAK,
    /** Shapes the letters or emoji on both sides, and has no meaning elsewhere. */
    JOINER,
    INVISIBLE
  }

  private WhiteSpace() {}

  /**
   * Returns the text with one space for each run of spaces, and at most one blank line for each run
   * of line breaks. Neither is left at the start or at the end. Control characters and invisible
   * characters are removed. The method is idempotent.
   */
  static String collapse(CharSequence text) {
    char[] out = new char[text.length()];
    int length = 0;
    int breaks = 0;
    boolean space = false;
    for (int at = 0; at < text.length(); at++) {
      char c = text.charAt(at);
      Kind kind = kind(c);
      if (kind == Kind.JOINER && length > 0 && breaks == 0 && !space && isVisible(text, at + 1)) {
        kind = Kind.VISIBLE;
      }
      switch (kind) {
        case VISIBLE -> {
          if (breaks > 0) {
            out[length++] = '\n';
            if (breaks > 1) {
              out[length++] = '\n';
            }
          } else if (space) {
            out[length++] = ' ';
          }
          out[length++] = c;
          breaks = 0;
          space = false;
        }
        case SPACE -> space = length > 0;
        case BREAK -> breaks += length > 0 ? 1 : 0;
        case JOINER, INVISIBLE -> {}
      }
    }
    return new String(out, 0, length);
  }

  /** Tells whether the text has no visible character. */
  static boolean isBlank(CharSequence text) {
    for (int at = 0; at < text.length(); at++) {
      if (isVisible(text, at)) {
        return false;
      }
    }
    return true;
  }

  /** Tells whether a character is neither seen nor separates words. */
  static boolean isInvisible(char c) {
    Kind kind = kind(c);
    return kind == Kind.INVISIBLE || kind == Kind.JOINER;
  }

  private static boolean isVisible(CharSequence text, int at) {
    return at < text.length() && kind(text.charAt(at)) == Kind.VISIBLE;
  }

  private static Kind kind(char c) {
    if (c > ' ' && c < 0x7f) {
      return Kind.VISIBLE;
    }
    return switch (c) {
      case ' ', '\t' -> Kind.SPACE;
      case '\n', '\u000b', '\f', '\r', '\u0085', '\u2028', '\u2029' -> Kind.BREAK;
      case '\u200c', '\u200d' -> Kind.JOINER;
      // Soft hyphen, grapheme joiner, Arabic letter mark, Mongolian vowel separator, byte order
      // mark.
      case '\u00ad', '\u034f', '\u061c', '\u180e', '\ufeff' -> Kind.INVISIBLE;
      default -> {
        if (Character.isISOControl(c)) {
          yield Kind.INVISIBLE;
        }
        if (c < 0xa0) {
          yield Kind.VISIBLE;
        }
        if (Character.isSpaceChar(c)) {
          yield Kind.SPACE;
        }
        // Zero-width space, marks of direction, invisible operators.
        yield c >= 0x2000 && c < 0x2070 && Character.getType(c) == Character.FORMAT
            ? Kind.INVISIBLE
            : Kind.VISIBLE;
      }
    };
  }
}
