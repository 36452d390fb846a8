package io.msgvault.embed.text;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Locale;

/**
 * Removes the parts of a reply that it repeats from the message it answers.
 *
 * <p><b>Marks.</b> A line is quoted if it begins with the quotation mark of mail and news, {@code
 * >}. The mark may follow the initials of an author ({@code JD>}) or stand among other marks
 * ({@code |>}, {@code :>}). Other characters are common at the start of lines. One of them marks
 * quotations only in a message where it follows an attribution.
 *
 * <p><b>Attributions.</b> An attribution ("On … X wrote:") is removed with the quotation below it.
 * It is removed alone only if it can be nothing else.
 *
 * <p><b>Headers.</b> The header of the original message, as Outlook writes it, ends the sender's
 * own text: everything below it is quoted. Everything below the marker of a forwarded message
 * stays.
 *
 * <p><b>Work.</b> Only lines that are short enough for a mail program are compared with {@link
 * MailPhrases}. So the work on a line is bounded, except for finding its ends.
 */
final class QuotedReplies {
  private static final int MAX_PHRASE_LENGTH = 300;
  private static final int MAX_ATTRIBUTION_LINES = 3;
  private static final int MAX_LABEL_LENGTH = 10;

  private static final String QUOTE_MARKS = ">|:}]#%*";
  private static final String LEARNED_MARKS = "|:}])<#%!&;~$";

  private final CharSequence text;
  private final int[] starts;
  private final int count;
  private final BitSet quoted = new BitSet();
  private char learnedMark;

  private QuotedReplies(CharSequence text) {
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

  /** Returns the text without its quotations; it may be empty. */
  static String strip(CharSequence text) {
    if (Chars.indexOf(text, '>', 0) < 0
        && Chars.indexOf(text, ':', 0) < 0
        && Chars.indexOf(text, "---", 0) < 0) {
      return text.toString();
    }
    QuotedReplies replies = new QuotedReplies(text);
    replies.mark();
    return replies.quoted.isEmpty() ? text.toString() : replies.rest();
  }

  private void mark() {
    int line = 0;
    while (line < count) {
      int next = line + 1;
      boolean isQuoted = isQuoted(line);
      String phrase = endsAsPhrase(line) || (!isQuoted && hasLabel(line)) ? phrase(line) : "";
      if (MailPhrases.isForwardMarker(phrase)) {
        return;
      }
      if (isQuoted) {
        quoted.set(line);
      } else if (MailPhrases.isOriginalMarker(phrase) || isOriginalHeader(line, phrase)) {
        quoted.set(ruleBefore(line), count);
        return;
      } else if (MailPhrases.endsAttribution(phrase)) {
        next = markAttribution(line);
      }
      line = next;
    }
  }

  private String rest() {
    StringBuilder out = new StringBuilder(text.length());
    for (int line = quoted.nextClearBit(0); line < count; ) {
      int end = quoted.nextSetBit(line);
      end = end < 0 ? count : end;
      out.append(text, starts[line], Math.min(text.length(), starts[end]));
      line = quoted.nextClearBit(end);
    }
    return out.toString();
  }

  // Quoted lines

  private boolean isQuoted(int line) {
    int at = contentStart(line);
    int end = end(line);
    if (at < end && learnedMark != 0 && text.charAt(at) == learnedMark) {
      return true;
    }
    int initials = 0;
    while (at < end && text.charAt(at) >= 'A' && text.charAt(at) <= 'Z') {
      initials++;
      at++;
    }
    if (initials == 1 || initials > 3) {
      // One letter is a DOS prompt, more than three are a word.
      return false;
    }
    for (int bound = Math.min(end, at + 8); at < bound; at++) {
      char c = text.charAt(at);
      if (c == '>') {
        return true;
      }
      if (initials > 0 || QUOTE_MARKS.indexOf(c) < 0) {
        return false;
      }
    }
    return false;
  }

  // Attributions

  /**
   * Marks the attribution that ends with a line, if there is one. Returns the next line to read.
   */
  private int markAttribution(int line) {
    int start = attributionStart(line);
    if (start < 0) {
      return line + 1;
    }
    int next = nextWithContent(line + 1, 2);
    if (next >= 0 && (isQuoted(next) || learnsMark(next))) {
      quoted.set(start, next);
      return next;
    }
    if (MailPhrases.isUnmistakable(phrase(start, line))) {
      quoted.set(start, line + 1);
    }
    return line + 1;
  }

  /** Returns the first line of the attribution that ends with a line, or -1 if there is none. */
  private int attributionStart(int line) {
    for (int start = line; start >= 0 && start > line - MAX_ATTRIBUTION_LINES; start--) {
      if (isBlank(start) || quoted.get(start)) {
        break;
      }
      if (MailPhrases.isAttribution(phrase(start, line))) {
        return start;
      }
    }
    return MailPhrases.namesAuthor(phrase(line)) ? line : -1;
  }

  private boolean learnsMark(int line) {
    char mark = text.charAt(contentStart(line));
    if (LEARNED_MARKS.indexOf(mark) < 0) {
      return false;
    }
    learnedMark = mark;
    return true;
  }

  // Headers of the original message

  private boolean isOriginalHeader(int line, String phrase) {
    if (!MailPhrases.isFrom(phrase)) {
      return false;
    }
    int next = nextWithContent(line + 1, 1);
    String following = next < 0 ? "" : phrase(next);
    return MailPhrases.isSent(following)
        || (MailPhrases.isDate(following) && ruleBefore(line) < line);
  }

  /** Returns the rule above a line, or the line itself if there is none. */
  private int ruleBefore(int line) {
    for (int before = line - 1; before >= 0 && before >= line - 2; before--) {
      if (!isBlank(before)) {
        return MailPhrases.isRule(phrase(before)) ? before : line;
      }
    }
    return line;
  }

  // Lines

  private int nextWithContent(int from, int maxBlank) {
    for (int line = from; line < count && line <= from + maxBlank; line++) {
      if (!isBlank(line)) {
        return line;
      }
    }
    return -1;
  }

  /** Tells by its last character whether a line can be a marker or an attribution. */
  private boolean endsAsPhrase(int line) {
    int start = starts[line];
    int end = contentEnd(line);
    return end > start
        && (":：-".indexOf(text.charAt(end - 1)) >= 0
            || (end - start > 3 && Chars.startsWith(text, end - 3, "...")));
  }

  /** Tells whether a line can belong to the header of a message. */
  private boolean hasLabel(int line) {
    int start = contentStart(line);
    int bound = Math.min(end(line), start + MAX_LABEL_LENGTH);
    for (int at = start; at < bound; at++) {
      if (text.charAt(at) == ':') {
        return true;
      }
    }
    return false;
  }

  private String phrase(int firstLine, int lastLine) {
    StringBuilder phrase = new StringBuilder(phrase(firstLine));
    for (int line = firstLine + 1; line <= lastLine; line++) {
      phrase.append(' ').append(phrase(line));
    }
    return phrase.toString();
  }

  /** Returns a line in lower case, without spaces around it; empty if it is too long to compare. */
  private String phrase(int line) {
    int start = contentStart(line);
    int end = Math.max(start, contentEnd(line));
    return end - start > MAX_PHRASE_LENGTH
        ? ""
        : text.subSequence(start, end).toString().replace('\u00a0', ' ').toLowerCase(Locale.ROOT);
  }

  private boolean isBlank(int line) {
    return contentStart(line) == end(line);
  }

  private int contentStart(int line) {
    int at = starts[line];
    int end = end(line);
    while (at < end && Chars.isWhite(text.charAt(at))) {
      at++;
    }
    return at;
  }

  /** Returns the end of a line without white space, or its start if the line is blank. */
  private int contentEnd(int line) {
    int start = starts[line];
    int at = end(line);
    while (at > start && Chars.isWhite(text.charAt(at - 1))) {
      at--;
    }
    return at;
  }

  private int end(int line) {
    return starts[line + 1] - 1;
  }
}
