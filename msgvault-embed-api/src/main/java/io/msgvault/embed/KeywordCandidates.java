package io.msgvault.embed;

import io.msgvault.embed.KeywordQuery.Term;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The messages that contain a term of a query, and what is needed to rank them. All of it is of one
 * moment.
 *
 * @param ids live messages that match, ascending
 * @param more whether others match too; then {@code ids} are the first in this order, which leaves
 *     a store no choice (MS-21): the greater sum of the {@linkplain #billionths weights} of the
 *     sought terms in the message; of equal sums, the greater sum of the weights of those in its
 *     subject; of equal both, the higher id
 * @param live how many live messages there are, whatever the filter
 * @param frequencies for each term of the query, how many live messages contain it, whatever the
 *     filter
 */
public record KeywordCandidates(
    List<Long> ids, boolean more, long live, Map<Term, Long> frequencies) {
  /** Copies list and map. */
  public KeywordCandidates {
    ids = List.copyOf(ids);
    frequencies = Map.copyOf(frequencies);
  }

  /** The {@link #telling} terms: those that were looked for. */
  public Set<Term> sought() {
    return telling(frequencies, live);
  }

  /**
   * The terms that are worth looking for. One that more than half of the messages contain says next
   * to nothing about any of them, and would make candidates of them all; it is left out, unless all
   * terms are such.
   *
   * @param frequencies how many live messages contain each
   * @param live how many live messages there are
   */
  public static Set<Term> telling(Map<Term, Long> frequencies, long live) {
    Set<Term> telling = new LinkedHashSet<>();
    frequencies.forEach(
        (term, frequency) -> {
          if (frequency <= live / 2) {
            telling.add(term);
          }
        });
    return telling.isEmpty() ? frequencies.keySet() : telling;
  }

  /**
   * How much a term weighs: its inverse document frequency, ln(1 + (live - frequency + 0.5) /
   * (frequency + 0.5)), which is above 0 (Robertson and Zaragoza, <em>The Probabilistic Relevance
   * Framework: BM25 and Beyond</em>, 2009, section 3, in the usual form that is never negative).
   *
   * @param frequency how many live messages contain the term
   * @param live how many live messages there are
   */
  public static double weight(long frequency, long live) {
    return Math.log1p((live - frequency + 0.5) / (frequency + 0.5));
  }

  /**
   * The {@link #weight} of a term in whole billionths. By these candidates are chosen: their sums
   * are exact, so that what is equal in one store is equal in all.
   *
   * @param frequency how many live messages contain the term
   * @param live how many live messages there are
   */
  public static long billionths(long frequency, long live) {
    return Math.round(1e9 * weight(frequency, live));
  }
}
