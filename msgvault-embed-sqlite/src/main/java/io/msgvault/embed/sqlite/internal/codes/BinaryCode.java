package io.msgvault.embed.sqlite.internal.codes;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One vector as one bit for each component, with a factor that corrects the estimates from the
 * bits.
 *
 * @param words the signs of the rotated vector, 64 to a word, lowest bit first
 * @param factor see {@link CodeMatrix}
 */
@SuppressWarnings("ArrayRecordComponent") // codes are not compared
public record BinaryCode(long[] words, float factor) {

  /** Returns the code of a vector. */
  public static BinaryCode of(float[] vector, Rotation rotation) {
    return of(List.of(vector), rotation).get(0);
  }

  /** Returns the codes of vectors, in their order. */
  public static List<BinaryCode> of(List<float[]> vectors, Rotation rotation) {
    List<BinaryCode> codes = new ArrayList<>(vectors.size());
    for (int from = 0; from < vectors.size(); from += Rotation.LANES) {
      int to = Math.min(vectors.size(), from + Rotation.LANES);
      addTo(codes, rotation.apply(vectors.subList(from, to)));
    }
    return codes;
  }

  private static void addTo(List<BinaryCode> codes, float[][] rotated) {
    int count = rotated[0].length;
    float[] sums = new float[count];
    long[] bits = new long[count];
    long[][] words = new long[count][rotated.length / Long.SIZE];
    for (int word = 0; word < rotated.length / Long.SIZE; word++) {
      Arrays.fill(bits, 0);
      for (int i = 0; i < Long.SIZE; i++) {
        float[] row = rotated[word * Long.SIZE + i];
        for (int k = 0; k < count; k++) {
          sums[k] += Math.abs(row[k]);
        }
        for (int k = 0; k < count; k++) {
          // Without a branch, which would be mispredicted half the time.
          bits[k] |= positive(row[k]) << i;
        }
      }
      for (int k = 0; k < count; k++) {
        words[k][word] = bits[k];
      }
    }
    for (int k = 0; k < count; k++) {
      codes.add(new BinaryCode(words[k], 1 / sums[k]));
    }
  }

  /** Returns 0 if the sign bit is set, else 1. */
  private static long positive(float value) {
    return Float.floatToRawIntBits(value) < 0 ? 0 : 1;
  }

  /** Returns the number of bytes that {@link #write} takes. */
  public static int bytes(Rotation rotation) {
    return rotation.size() / Byte.SIZE + Float.BYTES;
  }

  /** Writes the code after the other codes of its message, little-endian. */
  public void write(ByteBuffer target) {
    target.order(ByteOrder.LITTLE_ENDIAN);
    for (long word : words) {
      target.putLong(word);
    }
    target.putFloat(factor);
  }

  /** Reads the next code. */
  public static BinaryCode read(ByteBuffer source, Rotation rotation) {
    source.order(ByteOrder.LITTLE_ENDIAN);
    long[] words = new long[rotation.size() / Long.SIZE];
    for (int i = 0; i < words.length; i++) {
      words[i] = source.getLong();
    }
    return new BinaryCode(words, source.getFloat());
  }
}
