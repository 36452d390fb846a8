package io.msgvault.embed.store;

/**
 * Names a message that was found by its best chunk.
 *
 * @param messageId the message's id
 * @param revision the revision of the content that was embedded
 * @param start the best chunk's first UTF-16 unit in the prepared text
 * @param end the unit after its last; equal to {@code start} if {@link #hasOffsets} is false
 * @param score the cosine similarity of query and chunk, -1 to 1
 */
public record VectorHit(long messageId, long revision, int start, int end, double score) {
  /** Returns whether the place of the chunk in the text is known. */
  public boolean hasOffsets() {
    return end > start;
  }
}
