package io.msgvault.embed.text;

/**
 * Repairs strings that are not well-formed UTF-16.
 *
 * <p>A string may hold half of a surrogate pair. UTF-8 has no form for it, so that databases,
 * endpoints and tokenizers either refuse such a string or shift the offsets after it.
 */
public final class Texts {
  private static final char REPLACEMENT = '\ufffd';

  private Texts() {}

  /**
   * Tells whether every surrogate of a text is part of a pair.
   *
   * @param text any text
   * @return whether the text is well-formed UTF-16
   */
  public static boolean isWellFormed(String text) {
    return loneSurrogate(text, 0) == text.length();
  }

  /**
   * Returns a text with U+FFFD in place of each surrogate that is not part of a pair.
   *
   * @param text any text
   * @return well-formed text of the same length, so that offsets stay valid; the argument itself if
   *     it is well-formed
   */
  public static String wellFormed(String text) {
    int at = loneSurrogate(text, 0);
    if (at == text.length()) {
      return text;
    }
    StringBuilder repaired = new StringBuilder(text);
    while (at < text.length()) {
      repaired.setCharAt(at, REPLACEMENT);
      at = loneSurrogate(text, at + 1);
    }
    return repaired.toString();
  }

  /** Returns the offset of the first lone surrogate at or after {@code from}, or the length. */
  private static int loneSurrogate(String text, int from) {
    int at = from;
    while (at < text.length()) {
      if (Character.isSurrogate(text.charAt(at))) {
        if (Character.charCount(text.codePointAt(at)) == 1) {
          return at;
        }
        at++;
      }
      at++;
    }
    return at;
  }
}
