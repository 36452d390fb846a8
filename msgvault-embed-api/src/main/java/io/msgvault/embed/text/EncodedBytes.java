package io.msgvault.embed.text;

/**
 * Removes bytes that are written as text. They are PEM and OpenPGP armour (RFC 7468, RFC 9580),
 * uuencoded files, and base64 (RFC 4648), on one line or many.
 */
final class EncodedBytes {
  /** Shorter runs may be words, file names or numbers that a reader would search for. */
  private static final int MIN_RUN_LENGTH = 60;

  /** The length of a full uuencoded line: M for 45 bytes, and four characters for every three. */
  private static final int UU_LINE = 61;

  private EncodedBytes() {}

  static String strip(CharSequence text) {
    return stripBase64(stripUuencoded(stripArmour(text)));
  }

  // Armour

  /**
   * Removes armour. Package-private, as the next two, so that a test can count the work of each.
   */
  static String stripArmour(CharSequence text) {
    String begin = "-----BEGIN ";
    int found = Chars.indexOf(text, begin, 0);
    if (found < 0) {
      return text.toString();
    }
    StringBuilder out = new StringBuilder(text.length());
    int copied = 0;
    while (found >= 0) {
      int next = Chars.lineEnd(text, found);
      // A signed message stays, because its author wrote it.
      if (Chars.isLineStart(text, found)
          && !Chars.startsWith(text, found + begin.length(), "PGP SIGNED")) {
        int line = next + 1;
        while (isArmourLine(text, line)) {
          line = Chars.lineEnd(text, line) + 1;
        }
        if (Chars.startsWith(text, line, "-----END ")) {
          out.append(text, copied, found);
          next = Chars.lineEnd(text, line);
          copied = next;
        }
      }
      found = Chars.indexOf(text, begin, next);
    }
    return out.append(text, copied, text.length()).toString();
  }

  /**
   * Tells whether a line is data, a checksum ({@code =abcd}), a header ({@code Name: value}) or
   * empty.
   */
  private static boolean isArmourLine(CharSequence text, int start) {
    if (start >= text.length()) {
      return false;
    }
    int at = start;
    while (at < text.length()
        && (isBase64(text.charAt(at)) || text.charAt(at) == '=' || text.charAt(at) == '-')) {
      at++;
    }
    return at == text.length() || text.charAt(at) == '\n' || (at > start && text.charAt(at) == ':');
  }

  // Uuencode

  static String stripUuencoded(CharSequence text) {
    int line = nextUuLine(text, 0);
    if (line < 0) {
      return text.toString();
    }
    StringBuilder out = new StringBuilder(text.length());
    int copied = 0;
    while (line >= 0) {
      int after = line;
      while (isFullUuLine(text, after)) {
        after += UU_LINE + 1;
      }
      // People do not write two full lines in a row by chance.
      if (after >= line + 2 * UU_LINE) {
        out.append(text, copied, Math.max(copied, beginLine(text, line)));
        copied = uuEnd(text, after);
        after = copied;
      }
      line = nextUuLine(text, after);
    }
    return out.append(text, copied, text.length()).toString();
  }

  private static int nextUuLine(CharSequence text, int from) {
    int at = from;
    while (at < text.length()) {
      if (Chars.isLineStart(text, at) && isFullUuLine(text, at)) {
        return at;
      }
      int lineBreak = Chars.indexOf(text, "\nM", at);
      at = lineBreak < 0 ? text.length() : lineBreak + 1;
    }
    return -1;
  }

  private static boolean isFullUuLine(CharSequence text, int start) {
    int end = start + UU_LINE;
    if (end > text.length()
        || text.charAt(start) != 'M'
        || (end < text.length() && text.charAt(end) != '\n')) {
      return false;
    }
    for (int at = start; at < end; at++) {
      if (text.charAt(at) < ' ' || text.charAt(at) > '`') {
        return false;
      }
    }
    return true;
  }

  /** Returns the start of the {@code begin 644 name} line before a line, or that line. */
  private static int beginLine(CharSequence text, int line) {
    int longest = 120;
    int at = line - 1;
    while (at > 0 && line - at < longest && text.charAt(at - 1) != '\n') {
      at--;
    }
    return at >= 0 && Chars.isLineStart(text, at) && Chars.startsWith(text, at, "begin ")
        ? at
        : line;
  }

  /**
   * Returns the end of a file whose full lines end before {@code at}: after a shorter line and the
   * end marker.
   */
  private static int uuEnd(CharSequence text, int at) {
    int end = at;
    if (end < text.length()) {
      int bytes = text.charAt(end) - ' ';
      int length = Chars.lineEnd(text, end) - end;
      if (bytes > 0 && bytes < 45 && length == 1 + (bytes + 2) / 3 * 4) {
        end += length + 1;
      }
    }
    end = skipLine(text, skipLine(text, skipLine(text, end, "`"), " "), "end");
    return Math.min(text.length(), end);
  }

  private static int skipLine(CharSequence text, int start, String line) {
    int end = start + line.length();
    return Chars.startsWith(text, start, line) && (end == text.length() || text.charAt(end) == '\n')
        ? end + 1
        : start;
  }

  // Base64

  static String stripBase64(CharSequence text) {
    int start = nextRun(text, 0);
    if (start < 0) {
      return text.toString();
    }
    StringBuilder out = new StringBuilder(text.length());
    int copied = 0;
    while (start >= 0) {
      Base64Run run = Base64Run.at(text, start);
      if (run.isNoise()) {
        out.append(text, copied, start);
        copied = run.end;
      }
      start = nextRun(text, run.end);
    }
    return out.append(text, copied, text.length()).toString();
  }

  /**
   * Returns the start of the next run of at least {@link #MIN_RUN_LENGTH} base64 characters, or -1.
   * Reads every sixtieth character, and goes back from there while characters are base64. In prose
   * it reads one character in ten.
   */
  private static int nextRun(CharSequence text, int from) {
    int start = from;
    while (start + MIN_RUN_LENGTH <= text.length()) {
      int at = start + MIN_RUN_LENGTH - 1;
      while (at >= start && isBase64(text.charAt(at))) {
        at--;
      }
      if (at < start) {
        return start;
      }
      start = at + 1;
    }
    return -1;
  }

  private static boolean isBase64(char c) {
    return Chars.isAlphanumeric(c) || c == '+' || c == '/';
  }

  /**
   * A run of at least {@link #MIN_RUN_LENGTH} base64 characters, with the lines that continue it.
   */
  private static final class Base64Run {
    private final CharSequence text;
    private final int start;
    private int end;
    private int lines;
    private int slashes;
    private boolean upper;
    private boolean lower;
    private boolean digit;

    private Base64Run(CharSequence text, int start) {
      this.text = text;
      this.start = start;
      this.end = start;
    }

    /** Reads a run, and the lines after it that consist of base64 alone. */
    static Base64Run at(CharSequence text, int start) {
      Base64Run run = new Base64Run(text, start);
      int length = run.readLine();
      while (length >= MIN_RUN_LENGTH && run.isBlockLine(length)) {
        run.end++;
        length = run.readLine();
      }
      return run;
    }

    private int readLine() {
      int from = end;
      while (end < text.length() && isBase64(text.charAt(end))) {
        count(text.charAt(end++));
      }
      int length = end - from;
      while (end < text.length() && end - from - length < 2 && text.charAt(end) == '=') {
        end++;
      }
      lines++;
      return length;
    }

    /**
     * Tells whether the block continues after a line break. The next line must be as long as the
     * previous one, or consist of whole groups of four as the last line does.
     */
    private boolean isBlockLine(int previous) {
      if (end >= text.length() || text.charAt(end) != '\n') {
        return false;
      }
      int at = end + 1;
      int bound = Math.min(text.length(), at + previous);
      while (at < bound && isBase64(text.charAt(at))) {
        at++;
      }
      int length = at - end - 1;
      int padding = 0;
      while (padding < 2 && at < text.length() && text.charAt(at) == '=') {
        padding++;
        at++;
      }
      return length > 0
          && (length == previous || (length + padding) % 4 == 0)
          && (at == text.length() || text.charAt(at) == '\n');
    }

    private void count(char c) {
      upper |= c >= 'A' && c <= 'Z';
      lower |= c >= 'a' && c <= 'z';
      digit |= c >= '0' && c <= '9';
      slashes += c == '/' ? 1 : 0;
    }

    /**
     * Tells whether the run is neither a word nor a path. Long words have one case; a path has many
     * slashes.
     */
    boolean isNoise() {
      return upper && lower && digit && (lines > 1 || slashes <= (end - start) / 12);
    }
  }
}
