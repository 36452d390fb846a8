package io.msgvault.embed.text;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Finds the parts of a reply that it repeats from the message it answers.
 *
 * <p><b>Marks.</b> A line is quoted if it begins with the quotation mark of mail and news, {@code
 * >}. The mark may also follow the initials of an author ({@code JD>}). Below an attribution it may
 * stand among other marks ({@code |>}, {@code :>}). Other characters are common at the start of
 * lines. One of them marks quotations only in a message where it follows an attribution.
 *
 * <p><b>Attributions.</b> An attribution ("On … X wrote:") is removed with the quotation below it.
 * It is removed alone only if it can be nothing else.
 *
 * <p><b>Headers.</b> The {@linkplain QuotedHeader header} of the original message ends the sender's
 * own text: everything below it is quoted. It all stays if the sender may have written between the
 * lines below: if the text above only greets or refers to them, or if names in brackets mark them.
 * Where quotation marks follow, only the lines with marks are quoted. Everything below the marker
 * of a forwarded message stays, too.
 */
final class QuotedReplies {
  private static final int MAX_ATTRIBUTION_LINES = 3;
  private static final int MAX_ATTRIBUTION_LENGTH = 1_000;
  private static final int MAX_LABEL_LENGTH = 20;
  private static final int MAX_AUTHORS_LENGTH = 200;
  private static final int MAX_LINES_ABOVE_MARKS = 4;

  /** The length up to which the text above a quoted message is a note on the text below it. */
  private static final int MAX_NOTE_LENGTH = 300;

  private static final String QUOTE_MARKS = ">|:}]#%*";
  private static final String LEARNED_MARKS = "|:}])<#%!&;~$";

  /** The name or the initials in brackets that Outlook writes before comments in a quotation. */
  private static final Pattern COMMENT =
      Pattern.compile(
          "[\\[<](?:\\p{Lu}{2,3}|\\p{Lu}\\p{Ll}+(?:[ .-]+\\p{Lu}\\p{L}*){0,3})[\\]>]:? *[^ ].*");

  private static final int MAX_COMMENT_MARK_LENGTH = 60;
  private static final Pattern NO_LETTERS = Pattern.compile("\\P{L}+");

  private static final Set<String> PROMPTS =
      Set.of(
          "SQL", "PS", "CMD", "DOS", "FTP", "GDB", "DB", "AWS", "SH", "TCL", "CLI", "IRB", "TSO");
  private static final int MAX_WRAPPED_LINES = 8;
  private static final int MIN_WRAPPED_LENGTH = 50;

  private final MailLines lines;
  private final BitSet quoted = new BitSet();
  private final StringBuilder authors = new StringBuilder();
  private Set<String> headerLabels = Set.of();
  private int lastQuotation;
  private boolean isAttributed;
  private char learnedMark;

  private QuotedReplies(CharSequence text) {
    this.lines = new MailLines(text);
  }

  /** Finds the quotations of a text. */
  static QuotedReplies in(CharSequence text) {
    QuotedReplies replies = new QuotedReplies(text);
    if (Chars.indexOf(text, '>', 0) >= 0
        || Chars.indexOf(text, ':', 0) >= 0
        || Chars.indexOf(text, '：', 0) >= 0
        || Chars.indexOf(text, "---", 0) >= 0) {
      replies.mark();
    }
    return replies;
  }

  /** Tells whether a text ends with an attribution that has a date or an address. */
  static boolean endsWithAttribution(CharSequence text) {
    QuotedReplies end =
        new QuotedReplies(
            text.subSequence(Math.max(0, text.length() - MAX_ATTRIBUTION_LENGTH), text.length()));
    int last = end.lines.count() - 1;
    while (last > 0 && end.lines.isBlank(last)) {
      last--;
    }
    return MailPhrases.endsAttribution(end.lines.phrase(last)) && end.isDatedAttribution(last);
  }

  /** Returns the text without its quotations; it may be empty. */
  String ownText() {
    return quoted.isEmpty() ? lines.text().toString() : ownText(lines.count());
  }

  /**
   * Returns the offset behind the last line that belongs to a quotation, or behind the header of
   * the last message that is quoted or forwarded. What follows may be text of that message.
   */
  int lastQuotation() {
    return lines.start(lastQuotation);
  }

  /** Returns the labels of the first quoted header, in lower case; empty if there is none. */
  Set<String> headerLabels() {
    return headerLabels;
  }

  private void mark() {
    boolean keepsRest = false;
    int line = 0;
    while (line < lines.count()) {
      int next = line + 1;
      boolean isQuoted = isQuoted(line);
      boolean hasLabel = !isQuoted && hasLabel(line);
      String phrase = endsAsPhrase(line) || hasLabel ? lines.phrase(line) : "";
      Optional<QuotedHeader> header = hasLabel ? QuotedHeader.at(lines, line) : Optional.empty();
      if (MailPhrases.isForwardMarker(phrase)) {
        keepsRest = true;
        lastQuotation = next;
      } else if (isQuoted) {
        quoted.set(line, line + (keepsRest ? 0 : 1));
        lastQuotation = next;
      } else if (header.isPresent() || MailPhrases.isOriginalMarker(phrase)) {
        next = header.map(QuotedHeader::end).orElse(next);
        int start = lines.ruleBefore(line);
        if (headerLabels.isEmpty()) {
          headerLabels = header.map(QuotedHeader::labels).orElse(Set.of());
        }
        lastQuotation = next;
        if (!keepsRest && isMarkedBelow(next)) {
          quoted.set(start, next);
        } else {
          if (!keepsRest && !isAnsweredBelow(start, next, header)) {
            quoted.set(start, lines.count());
          }
          keepsRest = true;
        }
      } else if (!keepsRest && MailPhrases.endsAttribution(phrase)) {
        next = markAttribution(line);
      }
      line = next;
    }
  }

  private String ownText(int end) {
    StringBuilder own = new StringBuilder();
    for (int line = quoted.nextClearBit(0); line < end; ) {
      int next = quoted.nextSetBit(line);
      next = next < 0 ? end : Math.min(next, end);
      own.append(lines.text(), lines.start(line), lines.start(next));
      line = quoted.nextClearBit(next);
    }
    return own.toString();
  }

  // Quoted lines

  private boolean isQuoted(int line) {
    CharSequence text = lines.text();
    int start = lines.contentStart(line);
    int end = lines.end(line);
    if (start < end && learnedMark != 0 && text.charAt(start) == learnedMark) {
      return true;
    }
    int at = start;
    while (at < end && at < start + 4 && text.charAt(at) >= 'A' && text.charAt(at) <= 'Z') {
      at++;
    }
    if (at > start) {
      return at < end
          && text.charAt(at) == '>'
          && isAuthor(line, text.subSequence(start, at).toString());
    }
    for (int bound = Math.min(end, at + 8); at < bound; at++) {
      char c = text.charAt(at);
      if (c == '>') {
        return at == start || isAttributed;
      }
      if (QUOTE_MARKS.indexOf(c) < 0) {
        return false;
      }
    }
    return false;
  }

  /**
   * Tells initials from the prompt of a program: an attribution names their author, or they stand
   * before lines as long as mail programs make them. A single letter is the prompt of DOS.
   */
  private boolean isAuthor(int line, String initials) {
    if (initials.length() < 2 || initials.length() > 3) {
      return false;
    }
    if (authors.indexOf(initials) < 0 && !PROMPTS.contains(initials) && isWrapped(line, initials)) {
      noteAuthors(initials);
    }
    return authors.indexOf(initials) >= 0;
  }

  private boolean isWrapped(int first, String initials) {
    boolean isLong = false;
    int line = first;
    while (line < Math.min(lines.count(), first + MAX_WRAPPED_LINES)
        && Chars.startsWith(lines.text(), lines.contentStart(line), initials + ">")) {
      isLong |= lines.end(line) - lines.start(line) >= MIN_WRAPPED_LENGTH;
      line++;
    }
    return isLong && line > first + 1;
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
    learnAuthors(start, line);
    int next = lines.nextWithContent(line + 1, 2);
    if (next >= 0 && (isQuoted(next) || learnsMark(next))) {
      quoted.set(start, next);
      return next;
    }
    if (MailPhrases.isUnmistakable(lines.phrase(start, line))) {
      quoted.set(start, line + 1);
    }
    return line + 1;
  }

  /** Returns the first line of the attribution that ends with a line, or -1 if there is none. */
  private int attributionStart(int line) {
    for (int start = line; start >= 0 && start > line - MAX_ATTRIBUTION_LINES; start--) {
      if (lines.isBlank(start) || quoted.get(start)) {
        break;
      }
      if (MailPhrases.isAttribution(lines.phrase(start, line))) {
        return start;
      }
    }
    return MailPhrases.namesAuthor(lines.phrase(line)) ? line : -1;
  }

  /** Tells an attribution from words of the author such as "as the poet says:". */
  private boolean isDatedAttribution(int line) {
    int start = attributionStart(line);
    String phrase = start < 0 ? "" : lines.phrase(start, line);
    return phrase.indexOf('@') >= 0 || MailPhrases.isAttribution(phrase);
  }

  /** Notes the capitals that words begin with; the initials of names are among them. */
  private void learnAuthors(int firstLine, int lastLine) {
    isAttributed = true;
    CharSequence text = lines.text();
    StringBuilder capitals = new StringBuilder();
    for (int at = lines.start(firstLine); at < lines.end(lastLine); at++) {
      char c = text.charAt(at);
      if (c >= 'A' && c <= 'Z' && (at == 0 || !Chars.isAlphanumeric(text.charAt(at - 1)))) {
        capitals.append(c);
      }
    }
    noteAuthors(capitals);
  }

  private void noteAuthors(CharSequence capitals) {
    authors.append(' ').append(capitals);
    authors.delete(0, Math.max(0, authors.length() - MAX_AUTHORS_LENGTH));
  }

  private boolean learnsMark(int line) {
    char mark = lines.text().charAt(lines.contentStart(line));
    if (LEARNED_MARKS.indexOf(mark) < 0) {
      return false;
    }
    learnedMark = mark;
    return true;
  }

  // Headers of the original message

  /** Tells whether quotation marks begin within a few lines, so that the other lines are own. */
  private boolean isMarkedBelow(int from) {
    int line = from;
    for (int count = 0; count < MAX_LINES_ABOVE_MARKS && line >= 0; count++) {
      line = lines.nextWithContent(line, MAX_LINES_ABOVE_MARKS);
      if (line >= 0) {
        if (lines.text().charAt(lines.contentStart(line)) == '>') {
          return true;
        }
        line++;
      }
    }
    return false;
  }

  /** Tells whether the sender may have answered below a header, from its start and its end. */
  private boolean isAnsweredBelow(int start, int end, Optional<QuotedHeader> header) {
    String above = WhiteSpace.collapse(Signatures.strip(ownText(start)));
    if (above.isEmpty()) {
      return false;
    }
    if (above.length() <= MAX_NOTE_LENGTH) {
      String note = above.toLowerCase(Locale.ROOT);
      if (MailPhrases.pointsBelow(note) || MailPhrases.saysNothing(note)) {
        return true;
      }
    }
    for (int at = end; at < lines.count(); at++) {
      int line = at;
      if (isComment(line) || header.filter(read -> isNamed(line, read)).isPresent()) {
        return true;
      }
    }
    return false;
  }

  private boolean isComment(int line) {
    int start = lines.contentStart(line);
    int end = Math.min(lines.end(line), start + MAX_COMMENT_MARK_LENGTH);
    CharSequence text = lines.text();
    return start < end
        && (text.charAt(start) == '[' || text.charAt(start) == '<')
        && COMMENT.matcher(text.subSequence(start, end)).matches();
  }

  /** Tells whether a line begins with the name of a recipient and a colon. */
  private boolean isNamed(int line, QuotedHeader header) {
    if (!hasLabel(line)) {
      return false;
    }
    String phrase = lines.phrase(line);
    int colon = phrase.indexOf(':');
    return colon > 1
        && Arrays.asList(NO_LETTERS.split(header.recipients(), -1))
            .contains(phrase.substring(0, colon));
  }

  // Lines

  /** Tells by its last character whether a line can be a marker or an attribution. */
  private boolean endsAsPhrase(int line) {
    int start = lines.start(line);
    int end = lines.contentEnd(line);
    CharSequence text = lines.text();
    return end > start
        && (":：-\u2010".indexOf(text.charAt(end - 1)) >= 0
            || (end - start > 3 && Chars.startsWith(text, end - 3, "...")));
  }

  /** Tells whether a line can belong to the header of a message. */
  private boolean hasLabel(int line) {
    int start = lines.contentStart(line);
    int bound = Math.min(lines.end(line), start + MAX_LABEL_LENGTH);
    for (int at = start; at < bound; at++) {
      char c = lines.text().charAt(at);
      if (c == ':' || c == '：') {
        return true;
      }
    }
    return false;
  }
}
