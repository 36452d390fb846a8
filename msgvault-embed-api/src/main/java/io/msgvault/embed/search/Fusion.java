package io.msgvault.embed.search;

import io.msgvault.embed.search.KeywordSignal.Lookup;
import io.msgvault.embed.search.Rescorer.Scored;
import io.msgvault.embed.search.SearchHit.SignalRank;
import io.msgvault.embed.store.WordHit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Fuses the scores of the two signals into one.
 *
 * <p><b>Formula.</b> The score is a · v + (1 − a) · w, from 0 to 1. Here w is the score by words,
 * and v tells where the cosine lies between the mean over the archive, which is 0, and 1. Scores
 * say how sure a signal is, which ranks do not: see Bruch, Gai and Ingber, <em>An Analysis of
 * Fusion Functions for Hybrid Retrieval</em>, 2023. Both scores of every candidate are known,
 * whichever signal proposed it.
 *
 * <p><b>Share.</b> a : (1 − a) is 2 · t : 1, where t tells from 0 to 1 how far the vectors are to
 * be trusted: t = d + (1 − d) · c². Here d is the eighth power of how far the question {@linkplain
 * CosineScale#distance stands apart} from the archive, and c is how far the signals {@linkplain
 * #agreement agree}. The first is low for a question in a language that the model does not know,
 * because that comes close to everything. But it is low for all questions too, if the cosines of a
 * model crowd together. Then the second tells the one from the other. A signal that finds nothing
 * has no share. The constants were chosen on judged collections, English, German, Russian and
 * Chinese, with several models; others near them do as well.
 *
 * <p><b>Unknown scores.</b> A message may have words but no vectors yet, or the reverse. Then the
 * missing score is the one to expect from the other: see {@link #slope}. If its vectors are older
 * than its words, the greater of the two counts.
 */
final class Fusion {
  /** The ratio a : (1 − a) where the vectors are fully trusted. */
  private static final double GREATEST_RATIO = 2;

  /** The power of the distance: only a question that stands far apart is trusted for that alone. */
  private static final double DISTANCE_POWER = 8;

  /** The correlation of both scores from which on the signals agree. */
  private static final double FULL_CORRELATION = 0.6;

  /** The correlation that is assumed, and how many messages this assumption counts as. */
  private static final double USUAL_CORRELATION = 0.5;

  private static final double USUAL_COUNT = 10;

  private static final Comparator<WordHit> WORDS_BEST_FIRST =
      Comparator.comparingDouble(WordHit::score).reversed().thenComparingLong(WordHit::messageId);

  /** What the assumption that both signals agree counts for, as a square of scores. */
  private static final double PRIOR = 0.1;

  private final CosineScale scale;
  private final Map<Long, Scored> chunks = new HashMap<>();
  private final Map<Long, WordHit> words = new HashMap<>();
  private final Set<Long> withUnknownWords;
  private final double vectorShare;
  private final double relativePerWord;
  private final double wordPerRelative;

  /**
   * Prepares the fusion of two rankings.
   *
   * @param byVectors the ranking by vectors, if there is one
   * @param byWords the ranking by words; empty if there is none
   * @param lookup what the word index knows of the messages that only the vectors proposed
   */
  Fusion(Optional<VectorSignal.Answer> byVectors, List<WordHit> byWords, Lookup lookup) {
    List<Scored> hits = byVectors.map(VectorSignal.Answer::hits).orElse(List.of());
    scale = byVectors.map(VectorSignal.Answer::scale).orElse(CosineScale.UNKNOWN);
    hits.forEach(scored -> chunks.put(scored.hit().messageId(), scored));
    byVectors.ifPresent(answer -> chunks.putAll(answer.others()));
    byWords.forEach(hit -> words.put(hit.messageId(), hit));
    words.putAll(lookup.scores());
    withUnknownWords = lookup.unknown();
    List<Long> wordIds = byWords.stream().map(WordHit::messageId).toList();
    vectorShare = vectorShare(wordIds);
    relativePerWord = slope(wordIds, true);
    wordPerRelative = slope(hits.stream().map(scored -> scored.hit().messageId()).toList(), false);
  }

  private double vectorShare(List<Long> proposedByWords) {
    if (chunks.isEmpty()) {
      return 0;
    }
    if (words.isEmpty()) {
      return 1;
    }
    double distance = Math.pow(scale.distance(), DISTANCE_POWER);
    double agreement = agreement(proposedByWords);
    double trust = distance + (1 - distance) * agreement * agreement;
    double ratio = GREATEST_RATIO * trust;
    return ratio / (ratio + 1);
  }

  /**
   * Returns how far messages that have more of the question's words also come closer in meaning,
   * from 0 to 1: the correlation of both scores over the messages that the words proposed. A model
   * that does not know the language brings no order into these.
   */
  private double agreement(List<Long> ids) {
    List<double[]> pairs = new ArrayList<>();
    for (long id : ids) {
      Scored chunk = chunks.get(id);
      if (chunk != null) {
        pairs.add(new double[] {relative(chunk), word(id)});
      }
    }
    double cosineMean = pairs.stream().mapToDouble(pair -> pair[0]).average().orElse(0);
    double wordMean = pairs.stream().mapToDouble(pair -> pair[1]).average().orElse(0);
    double cosineSquares = 0;
    double wordSquares = 0;
    double products = 0;
    for (double[] pair : pairs) {
      cosineSquares += (pair[0] - cosineMean) * (pair[0] - cosineMean);
      wordSquares += (pair[1] - wordMean) * (pair[1] - wordMean);
      products += (pair[0] - cosineMean) * (pair[1] - wordMean);
    }
    double both = Math.sqrt(cosineSquares * wordSquares);
    int count = both == 0 ? 0 : pairs.size();
    double measured = both == 0 ? 0 : products / both;
    double correlation =
        (count * measured + USUAL_COUNT * USUAL_CORRELATION) / (count + USUAL_COUNT);
    return Math.max(0, Math.min(1, correlation / FULL_CORRELATION));
  }

  /**
   * Returns how much of one score comes with the other: the line through the origin that fits the
   * messages best that have both. The origin is a message that has nothing to do with the question.
   *
   * @param ids the messages that the known signal proposed, so that they were not chosen by the
   *     other score
   * @param relativePerWord whether the score by words is the known one
   */
  private double slope(List<Long> ids, boolean relativePerWord) {
    double products = PRIOR;
    double squares = PRIOR;
    for (long id : ids) {
      Scored chunk = chunks.get(id);
      if (chunk != null && !withUnknownWords.contains(id)) {
        double relative = relative(chunk);
        double word = word(id);
        products += relative * word;
        squares += relativePerWord ? word * word : relative * relative;
      }
    }
    return Math.max(0, products / squares);
  }

  /** Returns the messages of both rankings, best first; ties go to the lower id. */
  List<Candidate> ranked() {
    Map<Long, SignalRank> vectorRanks = new HashMap<>();
    chunks.values().stream()
        .sorted(Rescorer.BEST_FIRST)
        .forEach(
            scored ->
                vectorRanks.put(
                    scored.hit().messageId(),
                    new SignalRank(vectorRanks.size() + 1, scored.hit().score())));
    Map<Long, SignalRank> wordRanks = new HashMap<>();
    words.values().stream()
        .sorted(WORDS_BEST_FIRST)
        .forEach(
            hit ->
                wordRanks.put(hit.messageId(), new SignalRank(wordRanks.size() + 1, hit.score())));
    Set<Long> ids = new LinkedHashSet<>(chunks.keySet());
    ids.addAll(words.keySet());
    List<Candidate> ranked = new ArrayList<>();
    for (long id : ids) {
      double vectorPart = vectorShare * unit(vectorScore(id));
      double wordPart = (1 - vectorShare) * unit(wordScore(id));
      ranked.add(
          new Candidate(
              id,
              vectorPart + wordPart,
              words.containsKey(id) && (!chunks.containsKey(id) || wordPart >= vectorPart),
              Optional.ofNullable(vectorRanks.get(id)),
              Optional.ofNullable(wordRanks.get(id)),
              Optional.ofNullable(chunks.get(id))));
    }
    ranked.sort(Candidate.BEST_FIRST);
    return ranked;
  }

  private double vectorScore(long id) {
    double expected = Math.min(1, relativePerWord * word(id));
    Scored chunk = chunks.get(id);
    if (chunk == null) {
      return expected;
    }
    WordHit hit = words.get(id);
    boolean outdated = hit != null && hit.revision() != chunk.hit().revision();
    return outdated ? Math.max(expected, relative(chunk)) : relative(chunk);
  }

  private double wordScore(long id) {
    Scored chunk = chunks.get(id);
    return chunk != null && withUnknownWords.contains(id)
        ? Math.min(1, wordPerRelative * Math.max(0, relative(chunk)))
        : word(id);
  }

  private double relative(Scored chunk) {
    return scale.relative(chunk.hit().score());
  }

  private double word(long id) {
    WordHit hit = words.get(id);
    return hit == null ? 0 : hit.score();
  }

  private static double unit(double score) {
    return Math.max(0, Math.min(1, score));
  }
}
