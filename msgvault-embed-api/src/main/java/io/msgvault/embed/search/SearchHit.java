package io.msgvault.embed.search;

import java.util.List;
import java.util.Optional;

/**
 * Names a message that a search found, with its score and the passage that matched.
 *
 * @param messageId the message's id
 * @param score the score by which hits are ranked. In a vector search it is the cosine similarity,
 *     -1 to 1. In a keyword search it is the BM25 score, above 0. In a hybrid search it is the
 *     fused score, at least 0
 * @param vector the rank by vectors; empty if the vector signal did not find the message
 * @param keyword the rank by keywords; empty if the keyword signal did not find the message
 * @param passage the passage that matched, by the signal that adds more to the score. If that is
 *     the vector signal, it is empty unless the searcher prepares the text that was embedded
 *     (SR-5). So it is empty for a message that has changed since, or whose vectors were imported,
 *     or that was embedded under another text policy
 */
public record SearchHit(
    long messageId,
    double score,
    Optional<SignalRank> vector,
    Optional<SignalRank> keyword,
    Optional<Passage> passage) {
  /**
   * Places a message among those that one signal found.
   *
   * @param rank the rank, 1 for the best
   * @param score the cosine similarity or the BM25 score
   */
  public record SignalRank(int rank, double score) {}

  /**
   * Quotes the part of a message's text that matched.
   *
   * @param form the text that the offsets refer to
   * @param start the offset of the first UTF-16 code unit
   * @param end the offset after the last code unit
   * @param text the part itself
   * @param words the places of the question's words in {@code text}, ascending; empty if the
   *     keyword signal did not answer
   */
  public record Passage(TextForm form, int start, int end, String text, List<Span> words) {
    /** Copies the list. */
    public Passage {
      words = List.copyOf(words);
    }
  }

  /**
   * Marks a place in a text.
   *
   * @param start the offset of the first UTF-16 code unit
   * @param end the offset after the last code unit
   */
  public record Span(int start, int end) {}

  /** Names the text that a signal searches. Both forms begin with the subject. */
  public enum TextForm {
    /** The text that was embedded: prepared by the searcher's text policy. */
    PREPARED,
    /**
     * The text that keywords are looked for in: prepared by the standard policy, but with quoted
     * replies and signatures.
     */
    READABLE
  }
}
