package io.msgvault.embed.pgvector.internal.words;

import java.util.Arrays;

/** Collects bytes. Numbers take seven bits to a byte, the lowest first. */
final class ByteSink {
  private byte[] bytes = new byte[16];
  private int size;

  int size() {
    return size;
  }

  void clear() {
    size = 0;
  }

  void put(int value) {
    require(1);
    bytes[size++] = (byte) value;
  }

  /** Writes a number that is not negative. */
  void number(long value) {
    require(Long.BYTES + 1);
    long rest = value;
    while (rest > 0x7F) {
      bytes[size++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    bytes[size++] = (byte) rest;
  }

  /** Writes a number of either sign. */
  void signed(long value) {
    require(Long.BYTES + 2);
    long rest = (value << 1) ^ (value >> 63);
    while ((rest & ~0x7FL) != 0) {
      bytes[size++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    bytes[size++] = (byte) rest;
  }

  void put(byte[] source, int from, int to) {
    require(to - from);
    System.arraycopy(source, from, bytes, size, to - from);
    size += to - from;
  }

  void put(ByteSink other) {
    put(other.bytes, 0, other.size);
  }

  byte[] toBytes() {
    return Arrays.copyOf(bytes, size);
  }

  private void require(int more) {
    if (size + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(size + more, bytes.length + (bytes.length >> 1)));
    }
  }
}
