package io.msgvault.embed.memory.internal;

import io.msgvault.embed.memory.ArchiveMessage;
import io.msgvault.embed.model.MessageFilter;
import io.msgvault.embed.store.KeywordCandidates;
import io.msgvault.embed.store.KeywordQuery;
import io.msgvault.embed.store.KeywordQuery.Occurrence;
import io.msgvault.embed.store.KeywordQuery.Term;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The definition of keyword search, executable. */
public final class KeywordRanking {
  private KeywordRanking() {}

  /**
   * What there is to find.
   *
   * @param live how many messages there are, whatever the filter
   * @param frequencies how many of them contain each term
   * @param matching the messages that match, in any order
   */
  public record Result(long live, Map<Term, Long> frequencies, List<Match> matching) {
    /** The first in an order. */
    public KeywordCandidates top(int limit, Comparator<Match> order) {
      List<Long> ids =
          matching.stream().sorted(order).limit(limit).map(Match::id).sorted().toList();
      return new KeywordCandidates(ids, matching.size() > limit, live, frequencies);
    }
  }

  /**
   * A message that matches.
   *
   * @param weight what the sought terms in it weigh in sum, in billionths
   * @param inSubject what those in its subject do
   */
  public record Match(long id, long weight, long inSubject) {}

  /** The order in which messages are proposed (MS-21). */
  public static final Comparator<Match> BEST_FIRST =
      Comparator.comparingLong(Match::weight)
          .thenComparing(Match::inSubject)
          .thenComparing(Match::id)
          .reversed();

  /** Searches these live messages, keyed by id. */
  public static KeywordCandidates search(
      NavigableMap<Long, ArchiveMessage> live,
      KeywordQuery query,
      MessageFilter filter,
      int limit) {
    return find(live, query, filter).top(limit, BEST_FIRST);
  }

  /** Weighs those of these live messages that match. */
  public static Result find(
      NavigableMap<Long, ArchiveMessage> live, KeywordQuery query, MessageFilter filter) {
    NavigableMap<Long, Set<Term>> contained = new TreeMap<>();
    live.forEach((id, message) -> contained.put(id, terms(query, message.content())));
    Map<Term, Long> frequencies = new HashMap<>();
    for (Term term : query.terms()) {
      frequencies.put(
          term, contained.values().stream().filter(terms -> terms.contains(term)).count());
    }
    Set<Term> sought = KeywordCandidates.selectiveTerms(frequencies, live.size());
    Map<Term, Long> weights = new HashMap<>();
    for (Term term : sought) {
      weights.put(
          term, KeywordCandidates.scaledIdf(frequencies.getOrDefault(term, 0L), live.size()));
    }
    List<Match> matching = new ArrayList<>();
    contained.forEach(
        (id, terms) -> {
          ArchiveMessage message = Objects.requireNonNull(live.get(id));
          if (!Collections.disjoint(terms, sought) && FilterMatcher.matches(filter, message)) {
            Set<Term> inSubject = terms(query, message.content().subject());
            matching.add(new Match(id, sum(weights, terms), sum(weights, inSubject)));
          }
        });
    return new Result(live.size(), frequencies, matching);
  }

  private static long sum(Map<Term, Long> weights, Set<Term> terms) {
    return terms.stream().mapToLong(term -> weights.getOrDefault(term, 0L)).sum();
  }

  private static Set<Term> terms(KeywordQuery query, ArchiveMessage.Content content) {
    return terms(
        query, content.subject(), isBlank(content.text()) ? content.html() : content.text());
  }

  private static Set<Term> terms(KeywordQuery query, String... parts) {
    return Arrays.stream(parts)
        .flatMap(part -> query.occurrences(part).stream())
        .map(Occurrence::term)
        .collect(Collectors.toSet());
  }

  private static boolean isBlank(String text) {
    return text.chars().allMatch(c -> c == ' ' || c == '\u00a0' || (c >= '\t' && c <= '\r'));
  }
}
