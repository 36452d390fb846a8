package io.msgvault.embed.memory;

import io.msgvault.embed.store.WordHit;
import io.msgvault.embed.store.WordQuery;
import io.msgvault.embed.store.WordQuery.Phrase;
import io.msgvault.embed.store.WordQuery.Prefix;
import io.msgvault.embed.store.WordQuery.Term;
import io.msgvault.embed.store.WordQuery.Word;
import io.msgvault.embed.store.WordStatistics;
import io.msgvault.embed.store.support.WordScoring;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.stream.LongStream;

/** Ranks messages exactly as the contract's formula says, by looking at each of them. */
final class WordSearch {
  private static final Comparator<WordHit> BEST_FIRST =
      Comparator.comparingDouble(WordHit::score).reversed().thenComparingLong(WordHit::messageId);

  private final Map<Long, AnalyzedMessage> messages;
  private final long withTerms;
  private final double meanLength;
  private final Map<String, Long> stemFrequencies = new HashMap<>();
  private final Map<String, Long> surfaceFrequencies = new HashMap<>();

  /**
   * A part of the score of a message.
   *
   * @param weight what it adds at most
   * @param count how often it is in a message
   */
  private record Part(double weight, ToIntFunction<AnalyzedMessage> count) {}

  WordSearch(Map<Long, AnalyzedMessage> messages) {
    this.messages = messages;
    long[] lengths =
        messages.values().stream()
            .mapToLong(AnalyzedMessage::length)
            .filter(length -> length > 0)
            .toArray();
    withTerms = lengths.length;
    meanLength = LongStream.of(lengths).average().orElse(0);
    for (AnalyzedMessage message : messages.values()) {
      message.stems().keySet().forEach(stem -> stemFrequencies.merge(stem, 1L, Long::sum));
      message.surfaces().keySet().forEach(form -> surfaceFrequencies.merge(form, 1L, Long::sum));
    }
  }

  List<WordHit> search(WordQuery query, int k, Collection<Long> ids) {
    List<Part> parts = new ArrayList<>();
    query.terms().forEach((term, count) -> addParts(term, count, parts));
    double greatest = parts.stream().mapToDouble(Part::weight).sum();
    List<WordHit> hits = new ArrayList<>();
    for (long id : new HashSet<>(ids)) {
      AnalyzedMessage message = messages.get(id);
      double score = message == null ? 0 : score(message, parts);
      if (message != null && score > 0) {
        hits.add(new WordHit(id, message.revision(), score / greatest));
      }
    }
    return hits.stream().sorted(BEST_FIRST).limit(k).toList();
  }

  private double score(AnalyzedMessage message, List<Part> parts) {
    double score = 0;
    for (Part part : parts) {
      score +=
          part.weight
              * WordScoring.saturation(
                  part.count.applyAsInt(message), message.length(), meanLength);
    }
    return score;
  }

  private void addParts(Term term, int count, List<Part> parts) {
    if (term instanceof Word word) {
      parts.add(
          new Part(
              count * (1 - WordScoring.EXACT_SHARE) * weight(stemFrequencies, word.stem()),
              message -> message.stems().getOrDefault(word.stem(), 0)));
      parts.add(
          new Part(
              count * WordScoring.EXACT_SHARE * weight(surfaceFrequencies, word.surface()),
              message -> message.surfaces().getOrDefault(word.surface(), 0)));
    } else if (term instanceof Prefix prefix) {
      Set<String> words = expand(prefix);
      parts.add(
          new Part(
              count * WordScoring.weight(frequency(prefix), withTerms),
              message ->
                  words.stream().mapToInt(w -> message.surfaces().getOrDefault(w, 0)).sum()));
    } else if (term instanceof Phrase phrase && frequency(phrase) > 0) {
      parts.add(
          new Part(
              count
                  * phrase.surfaces().stream()
                      .mapToDouble(word -> weight(surfaceFrequencies, word))
                      .sum(),
              message -> message.countPhrase(phrase.surfaces())));
    }
  }

  private double weight(Map<String, Long> frequencies, String term) {
    return WordScoring.weight(frequencies.getOrDefault(term, 0L), withTerms);
  }

  /** Returns the words of a beginning that are in the most messages. */
  private Set<String> expand(Prefix prefix) {
    return Set.copyOf(
        surfaceFrequencies.keySet().stream()
            .filter(word -> word.startsWith(prefix.beginning()))
            .sorted(
                Comparator.comparing((String word) -> -surfaceFrequencies.getOrDefault(word, 0L))
                    .thenComparing(Function.identity()))
            .limit(WordQuery.MAX_EXPANSIONS)
            .toList());
  }

  WordStatistics statistics(Collection<Term> terms) {
    Map<Term, Long> frequencies = new HashMap<>();
    terms.forEach(term -> frequencies.put(term, frequency(term)));
    return new WordStatistics(withTerms, meanLength, frequencies);
  }

  private long frequency(Term term) {
    if (term instanceof Word word) {
      return stemFrequencies.getOrDefault(word.stem(), 0L);
    }
    if (term instanceof Prefix prefix) {
      return expand(prefix).stream()
          .mapToLong(word -> surfaceFrequencies.getOrDefault(word, 0L))
          .max()
          .orElse(0);
    }
    return ((Phrase) term)
        .surfaces().stream()
            .mapToLong(word -> surfaceFrequencies.getOrDefault(word, 0L))
            .min()
            .orElse(0);
  }
}
