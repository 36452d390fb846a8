package io.msgvault.embed.cli.mail;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads a stream, and looks at bytes that come later. Positions count from the next byte to be
 * taken. The buffer grows to what a caller looks at, so callers set the limit.
 */
final class Lookahead {
  private final InputStream in;
  private byte[] buffer = new byte[64 << 10];
  private int position;
  private int end;
  private long offset;

  Lookahead(InputStream in) {
    this.in = in;
  }

  /** Returns how many bytes of the stream have been taken. */
  long offset() {
    return offset;
  }

  /** Returns how many of the wanted bytes are there; fewer only at the end of the stream. */
  int ahead(int wanted) throws IOException {
    if (position + wanted > buffer.length && end - position < wanted) {
      // Twice as much as is wanted, so that bytes are not moved again soon.
      byte[] target = 2 * wanted > buffer.length ? new byte[2 * wanted] : buffer;
      System.arraycopy(buffer, position, target, 0, end - position);
      buffer = target;
      end -= position;
      position = 0;
    }
    while (end - position < wanted) {
      int read = in.read(buffer, end, buffer.length - end);
      if (read < 0) {
        return end - position;
      }
      end += read;
    }
    return wanted;
  }

  /** Returns a byte that {@link #ahead} has reported. */
  byte at(int index) {
    return buffer[position + index];
  }

  /** Returns whether these bytes come at an index. */
  boolean matches(int index, byte[] bytes) throws IOException {
    return ahead(index + bytes.length) == index + bytes.length
        && Arrays.equals(
            buffer, position + index, position + index + bytes.length, bytes, 0, bytes.length);
  }

  /** Returns the length of the line at an index with its end; all of the bytes if it is longer. */
  int line(int index, int limit) throws IOException {
    int to = ahead(index + limit);
    for (int i = index; i < to; i++) {
      if (buffer[position + i] == '\n') {
        return i + 1 - index;
      }
    }
    return to - index;
  }

  /** Returns the length of the line end at an index: 0, 1 or 2. */
  int lineEnd(int index) throws IOException {
    int there = ahead(index + 2) - index;
    if (there > 0 && at(index) == '\n') {
      return 1;
    }
    return there > 1 && at(index) == '\r' && at(index + 1) == '\n' ? 2 : 0;
  }

  /** Returns bytes as text, one character each; fewer only at the end of the stream. */
  String text(int index, int length) throws IOException {
    int to = ahead(index + length);
    return new String(
        buffer, position + index, Math.max(0, to - index), StandardCharsets.ISO_8859_1);
  }

  /** Takes bytes that {@link #ahead} has reported. */
  void take(byte[] target, int from, int count) {
    System.arraycopy(buffer, position, target, from, count);
    skip(count);
  }

  /** Passes over bytes that {@link #ahead} has reported. */
  void skip(int count) {
    position += count;
    offset += count;
  }
}
