package io.msgvault.embed.cli.mail;

import java.io.IOException;
import java.io.InputStream;

/** Decodes another stream byte by byte. */
abstract class DecodingStream extends InputStream {
  /** Returns the next decoded byte; -1 at the end. */
  abstract int next() throws IOException;

  @Override
  public int read() throws IOException {
    return next();
  }

  @Override
  public int read(byte[] target, int from, int length) throws IOException {
    int count = 0;
    while (count < length) {
      int b = next();
      if (b < 0) {
        return count == 0 ? -1 : count;
      }
      target[from + count++] = (byte) b;
    }
    return count;
  }
}
