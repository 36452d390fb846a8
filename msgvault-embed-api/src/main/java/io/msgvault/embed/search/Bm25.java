package io.msgvault.embed.search;

import io.msgvault.embed.store.KeywordCandidates;
import io.msgvault.embed.store.KeywordQuery;
import io.msgvault.embed.store.KeywordQuery.Term;
import io.msgvault.embed.text.ReadableText;
import io.msgvault.embed.text.Words;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Ranks messages by the words that they share with a question.
 *
 * <p>The score is BM25, with k<sub>1</sub> = 1.2, b = 0.75 and the inverse document frequency of
 * {@link KeywordCandidates#idf}. See Robertson and Zaragoza, <em>The Probabilistic Relevance
 * Framework: BM25 and Beyond</em>, 2009, section 3. An occurrence in the subject counts as several,
 * as in the extension to weighted fields in section 3.6.
 *
 * <p>Lengths are compared with that of a typical mail, since the mean of the archive is not known.
 * So no score depends on how an engine measures length, nor on which other messages match.
 */
final class Bm25 {
  private static final double K1 = 1.2;
  private static final double B = 0.75;

  /** The typical length in words. Of 1,000 newsgroup posts the mean is 295 and the median 162. */
  private static final double AVERAGE_LENGTH = 200;

  private final KeywordQuery query;
  private final KeywordCandidates candidates;
  private final double subjectBoost;
  private final Map<Term, Double> idfByTerm = new HashMap<>();
  private final double totalIdf;
  private final List<MatchedMessage> matched = new ArrayList<>();

  /**
   * A message in the ranking.
   *
   * @param messageId the message's id
   * @param score the BM25 score, above 0
   * @param matchedIdfFraction the IDF of the terms that the message contains, as a fraction of the
   *     IDF of all terms of the question. It is above 0 and at most 1
   */
  record Hit(long messageId, double score, double matchedIdfFraction) {}

  private record MatchedMessage(long messageId, int length, Map<Term, Double> termFrequencies) {}

  Bm25(KeywordQuery query, KeywordCandidates candidates, double subjectBoost) {
    this.query = query;
    this.candidates = candidates;
    this.subjectBoost = subjectBoost;
    this.totalIdf = query.terms().stream().mapToDouble(this::idf).reduce(0, Double::sum);
    candidates.searchedTerms().forEach(term -> idfByTerm.put(term, idf(term)));
  }

  private double idf(Term term) {
    return KeywordCandidates.idf(
        candidates.documentFrequencies().getOrDefault(term, 0L), candidates.liveMessages());
  }

  /** Returns the IDF of each term that was searched. */
  Map<Term, Double> idfByTerm() {
    return idfByTerm;
  }

  /** Adds a candidate, unless its text contains none of the searched terms. */
  void add(long messageId, ReadableText readable) {
    Map<Term, Double> frequencies = new HashMap<>();
    for (KeywordQuery.Occurrence occurrence : query.occurrences(readable.text())) {
      if (idfByTerm.containsKey(occurrence.term())) {
        double count = occurrence.start() < readable.bodyStart() ? subjectBoost : 1;
        frequencies.merge(occurrence.term(), count, Double::sum);
      }
    }
    if (!frequencies.isEmpty()) {
      matched.add(new MatchedMessage(messageId, Words.of(readable.text()).size(), frequencies));
    }
  }

  /** Returns all matches, best first; ties go to the lower id. */
  List<Hit> ranked() {
    return matched.stream()
        .map(this::hit)
        .sorted(Comparator.comparingDouble(Hit::score).reversed().thenComparingLong(Hit::messageId))
        .toList();
  }

  private Hit hit(MatchedMessage message) {
    double saturation = K1 * (1 - B + B * message.length / AVERAGE_LENGTH);
    double score = 0;
    double matchedIdf = 0;
    for (Term term : query.terms()) { // in one order, so that equal messages get equal scores
      double frequency = message.termFrequencies.getOrDefault(term, 0.0);
      if (frequency > 0) {
        double idf = idfByTerm.getOrDefault(term, 0.0);
        score += idf * frequency * (K1 + 1) / (frequency + saturation);
        matchedIdf += idf;
      }
    }
    return new Hit(message.messageId, score, matchedIdf / totalIdf);
  }
}
