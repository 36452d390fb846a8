package io.msgvault.embed.sqlite.internal.archive;

import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * The matches that weigh most, of any number that are offered: of equal weight, those with more of
 * it in the subject; of equals, those with the higher ids.
 */
final class TopMatches {
  private static final Comparator<Match> WORST_FIRST =
      Comparator.comparingLong(Match::weight)
          .thenComparing(Match::subjectWeight)
          .thenComparing(Match::id);

  private final int limit;
  private final PriorityQueue<Match> kept = new PriorityQueue<>(WORST_FIRST);
  private boolean hasMore;

  /**
   * A message that matches.
   *
   * @param weight what the terms in it weigh in sum
   * @param subjectWeight what those in its subject do
   */
  record Match(long id, long weight, long subjectWeight) {}

  /** Keeps at most so many. */
  TopMatches(int limit) {
    this.limit = limit;
  }

  void offer(Match match) {
    if (kept.size() < limit) {
      kept.add(match);
      return;
    }
    hasMore = true;
    if (WORST_FIRST.compare(match, kept.element()) > 0) {
      kept.remove();
      kept.add(match);
    }
  }

  /** Whether more were offered than are kept. */
  boolean hasMore() {
    return hasMore;
  }

  /** The ids of those that are kept, ascending. */
  List<Long> ids() {
    return kept.stream().map(Match::id).sorted().toList();
  }
}
