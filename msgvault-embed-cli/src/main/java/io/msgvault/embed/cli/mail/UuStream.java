package io.msgvault.embed.cli.mail;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Decodes the uuencoded file in a part; what stands before and after it is skipped. */
final class UuStream extends DecodingStream {
  private static final int MAX_LINE = 1000;

  private final InputStream in;
  private byte[] line = {};
  private int position;
  private boolean begun;
  private boolean ended;

  /** Creates a stream that decodes another one. */
  UuStream(InputStream in) {
    this.in = new BufferedInputStream(in);
  }

  @Override
  int next() throws IOException {
    while (position == line.length) {
      if (ended) {
        return -1;
      }
      nextLine();
    }
    return line[position++] & 0xff;
  }

  private void nextLine() throws IOException {
    String text = readLine();
    line = new byte[0];
    position = 0;
    if (!begun) {
      begun = text.startsWith("begin ");
    } else if (text.equals("end")) {
      ended = true;
    } else if (!text.isEmpty()) {
      line = decode(text);
    }
  }

  private String readLine() throws IOException {
    StringBuilder text = new StringBuilder();
    int c = in.read();
    ended = c < 0;
    while (c >= 0 && c != '\n') {
      if (c != '\r' && text.length() < MAX_LINE) {
        text.append((char) c);
      }
      c = in.read();
    }
    return text.toString();
  }

  /** Decodes a line: a character that gives its length, and four characters for three bytes. */
  private static byte[] decode(String text) {
    byte[] bytes = new byte[value(text, 0)];
    for (int i = 0; i < bytes.length; i++) {
      int first = 1 + i / 3 * 4 + i % 3;
      bytes[i] =
          (byte)
              (value(text, first) << (2 + i % 3 * 2) | value(text, first + 1) >> (4 - i % 3 * 2));
    }
    return bytes;
  }

  private static int value(String text, int at) {
    return at < text.length() ? (text.charAt(at) - ' ') & 0x3f : 0;
  }
}
