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
 * Makes one ranking of two: a message gets weight / (k + rank) from each that has it (Cormack,
 * Clarke and Büttcher, <em>Reciprocal Rank Fusion outperforms Condorcet and individual Rank
 * Learning Methods</em>, 2009). Ranks can be compared where scores can't.
 *
 * @param rankConstant how little the first ranks differ
 * @param vectorWeight what a rank among the vectors counts
 * @param keywordWeight what a rank among the keywords counts, times the {@linkplain
 *     KeywordConfidence evidence} of the match
 */
record ReciprocalRankFusion(int rankConstant, double vectorWeight, double keywordWeight) {
  /**
   * A message in the fused ranking.
   *
   * @param vectorScore what the vectors gave to the score
   * @param keywordScore what the keywords gave to the score
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

  /** The messages of both rankings, best first; of equals, the one with the lower id. */
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

  /** The messages of one ranking, in its order. */
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

  /** The messages of one ranking, in its order. */
  List<Fused> rankKeywords(List<Bm25.Hit> hits) {
    List<Fused> ranked = new ArrayList<>();
    for (Bm25.Hit hit : hits) {
      int rank = ranked.size() + 1;
      ranked.add(
          new Fused(
              hit.messageId(),
              0,
              keywordWeight
                  * KeywordConfidence.of(hit.matchedIdfFraction())
                  / (rankConstant + rank),
              Optional.empty(),
              Optional.of(new SignalRank(rank, hit.score()))));
    }
    return ranked;
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
