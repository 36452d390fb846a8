package io.msgvault.embed.cli.mail;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Optional;

/**
 * Reads the bytes of a mail up to a limit, and repairs its {@linkplain LineEnds line ends} and its
 * header for the parser.
 *
 * <p>A byte order mark, empty lines and lines of junk before the header are left out. So are lines
 * of junk within it: lines that are no field, but have a field that mails have after them. Any
 * other line that is no field ends the header, as if the empty line before the body had been
 * forgotten. Parts of a line, or of the header, beyond its limit are left out too, so that the body
 * after it can be read.
 *
 * <p>An I/O error is thrown as {@link UncheckedIOException}, so that the parser can tell it from a
 * malformed mail.
 */
final class MailStream extends InputStream {
  private static final int MAX_LINE = 256 << 10;
  private static final int MAX_HEADER = 2 << 20;
  private static final int MAX_LINES = 4000;

  /** The longest name of a field. */
  private static final int MAX_NAME = 1000;

  /** The maximum of lines in a row that are taken for junk. */
  private static final int MAX_JUNK = 2;

  private static final String BYTE_ORDER_MARK = "\u00ef\u00bb\u00bf";

  private final InputStream in;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private byte[] normalizedLine = {};
  private int position;
  private boolean inHeader = true;
  private boolean started;
  private int headerBytes;
  private int headerLines;
  private long remaining;
  private Optional<String> problem = Optional.empty();

  /**
   * Creates a stream.
   *
   * @param in the bytes of the mail
   * @param limit the maximum of bytes to read
   */
  MailStream(InputStream in, long limit) {
    this.in = new LineEnds(in);
    this.remaining = limit;
  }

  /** Returns what was left out, if anything was. */
  Optional<String> problem() {
    return problem;
  }

  @Override
  public int read() {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int from, int length) {
    try {
      while (inHeader && position == normalizedLine.length) {
        normalizeLine();
      }
      if (position == normalizedLine.length) {
        return readBody(target, from, length);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    int count = Math.min(length, normalizedLine.length - position);
    System.arraycopy(normalizedLine, position, target, from, count);
    position += count;
    return count;
  }

  private int readBody(byte[] target, int from, int length) throws IOException {
    if (remaining == 0) {
      if (in.read() >= 0) {
        problem("it is too long");
      }
      return -1;
    }
    int count = in.read(target, from, (int) Math.min(length, remaining));
    remaining -= Math.max(0, count);
    return count;
  }

  private void normalizeLine() throws IOException {
    byte[] read = readLine();
    position = 0;
    normalizedLine = new byte[0];
    String text = start(read);
    if (!started && text.startsWith(BYTE_ORDER_MARK)) {
      read = Arrays.copyOfRange(read, BYTE_ORDER_MARK.length(), read.length);
      text = start(read);
    }
    if (!text.isEmpty() && !isEmpty(text) && !isPartOfHeader(text)) {
      read = withoutJunk(read);
      text = start(read);
    }
    if (!inHeader || text.isEmpty()) {
      inHeader = false;
      normalizedLine = read;
    } else if (isEmpty(text)) {
      // Some programs save a mail with empty lines before the header.
      inHeader = !started;
      normalizedLine = started ? read : normalizedLine;
    } else if (headerBytes + read.length > MAX_HEADER || headerLines == MAX_LINES) {
      problem("its header is too long");
    } else {
      started = true;
      headerBytes += read.length;
      headerLines++;
      normalizedLine = read;
    }
  }

  private boolean isPartOfHeader(String text) {
    return HeaderLines.isField(text) || (started && HeaderLines.isContinuation(text));
  }

  /** Returns the field after some junk; without one, the header has ended, and all is body. */
  private byte[] withoutJunk(byte[] junk) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    if (started) {
      body.write('\n');
    }
    body.writeBytes(junk);
    for (int i = 0; i < MAX_JUNK; i++) {
      byte[] next = readLine();
      String text = start(next);
      if (HeaderLines.isKnownField(text)) {
        return next;
      }
      body.writeBytes(next);
      if (text.isEmpty() || (started && isEmpty(text))) {
        break;
      }
    }
    inHeader = false;
    return body.toByteArray();
  }

  /** Reads a line with its end, up to the limit of a line; nothing at the end of the mail. */
  private byte[] readLine() throws IOException {
    line.reset();
    while (remaining > 0) {
      int c = in.read();
      if (c < 0) {
        break;
      }
      remaining--;
      if (line.size() < MAX_LINE || c == '\n') {
        line.write(c);
      } else {
        problem("a line of its header is too long");
      }
      if (c == '\n') {
        break;
      }
    }
    return line.toByteArray();
  }

  private void problem(String text) {
    problem = problem.or(() -> Optional.of(text));
  }

  /** Returns enough of a line to recognize its kind, one character for each byte. */
  private static String start(byte[] line) {
    return new String(line, 0, Math.min(line.length, MAX_NAME), ISO_8859_1);
  }

  private static boolean isEmpty(String text) {
    return text.equals("\n") || text.equals("\r\n");
  }
}
