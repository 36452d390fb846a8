package io.msgvault.embed.text;

import java.util.Arrays;
import java.util.Locale;

/**
 * The lines of a text. Reads them in place.
 *
 * <p>Only lines that are short enough for a mail program are returned as a {@linkplain #phrase(int)
 * phrase}. So the work on a line is bounded, except for finding its ends.
 */
final class MailLines {
  private static final int MAX_PHRASE_LENGTH = 300;

  private final CharSequence text;
  private final int[] starts;
  private final int count;

  MailLines(CharSequence text) {
    this.text = text;
    int[] found = new int[16];
    int lines = 0;
    for (int start = 0; start <= text.length(); start = Chars.lineEnd(text, start) + 1) {
      if (lines + 1 == found.length) {
        found = Arrays.copyOf(found, found.length * 2);
      }
      found[lines++] = start;
    }
    found[lines] = text.length() + 1;
    this.starts = found;
    this.count = lines;
  }

  CharSequence text() {
    return text;
  }

  int count() {
    return count;
  }

  /** Returns the offset of a line, or the end of the text for the line after the last. */
  int start(int line) {
    return Math.min(starts[line], text.length());
  }

  /** Returns the end of a line, before its line break. */
  int end(int line) {
    return starts[line + 1] - 1;
  }

  /** Returns the first visible character of a line, or its end if it is blank. */
  int contentStart(int line) {
    int at = starts[line];
    int end = end(line);
    while (at < end && isPadding(text.charAt(at))) {
      at++;
    }
    return at;
  }

  /** Returns the end of a line without padding, or its start if it is blank. */
  int contentEnd(int line) {
    int start = starts[line];
    int at = end(line);
    while (at > start && isPadding(text.charAt(at - 1))) {
      at--;
    }
    return at;
  }

  private static boolean isPadding(char c) {
    return Chars.isWhite(c) || WhiteSpace.isInvisible(c);
  }

  boolean isBlank(int line) {
    return contentStart(line) == end(line);
  }

  /** Returns the first line with content below {@code maxBlank} blank lines or fewer, or -1. */
  int nextWithContent(int from, int maxBlank) {
    for (int line = from; line < count && line <= from + maxBlank; line++) {
      if (!isBlank(line)) {
        return line;
      }
    }
    return -1;
  }

  /**
   * Returns a line in lower case, with plain spaces and none around it; empty if it is too long to
   * be a phrase of a mail program.
   */
  String phrase(int line) {
    int start = contentStart(line);
    int end = Math.max(start, contentEnd(line));
    return end - start > MAX_PHRASE_LENGTH
        ? ""
        : WhiteSpace.collapse(text.subSequence(start, end)).toLowerCase(Locale.ROOT);
  }

  /** Returns lines as one phrase. */
  String phrase(int firstLine, int lastLine) {
    StringBuilder phrase = new StringBuilder(phrase(firstLine));
    for (int line = firstLine + 1; line <= lastLine; line++) {
      phrase.append(' ').append(phrase(line));
    }
    return phrase.toString();
  }

  /** Returns the horizontal rule above a line, or the line itself if there is none. */
  int ruleBefore(int line) {
    for (int before = line - 1; before >= 0 && before >= line - 2; before--) {
      if (!isBlank(before)) {
        return MailPhrases.isRule(phrase(before)) ? before : line;
      }
    }
    return line;
  }
}
