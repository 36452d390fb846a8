package io.msgvault.embed.cli.mail;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Splits a mailbox file into its messages. It works on streams: no message is held in memory.
 *
 * <p>Each message begins with a postmark, a line {@code From sender date}. Writers quote the lines
 * of a body that look like a postmark with a {@code >}, in three ways:
 *
 * <ul>
 *   <li>mboxrd quotes all lines of the form {@code From }, {@code >From }, {@code >>From } and so
 *       on. This class removes one {@code >}.
 *   <li>mboxo quotes only {@code From } itself. A file does not say which way it uses, so a line
 *       that was {@code >From } before quoting loses one {@code >} too many.
 *   <li>Some writers quote nothing, so bodies may have lines that begin with {@code From }.
 *       Therefore a postmark must have a date. If the first postmark of a file has none, every
 *       {@code From } after an empty line counts as a postmark.
 * </ul>
 */
final class MboxReader {
  /** The maximum length of a postmark that is recognised. */
  private static final int LOOKAHEAD_BYTES = 1024;

  private static final byte[] FROM_PREFIX = "From ".getBytes(StandardCharsets.US_ASCII);
  private static final Set<String> WEEKDAYS =
      Set.of("mon", "tue", "wed", "thu", "fri", "sat", "sun");
  private static final Set<String> MONTHS =
      Set.of("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec");

  private final InputStream in;
  private final byte[] buffer = new byte[64 * 1024];
  private int position;
  private int end;
  private long offset;

  private boolean requiresDate;
  private boolean lineStart = true;
  private boolean afterEmptyLine = true;
  private boolean inHeader;
  private Optional<Body> current = Optional.empty();

  /** Creates a reader of a stream whose first line {@linkplain #startsMailbox is a postmark}. */
  MboxReader(InputStream in) {
    this.in = in;
  }

  /** Returns whether a file that begins with these bytes is a mailbox file. */
  static boolean startsMailbox(byte[] head) {
    return matchesFrom(head, 0, head.length);
  }

  /** Returns whether a file that begins with these bytes has a postmark with a date. */
  static boolean startsDatedMailbox(byte[] head) {
    return startsMailbox(head) && hasDate(line(head, 0, head.length));
  }

  /**
   * Moves to the next message, and skips the rest of the current one.
   *
   * @return its content without the postmark; empty at the end of the file
   */
  Optional<Body> nextMessage() throws IOException {
    if (current.isPresent()) {
      current.get().transferTo(OutputStream.nullOutputStream());
    } else {
      fill();
      requiresDate = hasDate(line(buffer, position, end));
    }
    if (!skipPostmark()) {
      current = Optional.empty();
      return current;
    }
    current = Optional.of(new Body(offset));
    return current;
  }

  /** Returns how many bytes of the file have been read. */
  long offset() {
    return offset;
  }

  private boolean skipPostmark() throws IOException {
    boolean any = false;
    while (fill()) {
      any = true;
      int newline = indexOfNewline(position, end);
      advance(newline < 0 ? end - position : newline + 1 - position);
      if (newline >= 0) {
        break;
      }
    }
    lineStart = true;
    afterEmptyLine = false;
    inHeader = true;
    return any;
  }

  /** Fills the buffer with at least the next line, or as much of it as a postmark may have. */
  private boolean fill() throws IOException {
    if (end - position >= LOOKAHEAD_BYTES || indexOfNewline(position, end) >= 0) {
      return true;
    }
    System.arraycopy(buffer, position, buffer, 0, end - position);
    end -= position;
    position = 0;
    while (end < LOOKAHEAD_BYTES && indexOfNewline(0, end) < 0) {
      int read = in.read(buffer, end, buffer.length - end);
      if (read < 0) {
        break;
      }
      end += read;
    }
    return end > 0;
  }

  private void advance(int bytes) {
    position += bytes;
    offset += bytes;
  }

  private boolean atPostmark() {
    return matchesFrom(buffer, position, end)
        && (requiresDate ? hasDate(line(buffer, position, end)) : afterEmptyLine);
  }

  private int indexOfNewline(int from, int to) {
    for (int i = from; i < to; i++) {
      if (buffer[i] == '\n') {
        return i;
      }
    }
    return -1;
  }

  private static boolean matchesFrom(byte[] bytes, int from, int to) {
    if (to - from < FROM_PREFIX.length) {
      return false;
    }
    for (int i = 0; i < FROM_PREFIX.length; i++) {
      if (bytes[from + i] != FROM_PREFIX[i]) {
        return false;
      }
    }
    return true;
  }

  private static String line(byte[] bytes, int from, int to) {
    int stop = from;
    while (stop < to && stop - from < LOOKAHEAD_BYTES && bytes[stop] != '\n') {
      stop++;
    }
    return new String(bytes, from, stop - from, StandardCharsets.ISO_8859_1);
  }

  /** Returns whether the line has a weekday and, after it, a month, a time of day and a year. */
  private static boolean hasDate(String line) {
    boolean weekday = false;
    boolean month = false;
    boolean time = false;
    boolean year = false;
    for (String word :
        line.substring(Math.min(line.length(), FROM_PREFIX.length)).split("[ \t\r,]+", -1)) {
      String lower = word.toLowerCase(Locale.ROOT);
      if (WEEKDAYS.contains(lower)) {
        weekday = true;
      } else if (weekday) {
        month |= MONTHS.contains(lower);
        time |= isTime(lower);
        year |= lower.length() == 4 && lower.chars().allMatch(MboxReader::isDigit);
      }
    }
    return weekday && month && time && year;
  }

  private static boolean isTime(String word) {
    int colon = word.indexOf(':');
    return colon > 0
        && colon + 2 < word.length()
        && word.chars().allMatch(c -> isDigit(c) || c == ':');
  }

  private static boolean isDigit(int c) {
    return c >= '0' && c <= '9';
  }

  /** Reads the content of one message, up to the next postmark. */
  final class Body extends InputStream {
    private final long start;
    private long size;
    private boolean ended;

    private Body(long start) {
      this.start = start;
    }

    /** Returns the offset of the message in the file, in bytes. */
    long start() {
      return start;
    }

    /** Returns how many bytes of the message have been read. */
    long size() {
      return size;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int from, int length) throws IOException {
      if (length == 0) {
        return 0;
      }
      if (lineStart && !ended) {
        ended = !beginLine();
      }
      if (ended || !fill()) {
        ended = true;
        return -1;
      }
      int newline = indexOfNewline(position, end);
      int line = (newline < 0 ? end : newline + 1) - position;
      int count = Math.min(line, length);
      System.arraycopy(buffer, position, target, from, count);
      advance(count);
      size += count;
      lineStart = newline >= 0 && count == line;
      return count;
    }

    /** Handles the start of a line: removes a quote, or returns false at the end of the message. */
    private boolean beginLine() throws IOException {
      while (fill() && !atPostmark()) {
        lineStart = false;
        afterEmptyLine =
            buffer[position] == '\n'
                || (buffer[position] == '\r' && position + 1 < end && buffer[position + 1] == '\n');
        inHeader &= !afterEmptyLine;
        if (!isQuotedFrom()) {
          return true;
        }
        if (!inHeader) {
          advance(1);
          return true;
        }
        // Some mail servers leave an older, quoted postmark in the header; skip it.
        int newline = indexOfNewline(position, end);
        advance((newline < 0 ? end : newline + 1) - position);
        lineStart = newline >= 0;
        if (!lineStart) {
          return true;
        }
      }
      return false;
    }

    private boolean isQuotedFrom() {
      int quotes = 0;
      while (position + quotes < end && buffer[position + quotes] == '>') {
        quotes++;
      }
      return quotes > 0 && matchesFrom(buffer, position + quotes, end);
    }
  }
}
