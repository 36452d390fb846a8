package io.msgvault.embed.text;

/**
 * Removes {@code data:} URIs (RFC 2397): the scheme, a media type or {@code ;base64}, a comma, and
 * at least one character of data.
 */
final class DataUris {
  private static final String SCHEME = "data:";
  private static final int MAX_MEDIA_TYPE_LENGTH = 120;

  private DataUris() {}

  static String strip(CharSequence text) {
    int found = Chars.indexOf(text, SCHEME, 0);
    if (found < 0) {
      return text.toString();
    }
    StringBuilder out = new StringBuilder(text.length());
    int copied = 0;
    while (found >= 0) {
      int end = end(text, found);
      if (end > found) {
        out.append(text, copied, found);
        copied = end;
      }
      found = Chars.indexOf(text, SCHEME, Math.max(end, found + SCHEME.length()));
    }
    return out.append(text, copied, text.length()).toString();
  }

  /** Returns the end of the URI that begins at {@code start}, or {@code start} if there is none. */
  private static int end(CharSequence text, int start) {
    if (start > 0 && Chars.isAlphanumeric(text.charAt(start - 1))) {
      return start;
    }
    int comma = start + SCHEME.length();
    int bound = Math.min(text.length(), comma + MAX_MEDIA_TYPE_LENGTH);
    boolean typed = false;
    while (comma < bound && text.charAt(comma) != ',') {
      char c = text.charAt(comma);
      if (c == ':' || !isUriCharacter(c)) {
        return start;
      }
      typed |= c == '/' || c == ';';
      comma++;
    }
    if (!typed || comma == bound) {
      return start;
    }
    int end = comma + 1;
    while (end < text.length() && isUriCharacter(text.charAt(end))) {
      end++;
    }
    return end == comma + 1 ? start : end;
  }

  private static boolean isUriCharacter(char c) {
    return c > ' ' && c < 0x7f && "\"'<>()`\\".indexOf(c) < 0;
  }
}
