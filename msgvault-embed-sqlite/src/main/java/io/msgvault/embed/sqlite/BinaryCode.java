package io.msgvault.embed.sqlite;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * One vector as one bit for each component, with a factor that makes up for what the bits leave
 * out.
 *
 * @param words the signs of the rotated vector, 64 to a word, lowest bit first
 * @param factor see {@link BinaryCodes}
 */
@SuppressWarnings("ArrayRecordComponent") // codes are not compared
record BinaryCode(long[] words, float factor) {

  /** The code of a vector. */
  static BinaryCode of(float[] vector, Rotation rotation) {
    float[] rotated = rotation.apply(vector);
    long[] words = new long[rotated.length / Long.SIZE];
    double even = 0;
    double odd = 0;
    for (int word = 0; word < words.length; word++) {
      long bits = 0;
      for (int i = 0; i < Long.SIZE; i += 2) {
        float first = rotated[word * Long.SIZE + i];
        float second = rotated[word * Long.SIZE + i + 1];
        even += Math.abs(first);
        odd += Math.abs(second);
        // No branch: it would be mispredicted half the time.
        bits |= (positive(first) | positive(second) << 1) << i;
      }
      words[word] = bits;
    }
    return new BinaryCode(words, (float) (1 / (even + odd)));
  }

  /** 1 unless the sign bit is set, then 0. */
  private static long positive(float value) {
    return Float.floatToRawIntBits(value) < 0 ? 0 : 1;
  }

  /** How many bytes {@link #write} takes. */
  static int bytes(Rotation rotation) {
    return rotation.size() / Byte.SIZE + Float.BYTES;
  }

  /** Puts the code behind the others of its message, little-endian. */
  void write(ByteBuffer target) {
    target.order(ByteOrder.LITTLE_ENDIAN);
    for (long word : words) {
      target.putLong(word);
    }
    target.putFloat(factor);
  }

  /** Takes the next code. */
  static BinaryCode read(ByteBuffer source, Rotation rotation) {
    source.order(ByteOrder.LITTLE_ENDIAN);
    long[] words = new long[rotation.size() / Long.SIZE];
    for (int i = 0; i < words.length; i++) {
      words[i] = source.getLong();
    }
    return new BinaryCode(words, source.getFloat());
  }
}
