package io.msgvault.embed.cli.mail;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Cuts a mailbox file into its messages, as a stream: no message is ever held as a whole.
 *
 * <p>Each message of such a file begins with a postmark, a line {@code From sender date}. Writers
 * hide lines of a body that look like one behind a {@code >}: those of the mboxrd kind do so with
 * every line of the form {@code >>From }, so that reading takes one {@code >} away. The mboxo kind
 * hides only {@code From } itself and can't be told apart; there a quoted {@code >>From } loses one
 * {@code >} too many. Writers that hide nothing leave bodies with {@code From } at the start of a
 * line, so a postmark must have a date. Only in a file whose first postmark has none, every {@code
 * From } after an empty line counts as one.
 */
final class MboxReader {
  /** A postmark is shorter than this. */
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

  /** Reads from a stream whose first line {@linkplain #startsMailbox is a postmark}. */
  MboxReader(InputStream in) {
    this.in = in;
  }

  /** Whether a file that begins with these bytes is a mailbox file. */
  static boolean startsMailbox(byte[] head) {
    return matchesFrom(head, 0, head.length);
  }

  /** Whether a file that begins with these bytes is one for sure: its postmark has a date. */
  static boolean startsDatedMailbox(byte[] head) {
    return startsMailbox(head) && hasDate(line(head, 0, head.length));
  }

  /**
   * Goes to the next message, past what was not read of the present one.
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

  /** How many bytes of the file have been read. */
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

  /** Makes at least the next line, or so much of it as a postmark may have, lie in the buffer. */
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

  /** Whether the line holds a weekday and, after it, a month, a time of day and a year. */
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

  /** The content of one message. It ends where the next one begins. */
  final class Body extends InputStream {
    private final long start;
    private long size;
    private boolean ended;

    private Body(long start) {
      this.start = start;
    }

    /** Where the message begins in the file, in bytes. */
    long start() {
      return start;
    }

    /** How many bytes of the message have been read. */
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

    /** Looks at a line before it is given out: it may be the end, or hide something. */
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
        // Some mail servers leave an older postmark in the header, where it says nothing.
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
