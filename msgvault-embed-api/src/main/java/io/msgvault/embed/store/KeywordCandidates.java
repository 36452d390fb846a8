package io.msgvault.embed.store;

import io.msgvault.embed.store.KeywordQuery.Term;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The messages that contain a term of a query, and what is needed to rank them. All of it is of one
 * moment.
 *
 * @param ids live messages that match, ascending
 * @param hasMore whether others match too; then {@code ids} are the first in this order, which
 *     leaves a store no choice (MS-21): the greater sum of the {@linkplain #scaledIdf weights} of
 *     the sought terms in the message; of equal sums, the greater sum of the weights of those in
 *     its subject; of equal both, the higher id
 * @param liveMessages how many live messages there are, whatever the filter
 * @param documentFrequencies for each term of the query, how many live messages contain it,
 *     whatever the filter
 */
public record KeywordCandidates(
    List<Long> ids, boolean hasMore, long liveMessages, Map<Term, Long> documentFrequencies) {
  /** Copies list and map. */
  public KeywordCandidates {
    ids = List.copyOf(ids);
    documentFrequencies = Map.copyOf(documentFrequencies);
  }

  /** The {@link #selectiveTerms} terms: those that were looked for. */
  public Set<Term> searchedTerms() {
    return selectiveTerms(documentFrequencies, liveMessages);
  }

  /**
   * The terms that are worth looking for. One that more than half of the messages contain says next
   * to nothing about any of them, and would make candidates of them all; it is left out, unless all
   * terms are such.
   *
   * @param documentFrequencies how many live messages contain each
   * @param liveMessages how many live messages there are
   */
  public static Set<Term> selectiveTerms(Map<Term, Long> documentFrequencies, long liveMessages) {
    Set<Term> telling = new LinkedHashSet<>();
    documentFrequencies.forEach(
        (term, frequency) -> {
          if (frequency <= liveMessages / 2) {
            telling.add(term);
          }
        });
    return telling.isEmpty() ? documentFrequencies.keySet() : telling;
  }

  /**
   * How much a term weighs: its inverse document frequency, ln(1 + (live - frequency + 0.5) /
   * (frequency + 0.5)), which is above 0 (Robertson and Zaragoza, <em>The Probabilistic Relevance
   * Framework: BM25 and Beyond</em>, 2009, section 3, in the usual form that is never negative).
   *
   * @param documentFrequency how many live messages contain the term
   * @param liveMessages how many live messages there are
   */
  public static double idf(long documentFrequency, long liveMessages) {
    return Math.log1p((liveMessages - documentFrequency + 0.5) / (documentFrequency + 0.5));
  }

  /**
   * The {@link #idf} of a term in whole billionths. By these candidates are chosen: their sums are
   * exact, so that what is equal in one store is equal in all.
   *
   * @param documentFrequency how many live messages contain the term
   * @param liveMessages how many live messages there are
   */
  public static long scaledIdf(long documentFrequency, long liveMessages) {
    return Math.round(1e9 * idf(documentFrequency, liveMessages));
  }
}
