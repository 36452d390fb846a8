package io.msgvault.embed.cli.mail;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Instant;
import java.util.Optional;

/**
 * Splits a mailbox file into its messages. It works on streams: no message is held in memory.
 *
 * <p>Each message begins with a {@link Postmark}. A line {@code From …} is one if a header follows
 * it. If it has no date, an empty line must stand before it too. Inside a multipart message, the
 * next mention of the boundary decides: if that is a delimiter, the line belongs to a part.
 *
 * <p>Writers quote the lines of a body that look like a postmark with a {@code >}, in these ways:
 *
 * <ul>
 *   <li>mboxrd quotes all lines of the form {@code From }, {@code >From }, {@code >>From } and so
 *       on. This class removes one {@code >}.
 *   <li>mboxo quotes only {@code From } itself. A file does not say which way it uses, so a line
 *       that was {@code >From } before quoting loses one {@code >} too many.
 *   <li>mboxcl2 quotes nothing and states the length of the body instead. If that leads to a
 *       postmark or to the end of the file, the body is taken as it stands.
 * </ul>
 */
final class MboxReader {
  /** How much is looked at to tell a postmark, with the header after it, from other text. */
  private static final int POSTMARK_AHEAD = 8 << 10;

  /** The longest body whose stated length is checked. */
  private static final int MAX_STATED_LENGTH = 8 << 20;

  /** How far the next mention of a boundary is looked for. */
  private static final int BOUNDARY_AHEAD = 256 << 10;

  private static final byte[] FROM = Postmark.PREFIX.getBytes(ISO_8859_1);
  private static final byte[] BYTE_ORDER_MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};

  private final Lookahead in;
  private Optional<Body> current = Optional.empty();

  /** Creates a reader of a stream that {@linkplain #startsMailbox starts a mailbox}. */
  MboxReader(InputStream in) {
    this.in = new Lookahead(in);
  }

  /** Returns whether a file that begins with these bytes is a mailbox file. */
  static boolean startsMailbox(byte[] head) {
    String text = new String(head, ISO_8859_1).replaceFirst("^(\u00ef\u00bb\u00bf)?[\r\n]*", "");
    if (!text.startsWith(Postmark.PREFIX)) {
      return false;
    }
    return new Postmark(firstLine(text)).hasDate() || isPostmark(text, true);
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
      skipByteOrderMark();
      while (in.lineEnd(0) > 0) {
        in.skip(in.lineEnd(0));
      }
    }
    current = in.ahead(1) > 0 ? Optional.of(new Body(takePostmark())) : Optional.empty();
    return current;
  }

  /** Returns how many bytes of the stream have been read. */
  long offset() {
    return in.offset();
  }

  private void skipByteOrderMark() throws IOException {
    if (in.matches(0, BYTE_ORDER_MARK)) {
      in.skip(BYTE_ORDER_MARK.length);
    }
  }

  private Postmark takePostmark() throws IOException {
    skipByteOrderMark();
    Postmark postmark = new Postmark(firstLine(in.text(0, POSTMARK_AHEAD)));
    boolean inLine = true;
    while (inLine && in.ahead(1) > 0) {
      int length = in.line(0, POSTMARK_AHEAD);
      inLine = in.at(length - 1) != '\n';
      in.skip(length);
    }
    return postmark;
  }

  private boolean atPostmark(int index, boolean afterEmptyLine) throws IOException {
    int from = index + (in.matches(index, BYTE_ORDER_MARK) ? BYTE_ORDER_MARK.length : 0);
    return in.matches(from, FROM) && isPostmark(in.text(from, POSTMARK_AHEAD), afterEmptyLine);
  }

  /** Returns whether a text that begins with {@code From } begins a message. */
  private static boolean isPostmark(String text, boolean afterEmptyLine) {
    String line = firstLine(text);
    Postmark postmark = new Postmark(line);
    String following = text.substring(Math.min(text.length(), line.length() + 1));
    boolean header = HeaderLines.beginsWithHeader(following);
    boolean field = HeaderLines.beginsWithField(following);
    if (!postmark.hasDate()) {
      return header && field && afterEmptyLine && postmark.mayLackDate();
    }
    // Some programs write empty lines between a postmark and its header.
    return header
        || (afterEmptyLine && HeaderLines.beginsWithHeader(following.replaceFirst("^[\r\n]+", "")));
  }

  private static String firstLine(String text) {
    int end = text.indexOf('\n');
    return end < 0 ? text : text.substring(0, end);
  }

  /** Reads the content of one message, up to the next postmark. */
  final class Body extends InputStream {
    private final Postmark postmark;
    private final long start = in.offset();
    private final MboxHeader header = MboxHeader.read(in);

    /** The offset at which the body ends by its stated length; negative if it is not believed. */
    private final long statedEnd = believedEnd();

    private long size;
    private boolean lineStart = true;
    private boolean afterEmptyLine;
    private boolean inHeader = true;
    private final byte[] delimiter = header.delimiter().getBytes(ISO_8859_1);
    private final byte[] closingDelimiter = (header.delimiter() + "--").getBytes(ISO_8859_1);
    private boolean partsEnded = header.delimiter().isEmpty();
    private long delimiterAt = -1;
    private boolean ended;

    private Body(Postmark postmark) throws IOException {
      this.postmark = postmark;
    }

    /** Returns the offset of the message in the file, in bytes. */
    long start() {
      return start;
    }

    /** Returns how many bytes of the message have been read. */
    long size() {
      return size;
    }

    /** Returns the date of the postmark. */
    Optional<Instant> postmarkDate() {
      return postmark.date();
    }

    /** Returns whether a mail program has marked the message as deleted. */
    boolean isDeleted() {
      return header.deleted();
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
        ended = (statedEnd >= 0 && !inHeader) ? atStatedEnd() : !beginLine();
      }
      if (ended) {
        return -1;
      }
      int count = Math.min(length, in.line(0, POSTMARK_AHEAD));
      if (statedEnd >= 0) {
        count = (int) Math.min(count, statedEnd - in.offset());
      }
      ended = count == 0;
      if (ended) {
        return -1;
      }
      lineStart = in.at(count - 1) == '\n' || in.offset() + count == statedEnd;
      in.take(target, from, count);
      size += count;
      return count;
    }

    /**
     * Returns the offset of the end by the stated length, if it leads to a postmark or to the end
     * of the file.
     */
    private long believedEnd() throws IOException {
      if (header.statedLength() < 0 || header.statedLength() > MAX_STATED_LENGTH) {
        return -1;
      }
      int bodyEnd = header.length() + (int) header.statedLength();
      if (in.ahead(bodyEnd) < bodyEnd) {
        return -1;
      }
      int next = bodyEnd + in.lineEnd(bodyEnd);
      next += in.lineEnd(next);
      boolean atEnd = in.ahead(next + 1) == next;
      boolean leadsToNext =
          atEnd || (next > 0 && in.at(next - 1) == '\n' && atPostmark(next, true));
      return leadsToNext ? start + bodyEnd : -1;
    }

    /** Passes over the empty line that ends a message. */
    private boolean atStatedEnd() throws IOException {
      if (in.offset() < statedEnd) {
        return false;
      }
      in.skip(in.lineEnd(0));
      in.skip(in.lineEnd(0));
      return true;
    }

    /** Handles the start of a line: removes a quote, or returns false at the end of the message. */
    private boolean beginLine() throws IOException {
      while (in.ahead(1) > 0 && !endsBeforeLine()) {
        lineStart = false;
        afterEmptyLine = in.lineEnd(0) > 0;
        inHeader &= !afterEmptyLine;
        if (isQuotedFrom() && !inHeader) {
          in.skip(1);
          return true;
        }
        boolean postmarkInHeader = inHeader && (isQuotedFrom() || isSecondPostmark());
        if (!postmarkInHeader) {
          return true;
        }
        // Some mail servers leave an older postmark in the header; skip it.
        int line = in.line(0, POSTMARK_AHEAD);
        lineStart = in.at(line - 1) == '\n';
        in.skip(line);
        if (!lineStart) {
          return true;
        }
      }
      return false;
    }

    private boolean endsBeforeLine() throws IOException {
      if (!partsEnded && in.matches(0, closingDelimiter)) {
        partsEnded = true;
      }
      return !isSecondPostmark()
          && atPostmark(0, afterEmptyLine)
          && (partsEnded || !delimiterComesNext());
    }

    private boolean isSecondPostmark() throws IOException {
      return in.offset() == start && in.matches(0, FROM);
    }

    private boolean isQuotedFrom() throws IOException {
      int quotes = 0;
      while (in.ahead(quotes + 1) > quotes && in.at(quotes) == '>' && quotes < POSTMARK_AHEAD) {
        quotes++;
      }
      return quotes > 0 && in.matches(quotes, FROM);
    }

    /** Returns whether the next mention of the boundary is a delimiter of this message's parts. */
    private boolean delimiterComesNext() throws IOException {
      if (delimiterAt > in.offset()) {
        return true;
      }
      int last = in.ahead(BOUNDARY_AHEAD) - delimiter.length;
      for (int i = 1; i <= last; i++) {
        // The text of a boundary is found first, which its declaration in a header has too.
        if (in.at(i + 2) == delimiter[2] && mentions(i)) {
          boolean atLineStart = in.at(i - 1) == '\n' && in.at(i) == '-' && in.at(i + 1) == '-';
          delimiterAt = atLineStart ? in.offset() + i : -1;
          return atLineStart;
        }
      }
      return false;
    }

    private boolean mentions(int index) {
      for (int i = 2; i < delimiter.length; i++) {
        if (in.at(index + i) != delimiter[i]) {
          return false;
        }
      }
      return true;
    }
  }
}
