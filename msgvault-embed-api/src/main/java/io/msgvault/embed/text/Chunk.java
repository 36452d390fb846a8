package io.msgvault.embed.text;

/**
 * Marks a piece of a prepared text by half-open UTF-16 offsets.
 *
 * @param start the offset of the first code unit, from 0
 * @param end the offset after the last code unit, greater than {@code start}
 */
public record Chunk(int start, int end) {
  /**
   * Checks the offsets.
   *
   * @throws IllegalArgumentException if {@code start} is negative or not less than {@code end}
   */
  public Chunk {
    if (start < 0 || end <= start) {
      throw new IllegalArgumentException(
          "start is %d and end is %d, but must be 0 <= start < end".formatted(start, end));
    }
  }

  /**
   * Returns the text of this chunk.
   *
   * @param prepared the text that this chunk was cut from
   * @return the part from {@code start} to {@code end}
   * @throws IndexOutOfBoundsException if the text is shorter than {@code end}
   */
  public String of(String prepared) {
    return prepared.substring(start, end);
  }
}
