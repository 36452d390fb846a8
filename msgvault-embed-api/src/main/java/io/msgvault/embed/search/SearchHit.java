package io.msgvault.embed.search;

import java.util.List;
import java.util.Optional;

/**
 * A message that was found.
 *
 * @param messageId the message's id
 * @param score what hits are ranked by: in a vector search the cosine similarity, -1 to 1; in a
 *     keyword search the BM25 score, above 0; in a hybrid search the fused score, at least 0
 * @param vector how the vectors found it, if they did
 * @param keyword how the keywords found it, if they did
 * @param passage the passage that matched, of the signal that counted for more; empty if that was
 *     the vectors and the message changed since it was embedded, was embedded under another text
 *     policy than the searcher's, or has vectors that were imported
 */
public record SearchHit(
    long messageId,
    double score,
    Optional<SignalRank> vector,
    Optional<SignalRank> keyword,
    Optional<Passage> passage) {
  /**
   * A message's place among those that one signal found.
   *
   * @param rank 1 for the best
   * @param score the cosine similarity, or the BM25 score
   */
  public record SignalRank(int rank, double score) {}

  /**
   * A part of a message's text.
   *
   * @param form the text that the offsets are into
   * @param start its first UTF-16 unit
   * @param end the unit after its last
   * @param text the part itself
   * @param words where the words of the question stand in the part, in order; empty if keywords had
   *     no part in the search
   */
  public record Passage(TextForm form, int start, int end, String text, List<Span> words) {
    /** Copies the list. */
    public Passage {
      words = List.copyOf(words);
    }
  }

  /**
   * A place in a text.
   *
   * @param start its first UTF-16 unit
   * @param end the unit after its last
   */
  public record Span(int start, int end) {}

  /** What was made of a message for one of the signals. Both begin with the subject. */
  public enum TextForm {
    /** What was embedded: the prepared text of the searcher's policy. */
    PREPARED,
    /**
     * What keywords are looked for in: the text as the standard policy prepares it, but with quoted
     * replies and signatures.
     */
    READABLE
  }
}
