package io.msgvault.embed.cli.mail;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Optional;

/**
 * The bytes of a mail, in bounds, with a header that a parser can't trip over: a line that is no
 * field ends it, as if the empty line before the body had been forgotten; what is beyond the bounds
 * of a line or of the whole header is left out, so that the body behind it can be read.
 *
 * <p>A file that can't be read is an {@link UncheckedIOException} here, so that it is not taken for
 * a mail that can't be parsed.
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
   * Reads a mail.
   *
   * @param in where it is
   * @param limit the most bytes that are read
   */
  MailStream(InputStream in, long limit) {
    this.in = new BufferedInputStream(in);
    this.remaining = limit;
  }

  /** What was left out, if anything was. */
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
        problem("it is longer than what is read of a mail");
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
      // Empty lines before the header are a slip of whoever saved the mail.
      inHeader = !started && last >= 0;
      normalizedLine = started || last < 0 ? read : new byte[0];
    } else if (!isField(read) && !(started && isContinuation(read))) {
      inHeader = false;
      normalizedLine = started ? afterEmptyLine(read) : read;
    } else if (headerBytes + read.length > MAX_HEADER || headerLines == MAX_LINES) {
      problem("its header is longer than what is read of one");
      normalizedLine = new byte[0];
    } else {
      started = true;
      headerBytes += read.length;
      headerLines++;
    }
  }

  /** Reads a line with its end into the buffer, no more of it than is wanted. */
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
        problem("a line of its header is longer than what is read of one");
      }
      if (c == '\n') {
        return c;
      }
    }
    return -1;
  }

  private void problem(String what) {
    problem = problem.or(() -> Optional.of(what));
  }

  private static boolean isEmpty(byte[] line) {
    return line.length == 0
        || line[0] == '\n'
        || (line.length > 1 && line[0] == '\r' && line[1] == '\n');
  }

  private static boolean isContinuation(byte[] line) {
    return line[0] == ' ' || line[0] == '\t';
  }

  /** Whether the line begins with a name of printable ASCII and a colon (RFC 5322, section 2.2). */
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
