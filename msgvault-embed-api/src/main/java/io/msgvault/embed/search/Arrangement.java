package io.msgvault.embed.search;

import io.msgvault.embed.search.SearchRequest.Sort;
import io.msgvault.embed.store.MessageDetails;
import io.msgvault.embed.store.MessageStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Collapses the conversations of a ranking, and sorts it by date. */
final class Arrangement {
  private final MessageStore messages;

  Arrangement(MessageStore messages) {
    this.messages = messages;
  }

  /** Returns whether a request needs all candidates at once, whatever its page. */
  static boolean needsAll(SearchRequest request) {
    return request.collapsed() || request.sort() != Sort.RELEVANCE;
  }

  /** Returns what is left of a ranking, in the order of the request. */
  List<Candidate> arrange(List<Candidate> ranked, SearchRequest request) {
    if (!needsAll(request)) {
      return ranked;
    }
    Map<Long, MessageDetails> details =
        messages.details(ranked.stream().map(Candidate::messageId).toList()).stream()
            .collect(Collectors.toMap(MessageDetails::messageId, Function.identity()));
    List<Candidate> kept = request.collapsed() ? collapse(ranked, details) : ranked;
    return request.sort() == Sort.RELEVANCE ? kept : byDate(kept, details, request.sort());
  }

  /** Keeps the first of each conversation, and counts the others. */
  private static List<Candidate> collapse(
      List<Candidate> ranked, Map<Long, MessageDetails> details) {
    Map<Object, Candidate> best = new LinkedHashMap<>();
    Map<Object, Integer> others = new HashMap<>();
    for (Candidate candidate : ranked) {
      Optional<String> conversation =
          Optional.ofNullable(details.get(candidate.messageId()))
              .flatMap(MessageDetails::conversation);
      Object key = conversation.isPresent() ? conversation.get() : candidate.messageId();
      if (best.putIfAbsent(key, candidate) != null) {
        others.merge(key, 1, Integer::sum);
      }
    }
    List<Candidate> kept = new ArrayList<>();
    best.forEach((key, candidate) -> kept.add(candidate.withOthers(others.getOrDefault(key, 0))));
    return kept;
  }

  /** Messages of one time keep their order. */
  private static List<Candidate> byDate(
      List<Candidate> ranked, Map<Long, MessageDetails> details, Sort sort) {
    return ranked.stream()
        .map(
            candidate ->
                candidate.withSentAt(
                    Optional.ofNullable(details.get(candidate.messageId()))
                        .flatMap(MessageDetails::sentAt)))
        .sorted(byDate(sort))
        .toList();
  }

  /** Returns the order by date. Messages without a time come last. */
  static Comparator<Candidate> byDate(Sort sort) {
    Comparator<Instant> order =
        sort == Sort.NEWEST ? Comparator.reverseOrder() : Comparator.naturalOrder();
    return Comparator.comparing((Candidate candidate) -> candidate.sentAt().isEmpty())
        .thenComparing(candidate -> candidate.sentAt().orElse(Instant.EPOCH), order);
  }
}
