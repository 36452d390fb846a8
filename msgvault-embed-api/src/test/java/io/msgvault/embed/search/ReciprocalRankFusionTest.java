package io.msgvault.embed.search;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.msgvault.embed.search.ReciprocalRankFusion.Fused;
import io.msgvault.embed.store.VectorHit;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReciprocalRankFusionTest {
  private static final ReciprocalRankFusion FUSION = new ReciprocalRankFusion(60, 1, 1);

  @Test
  void hitsOfBothSignalsRankFirst() {
    List<Fused> fused =
        FUSION.fuse(List.of(vector(1), vector(2)), List.of(keyword(2, 1), keyword(3, 1)));
    assertEquals(List.of(2L, 1L, 3L), fused.stream().map(Fused::messageId).toList());
    assertEquals(1.0 / 62 + 1.0 / 61, fused.get(0).score(), 1e-12);
    assertEquals(2, fused.get(0).vector().orElseThrow().rank());
    assertEquals(1, fused.get(0).keyword().orElseThrow().rank());
    assertEquals(1.0 / 61, fused.get(1).score(), 1e-12);
    assertEquals(1.0 / 62, fused.get(2).score(), 1e-12);
  }

  @Test
  void tiesGoToTheLowerId() {
    List<Fused> fused = FUSION.fuse(List.of(vector(9)), List.of(keyword(4, 1)));
    assertEquals(List.of(4L, 9L), fused.stream().map(Fused::messageId).toList());
  }

  @Test
  void functionWordMatchesLiftNothing() {
    List<Fused> fused = FUSION.fuse(List.of(vector(1), vector(2)), List.of(keyword(2, 0.08)));
    assertEquals(List.of(1L, 2L), fused.stream().map(Fused::messageId).toList());
  }

  @Test
  void halfOfTheIdfCountsAnEighth() {
    Fused half = FUSION.fuse(List.of(), List.of(keyword(1, 0.5))).get(0);
    assertEquals(1.0 / 8 / 61, half.score(), 1e-12);
  }

  @Test
  void usesConfiguredWeights() {
    List<Fused> fused =
        new ReciprocalRankFusion(10, 0.5, 2).fuse(List.of(vector(1)), List.of(keyword(2, 1)));
    assertEquals(2.0 / 11, fused.get(0).score(), 1e-12);
    assertEquals(0.5 / 11, fused.get(1).score(), 1e-12);
  }

  private static VectorHit vector(long id) {
    return new VectorHit(id, 1, 0, 1, 0.5);
  }

  private static Bm25.Hit keyword(long id, double matchedIdfFraction) {
    return new Bm25.Hit(id, 3, matchedIdfFraction);
  }
}
