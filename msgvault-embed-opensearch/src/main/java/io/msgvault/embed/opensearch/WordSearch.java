package io.msgvault.embed.opensearch;

import static io.msgvault.embed.store.support.WordScoring.EXACT_SHARE;

import io.msgvault.embed.opensearch.WordFigures.Figures;
import io.msgvault.embed.store.WordHit;
import io.msgvault.embed.store.WordQuery;
import io.msgvault.embed.store.WordQuery.Phrase;
import io.msgvault.embed.store.WordQuery.Prefix;
import io.msgvault.embed.store.WordQuery.Term;
import io.msgvault.embed.store.WordQuery.Word;
import io.msgvault.embed.store.support.WordScoring;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Turns a question into a query of the cluster, and its scores into those of the contract.
 *
 * <p>The cluster gives a part of a question boost · factor · idf · tf. The boost is chosen so that
 * this is the weight of the part by the contract times tf. So the sum, divided by the sum of all
 * weights, is the score of the contract.
 */
final class WordSearch {
  /** The weight of a word that a prefix begins, beyond those that count. It finds, and no more. */
  private static final double LEAST = 1e-9;

  private final WordFigures figures;
  private final List<Map<String, ?>> parts = new ArrayList<>();
  private double greatest;

  private WordSearch(WordFigures figures) {
    this.figures = figures;
  }

  static WordSearch of(WordQuery question, WordDocuments documents) {
    WordSearch search = new WordSearch(WordFigures.of(question.terms().keySet(), documents));
    question.terms().forEach(search::add);
    return search;
  }

  /** Returns whether no message can match. */
  boolean isEmpty() {
    return parts.isEmpty();
  }

  /** Returns what is added to the query of the request. */
  String parameters() {
    return "&search_type=dfs_query_then_fetch&preference=" + figures.copies();
  }

  /**
   * Returns the query.
   *
   * @param ids the messages to search among; all if there are none
   */
  Map<String, ?> query(List<Long> ids) {
    Map<String, Object> query = new LinkedHashMap<>();
    query.put("should", parts);
    query.put("minimum_should_match", 1);
    if (!ids.isEmpty()) {
      query.put("filter", List.of(Map.of("terms", Map.of("id", ids))));
    }
    return Map.of("bool", query);
  }

  /** Reads a hit. */
  WordHit hit(Json hit) {
    return new WordHit(
        VectorQueries.first(hit.get("fields", "id")).asLong(),
        VectorQueries.first(hit.get("fields", "revision")).asLong(),
        Math.min(1, hit.get("_score").asDouble() / greatest));
  }

  private void add(Term term, int count) {
    if (term instanceof Word word) {
      addTerm(WordFigures.stem(word.stem()), count * (1 - EXACT_SHARE));
      addTerm(WordFigures.form(word.surface()), count * EXACT_SHARE);
    } else if (term instanceof Prefix prefix) {
      addPrefix(figures.prefixWords(prefix), count);
    } else if (term instanceof Phrase phrase) {
      addPhrase(phrase, count);
    }
  }

  private void addTerm(Map<String, ?> part, double share) {
    figures.find(part).ifPresent(found -> add(part, found, share * weight(found)));
  }

  private void addPrefix(PrefixWords words, int count) {
    if (!words.words().isEmpty()) {
      addTerm(words.query(), count);
      if (words.hasMore()) {
        parts.add(boosted(words.matching(), LEAST));
      }
    }
  }

  private void addPhrase(Phrase phrase, int count) {
    double sum = 0;
    for (String surface : phrase.surfaces()) {
      Optional<Figures> form = figures.find(WordFigures.form(surface));
      if (form.isEmpty()) {
        return;
      }
      sum += weight(form.get());
    }
    Map<String, ?> part = WordFigures.phrase(phrase);
    Optional<Figures> found = figures.find(part);
    if (found.isPresent()) {
      add(part, found.get(), count * sum);
    } else {
      greatest += count * sum;
    }
  }

  private static double weight(Figures figures) {
    return WordScoring.weight(figures.frequency(), figures.messages());
  }

  private void add(Map<String, ?> part, Figures found, double weight) {
    greatest += weight;
    parts.add(boosted(part, weight / (found.factor() * found.idf())));
  }

  /** Returns a query of one kind with a boost, whether its text is in a field or not. */
  private static Map<String, ?> boosted(Map<String, ?> query, double boost) {
    Map<String, Object> boosted = new LinkedHashMap<>();
    query.forEach(
        (kind, body) -> {
          Map<String, Object> inner = new LinkedHashMap<>();
          ((Map<?, ?>) body).forEach((name, value) -> inner.put(String.valueOf(name), value));
          if (kind.equals("span_or")) {
            inner.put("boost", boost);
          } else {
            inner.replaceAll((field, value) -> withBoost((Map<?, ?>) value, boost));
          }
          boosted.put(kind, inner);
        });
    return boosted;
  }

  private static Map<String, ?> withBoost(Map<?, ?> body, double boost) {
    Map<String, Object> boosted = new LinkedHashMap<>();
    body.forEach((name, value) -> boosted.put(String.valueOf(name), value));
    boosted.put("boost", boost);
    return boosted;
  }
}
