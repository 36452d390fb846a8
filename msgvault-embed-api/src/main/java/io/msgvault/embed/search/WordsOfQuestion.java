package io.msgvault.embed.search;

import io.msgvault.embed.store.WordIndex;
import io.msgvault.embed.store.WordQuery;
import io.msgvault.embed.store.WordQuery.Occurrence;
import io.msgvault.embed.store.WordQuery.Prefix;
import io.msgvault.embed.store.WordQuery.Term;
import io.msgvault.embed.store.WordQuery.Word;
import io.msgvault.embed.store.WordStatistics;
import io.msgvault.embed.store.support.WordScoring;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds and weighs the words of a question in texts, as the word index that answers it does.
 *
 * @param query the terms of the question
 * @param index the index
 */
record WordsOfQuestion(WordQuery query, WordIndex index) {
  /** The length, in code points, from which a word may stand for those that begin like it. */
  private static final int MIN_BEGINNING = 4;

  /**
   * Reads a question. A word that is in no message stands for the words that begin like it: "Lodz"
   * then finds "Łódźstraße", where compounds are written in one.
   */
  static WordsOfQuestion of(String text, WordIndex index) {
    WordQuery asked = WordQuery.parse(text, index.analyzer());
    List<Term> words = asked.terms().keySet().stream().filter(WordsOfQuestion::isLong).toList();
    if (words.isEmpty()) {
      return new WordsOfQuestion(asked, index);
    }
    Map<Term, Long> frequencies = index.statistics(words).frequencies();
    Map<Term, Integer> terms = new LinkedHashMap<>();
    asked
        .terms()
        .forEach(
            (term, times) -> {
              boolean unknown = frequencies.getOrDefault(term, 1L) == 0;
              Term searched =
                  unknown && term instanceof Word word ? new Prefix(word.surface()) : term;
              terms.merge(searched, times, Integer::sum);
            });
    return new WordsOfQuestion(new WordQuery(terms), index);
  }

  private static boolean isLong(Term term) {
    return term instanceof Word word
        && word.surface().codePointCount(0, word.surface().length()) >= MIN_BEGINNING;
  }

  /**
   * The terms with their weights.
   *
   * @param weights how much each term tells of a message, above 0; those that tell nothing are
   *     missing
   */
  record WeighedWords(WordsOfQuestion question, Map<Term, Double> weights) {
    /** Returns the places of the terms in a text, by start ascending. They may overlap. */
    List<Occurrence> occurrences(String text) {
      return question.query.occurrences(text, question.index.analyzer()).stream()
          .filter(place -> weights.containsKey(place.term()))
          .toList();
    }
  }

  /** Asks the index how much each term tells. */
  WeighedWords weigh() {
    Map<Term, Double> weights = new HashMap<>();
    if (!query.isEmpty()) {
      WordStatistics statistics = index.statistics(query.terms().keySet());
      statistics
          .frequencies()
          .forEach(
              (term, frequency) -> {
                if (frequency > 0) {
                  weights.put(term, WordScoring.weight(frequency, statistics.messages()));
                }
              });
    }
    return new WeighedWords(this, weights);
  }
}
