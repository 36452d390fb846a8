package io.msgvault.embed.testkit;

import io.msgvault.embed.KeywordCandidates;
import io.msgvault.embed.KeywordQuery;
import io.msgvault.embed.KeywordQuery.Occurrence;
import io.msgvault.embed.KeywordQuery.Term;
import io.msgvault.embed.MessageFilter;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The definition of keyword search, executable. */
final class KeywordModel {
  private KeywordModel() {}

  /**
   * What there is to find.
   *
   * @param live how many messages there are, whatever the filter
   * @param frequencies how many of them contain each term
   * @param weights for each message that matches, what the sought terms in it weigh in sum
   */
  record Found(long live, Map<Term, Long> frequencies, NavigableMap<Long, Double> weights) {
    /** The heaviest, to a billionth; of equals, the one with the lower id. */
    KeywordCandidates heaviest(int limit) {
      List<Long> ids =
          weights.entrySet().stream()
              .sorted(Comparator.comparingLong(Found::billionths).reversed())
              .limit(limit)
              .map(Map.Entry::getKey)
              .sorted()
              .toList();
      return new KeywordCandidates(ids, weights.size() > limit, live, frequencies);
    }

    private static long billionths(Map.Entry<Long, Double> weight) {
      return Math.round(weight.getValue() * 1e9);
    }
  }

  /** Searches these live messages, given by id. */
  static KeywordCandidates search(
      NavigableMap<Long, ArchiveMessage> live,
      KeywordQuery query,
      MessageFilter filter,
      int limit) {
    return find(live, query, filter).heaviest(limit);
  }

  /** Weighs those of these live messages that match. */
  static Found find(
      NavigableMap<Long, ArchiveMessage> live, KeywordQuery query, MessageFilter filter) {
    NavigableMap<Long, Set<Term>> contained = new TreeMap<>();
    live.forEach((id, message) -> contained.put(id, terms(query, message.content())));
    Map<Term, Long> frequencies = new HashMap<>();
    for (Term term : query.terms()) {
      frequencies.put(
          term, contained.values().stream().filter(terms -> terms.contains(term)).count());
    }
    Set<Term> sought = KeywordCandidates.telling(frequencies, live.size());
    NavigableMap<Long, Double> weights = new TreeMap<>();
    live.forEach(
        (id, message) -> {
          if (Filters.matches(filter, message)) {
            for (Term term : sought) {
              if (contained.getOrDefault(id, Set.of()).contains(term)) {
                double weight =
                    KeywordCandidates.weight(frequencies.getOrDefault(term, 0L), live.size());
                weights.merge(id, weight, Double::sum);
              }
            }
          }
        });
    return new Found(live.size(), frequencies, weights);
  }

  private static Set<Term> terms(KeywordQuery query, ArchiveMessage.Content content) {
    Set<Term> terms = new HashSet<>();
    String body = isBlank(content.text()) ? content.html() : content.text();
    Stream.of(content.subject(), body)
        .flatMap(part -> query.occurrences(part).stream())
        .map(Occurrence::term)
        .forEach(terms::add);
    return terms;
  }

  private static boolean isBlank(String text) {
    return text.chars().allMatch(c -> c == ' ' || c == '\u00a0' || (c >= '\t' && c <= '\r'));
  }
}
