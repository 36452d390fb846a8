package io.msgvault.embed.store;

import java.util.Arrays;

/**
 * The vector of one chunk of a message's prepared text. Vectors are compared by content.
 *
 * @param start the chunk's first UTF-16 unit in the prepared text
 * @param end the unit after its last; equal to {@code start} where it is not known where the chunk
 *     stands, as of vectors that were imported
 * @param vector the embedding; it is not copied, so neither side may change it afterwards
 */
@SuppressWarnings(
    "ArrayRecordComponent") // a defensive copy of each vector would double the traffic
public record ChunkVector(int start, int end, float[] vector) {
  /** Checks the offsets. */
  public ChunkVector {
    if (start < 0 || end < start) {
      throw new IllegalArgumentException(
          "a chunk must have 0 <= start <= end, but has " + start + ", " + end);
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ChunkVector that
        && start == that.start
        && end == that.end
        && Arrays.equals(vector, that.vector);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * start + end) + Arrays.hashCode(vector);
  }

  @Override
  public String toString() {
    return "[" + start + ", " + end + ")×" + vector.length;
  }
}
