package io.msgvault.embed.search;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Names a message that a search found, with its score and the passages that matched.
 *
 * @param messageId the message's id
 * @param score the score by which hits are ranked, greater is better:
 *     <ul>
 *       <li>in a hybrid search, from 0 to 1. 0 is as far from the question as the mean of the
 *           archive and shares no word with it. 1 has the question's own vector and as many of all
 *           its words as can be told apart
 *       <li>in a keyword search, the share of the greatest score that the question could reach,
 *           above 0 and at most 1
 *       <li>in a vector search, the cosine similarity, -1 to 1
 *     </ul>
 *
 * @param vector the place by vectors; empty if the message has no vectors, or if the vector signal
 *     did not answer
 * @param keyword the place by words; empty if the message has no word of the question, or if the
 *     keyword signal did not answer
 * @param reranked the score that the {@link Reranker} gave; empty if it gave none
 * @param others how many other hits of its conversation were left out, 0 unless the request is
 *     {@linkplain SearchRequest#withCollapsed collapsed}; messages beyond the candidates do not
 *     count
 * @param passages the passages that matched, best first, by the signal that adds more to the score.
 *     If that is the vector signal, they are empty unless the searcher prepares the text that was
 *     embedded (SR-5). So they are empty for a message that has changed since, or whose vectors
 *     were imported, or that was embedded under another text policy
 */
public record SearchHit(
    long messageId,
    double score,
    Optional<SignalRank> vector,
    Optional<SignalRank> keyword,
    OptionalDouble reranked,
    int others,
    List<Passage> passages) {
  /** Copies the list. */
  public SearchHit {
    passages = List.copyOf(passages);
  }

  /** Returns the best passage, if there is one. */
  public Optional<Passage> passage() {
    return passages.stream().findFirst();
  }

  /**
   * Places a message among the candidates of a search by the score of one signal.
   *
   * @param rank the rank, 1 for the best
   * @param score the cosine similarity, or the score by words
   */
  public record SignalRank(int rank, double score) {}

  /**
   * Quotes a part of a message's text that matched.
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
     * The text whose words are searched: prepared by the standard policy, but with quoted replies
     * and signatures.
     */
    READABLE
  }
}
