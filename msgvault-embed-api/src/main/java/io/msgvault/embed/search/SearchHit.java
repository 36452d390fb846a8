package io.msgvault.embed.search;

import java.util.Optional;

/**
 * A message that was found.
 *
 * @param messageId the message's id
 * @param score the cosine similarity of the question and the best passage, -1 to 1
 * @param passage the passage that matched; empty if the message changed since it was embedded, or
 *     was embedded under another text policy than the searcher's
 */
public record SearchHit(long messageId, double score, Optional<Passage> passage) {
  /**
   * A part of a message's prepared text.
   *
   * @param start its first UTF-16 unit in the prepared text
   * @param end the unit after its last
   * @param text the part itself
   */
  public record Passage(int start, int end, String text) {}
}
