package io.msgvault.embed.testkit;

import io.msgvault.embed.KeywordCandidates;
import io.msgvault.embed.KeywordQuery;
import io.msgvault.embed.KeywordQuery.Occurrence;
import io.msgvault.embed.KeywordQuery.Term;
import io.msgvault.embed.MessageFilter;
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
   * Searches these live messages, given by id.
   *
   * @return where more match than the limit, those with the lowest ids
   */
  static KeywordCandidates search(
      NavigableMap<Long, ArchiveMessage> live,
      KeywordQuery query,
      MessageFilter filter,
      int limit) {
    NavigableMap<Long, Set<Term>> contained = new TreeMap<>();
    live.forEach((id, message) -> contained.put(id, terms(query, message.content())));
    Map<Term, Long> frequencies = new HashMap<>();
    for (Term term : query.terms()) {
      frequencies.put(
          term, contained.values().stream().filter(terms -> terms.contains(term)).count());
    }
    Set<Term> sought = KeywordCandidates.telling(frequencies, live.size());
    List<Long> matching =
        live.entrySet().stream()
            .filter(entry -> Filters.matches(filter, entry.getValue()))
            .map(Map.Entry::getKey)
            .filter(id -> contained.getOrDefault(id, Set.of()).stream().anyMatch(sought::contains))
            .toList();
    return new KeywordCandidates(
        matching.stream().limit(limit).toList(), matching.size() > limit, live.size(), frequencies);
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
