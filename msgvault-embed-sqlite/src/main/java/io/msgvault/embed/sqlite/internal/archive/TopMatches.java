package io.msgvault.embed.sqlite.internal.archive;

import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * Keeps the best of any number of matches: by weight, then by the weight in the subject, then by
 * the higher id.
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
   * A matching message.
   *
   * @param weight the sum of the scaled IDF of the terms in it
   * @param subjectWeight the same sum for the terms in its subject
   */
  record Match(long id, long weight, long subjectWeight) {}

  /** Keeps at most {@code limit} matches. */
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

  /** Returns whether more were offered than are kept. */
  boolean hasMore() {
    return hasMore;
  }

  /** Returns the ids of the kept matches, ascending. */
  List<Long> ids() {
    return kept.stream().map(Match::id).sorted().toList();
  }
}
