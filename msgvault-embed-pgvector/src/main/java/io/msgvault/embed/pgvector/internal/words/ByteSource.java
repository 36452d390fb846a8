package io.msgvault.embed.pgvector.internal.words;

/** Reads what a {@link ByteSink} has collected. */
final class ByteSource {
  private final byte[] bytes;
  private int at;

  ByteSource(byte[] bytes) {
    this.bytes = bytes;
  }

  boolean hasMore() {
    return at < bytes.length;
  }

  int position() {
    return at;
  }

  void skip(int count) {
    at += count;
  }

  int number() {
    return (int) longNumber();
  }

  long longNumber() {
    long value = 0;
    for (int shift = 0; ; shift += 7) {
      byte next = bytes[at++];
      value |= (next & 0x7FL) << shift;
      if (next >= 0) {
        return value;
      }
    }
  }

  long signed() {
    long value = longNumber();
    return (value >>> 1) ^ -(value & 1);
  }
}
