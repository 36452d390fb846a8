package io.msgvault.embed.search;

import io.msgvault.embed.model.MessageFilter;
import io.msgvault.embed.store.MessageStore;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Knows which live messages match the filter of one search. Both signals ask it.
 *
 * <p>If few match, it lists them, and a signal searches among them. If many match, a signal
 * searches all messages and keeps those that match. Not safe for use by many threads.
 */
final class Matches {
  /**
   * The maximum number of matches that are listed. Beyond it, a search over all messages soon finds
   * enough of them.
   */
  private static final int LIST_LIMIT = 20_000;

  /** The maximum factor by which the number of wanted hits grows when too few match. */
  private static final int MAX_WIDENING = 16;

  private final MessageStore messages;
  private final MessageFilter filter;
  private Optional<Optional<List<Long>>> listed = Optional.empty();

  Matches(MessageStore messages, MessageFilter filter) {
    this.messages = messages;
    this.filter = filter;
  }

  /** Returns the messages that match, by id ascending; empty if they are many. */
  Optional<List<Long>> listed() {
    if (listed.isEmpty()) {
      listed =
          Optional.of(
              filter.equals(MessageFilter.ALL)
                  ? Optional.empty()
                  : messages.findMatching(filter, LIST_LIMIT));
    }
    return listed.get();
  }

  /** Returns those hits whose messages are live and match, in their order. */
  <T> List<T> keep(List<T> hits, Function<T, Long> messageId) {
    Set<Long> matching = messages.filterIds(hits.stream().map(messageId).toList(), filter);
    return hits.stream().filter(hit -> matching.contains(messageId.apply(hit))).toList();
  }

  /**
   * Returns how many hits to ask for next, if too few matched.
   *
   * @param wanted how many were asked for
   * @param hits how many of them matched
   * @param limit how many must match
   * @return twice the number that is enough if later hits match as often as those so far
   */
  static int widen(int wanted, int hits, int limit) {
    long factor = Math.min(MAX_WIDENING, 2L * limit / Math.max(1, hits));
    return (int) Math.min(Integer.MAX_VALUE, wanted * Math.max(2, factor));
  }
}
