package io.msgvault.embed.search;

import io.msgvault.embed.search.SearchHit.SignalRank;
import io.msgvault.embed.store.VectorHit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Fuses the rankings of the two signals into one.
 *
 * <p><b>Formula.</b> Each ranking adds weight / (k + rank) to the score of a message that it holds.
 * See Cormack, Clarke and Büttcher, <em>Reciprocal Rank Fusion outperforms Condorcet and individual
 * Rank Learning Methods</em>, 2009. Ranks of two signals can be compared; their scores cannot.
 *
 * <p><b>Keyword confidence.</b> Plain fusion trusts every ranking, and the first ranks weigh nearly
 * alike. A shared "can" or "through" would then lift the tenth message by meaning above the first.
 * A question in plain language always has such words, and some message is always the best by them.
 * So the keyword weight is multiplied by the cube of the matched fraction of the question's IDF. A
 * message with all of that IDF counts in full, one with half of it counts an eighth. One with only
 * common words counts next to nothing. Measurement chose the exponent, with whole posts and with
 * subjects as questions. Plain fusion and the first power lose precision against vectors alone; the
 * second and third power keep it.
 *
 * @param rankConstant the constant k: the greater it is, the less the first ranks differ
 * @param vectorWeight the weight of a rank by vectors
 * @param keywordWeight the weight of a rank by keywords, before the confidence
 */
record ReciprocalRankFusion(int rankConstant, double vectorWeight, double keywordWeight) {
  /**
   * A message in the fused ranking.
   *
   * @param messageId the message's id
   * @param vectorScore the part of the score that the vector signal adds
   * @param keywordScore the part of the score that the keyword signal adds
   * @param vector the rank by vectors, if that signal found the message
   * @param keyword the rank by keywords, if that signal found the message
   */
  record Fused(
      long messageId,
      double vectorScore,
      double keywordScore,
      Optional<SignalRank> vector,
      Optional<SignalRank> keyword) {
    double score() {
      return vectorScore + keywordScore;
    }
  }

  /** Returns the messages of both rankings, best first; ties go to the lower id. */
  List<Fused> fuse(List<VectorHit> byVectors, List<Bm25.Hit> byKeywords) {
    Map<Long, Fused> fused = new LinkedHashMap<>();
    for (Fused hit : rankVectors(byVectors)) {
      fused.put(hit.messageId(), hit);
    }
    for (Fused hit : rankKeywords(byKeywords)) {
      fused.merge(hit.messageId(), hit, ReciprocalRankFusion::merge);
    }
    List<Fused> ranked = new ArrayList<>(fused.values());
    ranked.sort(
        Comparator.comparingDouble(Fused::score).reversed().thenComparingLong(Fused::messageId));
    return ranked;
  }

  /** Returns the messages of a vector ranking in its order. */
  List<Fused> rankVectors(List<VectorHit> hits) {
    List<Fused> ranked = new ArrayList<>();
    for (VectorHit hit : hits) {
      int rank = ranked.size() + 1;
      ranked.add(
          new Fused(
              hit.messageId(),
              vectorWeight / (rankConstant + rank),
              0,
              Optional.of(new SignalRank(rank, hit.score())),
              Optional.empty()));
    }
    return ranked;
  }

  /** Returns the messages of a keyword ranking in its order. */
  List<Fused> rankKeywords(List<Bm25.Hit> hits) {
    List<Fused> ranked = new ArrayList<>();
    for (Bm25.Hit hit : hits) {
      int rank = ranked.size() + 1;
      ranked.add(
          new Fused(
              hit.messageId(),
              0,
              keywordWeight * confidence(hit) / (rankConstant + rank),
              Optional.empty(),
              Optional.of(new SignalRank(rank, hit.score()))));
    }
    return ranked;
  }

  private static double confidence(Bm25.Hit hit) {
    double fraction = hit.matchedIdfFraction();
    return fraction * fraction * fraction;
  }

  private static Fused merge(Fused byVectors, Fused byKeywords) {
    return new Fused(
        byVectors.messageId,
        byVectors.vectorScore,
        byKeywords.keywordScore,
        byVectors.vector,
        byKeywords.keyword);
  }
}
