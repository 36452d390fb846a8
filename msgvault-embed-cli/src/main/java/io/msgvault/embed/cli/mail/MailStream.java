package io.msgvault.embed.cli.mail;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Optional;

/**
 * Reads the bytes of a mail up to a limit, and repairs its header for the parser. A line that is
 * not a field ends the header, as if the empty line before the body had been forgotten. Parts of a
 * line, or of the header, beyond its limit are left out, so that the body after it can be read.
 *
 * <p>An I/O error is thrown as {@link UncheckedIOException}, so that the parser can tell it from a
 * malformed mail.
 */
final class MailStream extends InputStream {
  private static final int MAX_LINE = 256 << 10;
  private static final int MAX_HEADER = 2 << 20;
  private static final int MAX_LINES = 4000;

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
    this.in = new BufferedInputStream(in);
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
    line.reset();
    int last = readLine();
    byte[] read = line.toByteArray();
    position = 0;
    normalizedLine = read;
    if (isEmpty(read)) {
      // Some programs save a mail with empty lines before the header.
      inHeader = !started && last >= 0;
      normalizedLine = started || last < 0 ? read : new byte[0];
    } else if (!isField(read) && !(started && isContinuation(read))) {
      inHeader = false;
      normalizedLine = started ? afterEmptyLine(read) : read;
    } else if (headerBytes + read.length > MAX_HEADER || headerLines == MAX_LINES) {
      problem("its header is too long");
      normalizedLine = new byte[0];
    } else {
      started = true;
      headerBytes += read.length;
      headerLines++;
    }
  }

  /** Reads a line with its end into the buffer, up to the limit of a line. */
  private int readLine() throws IOException {
    int c = -1;
    while (remaining > 0) {
      c = in.read();
      if (c < 0) {
        return c;
      }
      remaining--;
      if (line.size() < MAX_LINE || c == '\n') {
        line.write(c);
      } else {
        problem("a line of its header is too long");
      }
      if (c == '\n') {
        return c;
      }
    }
    return -1;
  }

  private void problem(String text) {
    problem = problem.or(() -> Optional.of(text));
  }

  private static boolean isEmpty(byte[] line) {
    return line.length == 0
        || line[0] == '\n'
        || (line.length > 1 && line[0] == '\r' && line[1] == '\n');
  }

  private static boolean isContinuation(byte[] line) {
    return line[0] == ' ' || line[0] == '\t';
  }

  /**
   * Returns whether the line begins with a name of printable ASCII and a colon (RFC 5322, section
   * 2.2).
   */
  private static boolean isField(byte[] line) {
    int end = 0;
    while (end < line.length && line[end] > ' ' && line[end] < 0x7f && line[end] != ':') {
      end++;
    }
    int colon = end;
    while (colon < line.length && (line[colon] == ' ' || line[colon] == '\t')) {
      colon++;
    }
    return end > 0 && colon < line.length && line[colon] == ':';
  }

  private static byte[] afterEmptyLine(byte[] line) {
    byte[] both = new byte[line.length + 1];
    both[0] = '\n';
    System.arraycopy(line, 0, both, 1, line.length);
    return both;
  }
}
