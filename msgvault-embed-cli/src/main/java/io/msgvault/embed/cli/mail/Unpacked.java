package io.msgvault.embed.cli.mail;

import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * Watches over what is unpacked from one file. A small file can unpack to more than a disk holds,
 * so the sum of all that is read from it has two limits: a multiple of its size, and a size.
 */
final class Unpacked {
  /** How many times the size of the file; mail rarely packs better than 20 times. */
  static final int MAX_RATIO = 200;

  /** What any file may unpack to, however small it is. */
  static final long ALWAYS_ALLOWED = 32_000_000;

  private static final long MAX_BYTES = 200_000_000_000L;

  private final long packedBytes;
  private long bytes;
  private boolean cutShort;

  /**
   * Starts to count.
   *
   * @param packedBytes the size of the file
   */
  Unpacked(long packedBytes) {
    this.packedBytes = packedBytes;
  }

  /** Returns a stream that counts, and throws {@link UnpackLimitException} at a limit. */
  InputStream watch(InputStream unpacking) {
    return new FilterInputStream(unpacking) {
      @Override
      public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
      }

      @Override
      public int read(byte[] target, int from, int length) throws IOException {
        if (cutShort) {
          return -1;
        }
        try {
          int count = super.read(target, from, length);
          add(Math.max(0, count));
          return count;
        } catch (EOFException e) { // reported by isCutShort, so that what is there is read
          cutShort = true;
          return -1;
        }
      }

      @Override
      public boolean markSupported() {
        return false;
      }
    };
  }

  /** Returns how much has been unpacked. */
  long bytes() {
    return bytes;
  }

  /** Returns whether the file ends before what is packed in it does. */
  boolean isCutShort() {
    return cutShort;
  }

  private void add(int count) throws UnpackLimitException {
    bytes += count;
    if (bytes > Math.max(ALWAYS_ALLOWED, MAX_RATIO * packedBytes)) {
      throw new UnpackLimitException(MAX_RATIO + " times its size");
    }
    if (bytes > MAX_BYTES) {
      throw new UnpackLimitException(MAX_BYTES / 1_000_000_000 + " GB");
    }
  }
}
