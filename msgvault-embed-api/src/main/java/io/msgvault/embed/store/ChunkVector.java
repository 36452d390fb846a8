package io.msgvault.embed.store;

import java.util.Arrays;

/**
 * Holds the vector of one chunk of a message's prepared text. Vectors are compared by content.
 *
 * @param start the chunk's first UTF-16 unit in the prepared text
 * @param end the unit after its last; equal to {@code start} if {@link #hasOffsets} is false
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

  /**
   * Returns the vector of a chunk whose place in the text is not known, such as one that was
   * imported.
   *
   * @param vector the embedding; it is not copied
   */
  public static ChunkVector withoutOffsets(float[] vector) {
    return new ChunkVector(0, 0, vector);
  }

  /** Returns whether the place of the chunk in the text is known. */
  public boolean hasOffsets() {
    return end > start;
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
