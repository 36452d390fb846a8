package io.msgvault.embed.store;

import io.msgvault.embed.store.KeywordQuery.Term;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Holds the messages that contain a term of a query, and the figures that rank them. All of it is
 * from one snapshot (MS-20).
 *
 * @param ids live messages that match, ascending
 * @param hasMore whether others match too. Then {@code ids} are the first in this order (MS-21):
 *     the greater sum of the {@linkplain #scaledIdf weights} of the searched terms in the message.
 *     Of equal sums, the greater sum of the weights of those in its subject. Of equal both, the
 *     higher id
 * @param liveMessages the number of live messages, without the filter
 * @param documentFrequencies for each term of the query, the number of live messages that contain
 *     it, without the filter
 */
public record KeywordCandidates(
    List<Long> ids, boolean hasMore, long liveMessages, Map<Term, Long> documentFrequencies) {
  /** Copies list and map. */
  public KeywordCandidates {
    ids = List.copyOf(ids);
    documentFrequencies = Map.copyOf(documentFrequencies);
  }

  /** Returns the {@link #selectiveTerms}: those that were searched for. */
  public Set<Term> searchedTerms() {
    return selectiveTerms(documentFrequencies, liveMessages);
  }

  /**
   * Returns the terms that are worth searching for. A term in more than half of the messages says
   * next to nothing about any of them, and would make candidates of them all. It is left out,
   * unless all terms are such.
   *
   * @param documentFrequencies the number of live messages that contain each
   * @param liveMessages the number of live messages
   */
  public static Set<Term> selectiveTerms(Map<Term, Long> documentFrequencies, long liveMessages) {
    Set<Term> selective = new LinkedHashSet<>();
    documentFrequencies.forEach(
        (term, frequency) -> {
          if (frequency <= liveMessages / 2) {
            selective.add(term);
          }
        });
    return selective.isEmpty() ? documentFrequencies.keySet() : selective;
  }

  /**
   * Returns the weight of a term, which is above 0. It is the inverse document frequency, ln(1 +
   * (live - frequency + 0.5) / (frequency + 0.5)).
   *
   * <p>The source is Robertson and Zaragoza, <em>The Probabilistic Relevance Framework: BM25 and
   * Beyond</em>, 2009, section 3. This is the usual form, which is never negative.
   *
   * @param documentFrequency the number of live messages that contain the term
   * @param liveMessages the number of live messages
   */
  public static double idf(long documentFrequency, long liveMessages) {
    return Math.log1p((liveMessages - documentFrequency + 0.5) / (documentFrequency + 0.5));
  }

  /**
   * Returns the {@link #idf} of a term in whole billionths. Stores choose candidates by these
   * weights: their sums are exact, so that equals in one store are equals in all.
   *
   * @param documentFrequency the number of live messages that contain the term
   * @param liveMessages the number of live messages
   */
  public static long scaledIdf(long documentFrequency, long liveMessages) {
    return Math.round(1e9 * idf(documentFrequency, liveMessages));
  }
}
