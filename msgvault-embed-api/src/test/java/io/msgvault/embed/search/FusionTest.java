package io.msgvault.embed.search;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.msgvault.embed.model.Fingerprint;
import io.msgvault.embed.model.Generation;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.search.KeywordSignal.Lookup;
import io.msgvault.embed.search.Rescorer.Scored;
import io.msgvault.embed.store.VectorHit;
import io.msgvault.embed.store.WordHit;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** How fixed cosines and word scores are fused. */
class FusionTest {
  private static final CosineScale USUAL = new CosineScale(0.1, 0.11);

  @Test
  void bothScoresCount() {
    List<Candidate> ranked =
        fuse(USUAL, Map.of(1L, 0.7, 2L, 0.6, 3L, 0.1), Map.of(2L, 0.6, 3L, 0.6));
    assertEquals(List.of(2L, 1L, 3L), ids(ranked));
    assertTrue(ranked.stream().allMatch(hit -> hit.score() >= 0 && hit.score() <= 1));
  }

  @Test
  void perfectMatchHasScoreOfOne() {
    assertEquals(1, fuse(USUAL, Map.of(1L, 1.0), Map.of(1L, 1.0)).get(0).score(), 1e-12);
    assertEquals(0, fuse(USUAL, Map.of(1L, -0.2, 2L, 0.5), Map.of(2L, 0.5)).get(1).score(), 1e-12);
  }

  @Test
  void signalWithoutHitsHasNoShare() {
    assertEquals(0.5, fuse(USUAL, Map.of(1L, 0.55), Map.of()).get(0).score(), 1e-12);
    assertEquals(0.4, fuse(USUAL, Map.of(), Map.of(1L, 0.4)).get(0).score(), 1e-12);
  }

  /** The cosines of the second model are those of the first, moved into a narrow range near 0.8. */
  @Test
  void modelsWhoseCosinesCrowdCountToo() {
    CosineScale crowded = new CosineScale(0.775, 0.0275);
    Map<Long, Double> cosines = new HashMap<>(Map.of(1L, 0.62, 2L, 0.44, 3L, 0.3, 4L, 0.12));
    Map<Long, Double> words = new HashMap<>(Map.of(1L, 0.2, 2L, 0.5, 3L, 0.3, 4L, 0.1));
    addMessages(cosines, words, true);
    Map<Long, Double> moved = new HashMap<>();
    cosines.forEach((id, cosine) -> moved.put(id, 0.75 + cosine / 4));
    List<Candidate> wide = fuse(USUAL, cosines, words);
    List<Candidate> narrow = fuse(crowded, moved, words);
    assertEquals(List.of(1L, 2L, 3L, 4L), few(wide));
    assertEquals(List.of(1L, 2L, 3L, 4L), few(narrow));
    assertEquals(scoreOf(1, wide), scoreOf(1, narrow), 0.05);
  }

  /**
   * All messages come close to a question in a language that the model does not know, and no closer
   * if they have more of its words.
   */
  @Test
  void questionThatIsCloseToEverythingGoesByWords() {
    CosineScale close = new CosineScale(0.5, 0.13);
    Map<Long, Double> cosines = new HashMap<>(Map.of(1L, 0.6, 2L, 0.8));
    Map<Long, Double> words = new HashMap<>(Map.of(1L, 0.5, 2L, 0.1));
    addMessages(cosines, words, false);
    assertEquals(List.of(1L, 2L), few(fuse(close, cosines, words)));
    addMessages(cosines, words, true);
    assertEquals(List.of(2L, 1L), few(fuse(close, cosines, words)));
  }

  /** A question that stands apart needs no other proof: its words may be poor. */
  @Test
  void vectorsOfQuestionThatStandsApartCountEvenIfWordsDisagree() {
    CosineScale apart = new CosineScale(0.02, 0.1);
    Map<Long, Double> cosines = new HashMap<>(Map.of(1L, 0.2, 2L, 0.6));
    Map<Long, Double> words = new HashMap<>(Map.of(1L, 0.5, 2L, 0.1));
    addMessages(cosines, words, false);
    assertEquals(List.of(2L, 1L), few(fuse(apart, cosines, words)));
  }

  /** Adds forty messages, which are the closer the more words they have, or in no such order. */
  private static void addMessages(
      Map<Long, Double> cosines, Map<Long, Double> words, boolean agreeing) {
    for (int i = 0; i < 40; i++) {
      words.put(100L + i, 0.01 * i);
      cosines.put(100L + i, 0.4 + 0.009 * (agreeing ? i : (i * 17) % 40));
    }
  }

  /** Returns the order of the messages beside those forty. */
  private static List<Long> few(List<Candidate> ranked) {
    return ids(ranked).stream().filter(id -> id < 100).toList();
  }

  @Test
  void missingCosineIsThatOfMessagesWithSuchWords() {
    Map<Long, Double> cosines = new HashMap<>();
    Map<Long, Double> words = new HashMap<>();
    for (long id = 1; id <= 20; id++) {
      words.put(id, id / 40.0);
      cosines.put(id, USUAL.mean() + (1 - USUAL.mean()) * id / 40.0);
    }
    words.put(21L, 0.4); // as good as message 16, but without vectors
    List<Candidate> ranked = fuse(USUAL, cosines, words);
    assertEquals(
        scoreOf(16, ranked), scoreOf(21, ranked), 0.02, "a message that has no vectors yet");
    assertEquals(Optional.empty(), candidate(21, ranked).vector());
  }

  @Test
  void missingWordsAreThoseOfMessagesSoClose() {
    Map<Long, Double> cosines = new HashMap<>();
    Map<Long, Double> words = new HashMap<>();
    for (long id = 1; id <= 20; id++) {
      cosines.put(id, USUAL.mean() + (1 - USUAL.mean()) * id / 40.0);
      if (id != 16) {
        words.put(id, id / 40.0);
      }
    }
    List<Candidate> punished =
        new Fusion(answer(USUAL, cosines, 1), hits(words), Lookup.NOTHING).ranked();
    List<Candidate> ranked =
        new Fusion(answer(USUAL, cosines, 1), hits(words), new Lookup(Map.of(), Set.of(16L)))
            .ranked();
    assertTrue(ids(punished).indexOf(16L) > 8, "a message that does not match by words");
    assertEquals(4, ids(ranked).indexOf(16L), 1, "a message whose words are not known");
  }

  @Test
  void outdatedVectorsDoNotHideNewWords() {
    Map<Long, Double> cosines = Map.of(1L, 0.4, 2L, 0.1, 3L, 0.4);
    Map<Long, Double> words = Map.of(1L, 0.3, 2L, 0.6, 3L, 0.3);
    List<WordHit> newer =
        hits(words).stream()
            .map(hit -> hit.messageId() == 2 ? new WordHit(2, 5, hit.score()) : hit)
            .toList();
    double edited =
        scoreOf(2, new Fusion(answer(USUAL, cosines, 1), newer, Lookup.NOTHING).ranked());
    assertTrue(edited > scoreOf(2, fuse(USUAL, cosines, words)), "an edited message");
  }

  @Test
  void scoresThatWereLookedUpCount() {
    VectorSignal.Answer answer = answer(USUAL, Map.of(1L, 0.5), 1).orElseThrow();
    VectorSignal.Answer withOther =
        new VectorSignal.Answer(
            answer.active(), answer.scale(), answer.hits(), Map.of(2L, scored(2, 0.45, 1)));
    List<Candidate> ranked =
        new Fusion(
                Optional.of(withOther),
                hits(Map.of(2L, 0.4)),
                new Lookup(Map.of(1L, new WordHit(1, 1, 0.1)), Set.of()))
            .ranked();
    assertEquals(List.of(2L, 1L), ids(ranked));
    assertEquals(2, candidate(2, ranked).vector().orElseThrow().rank());
    assertEquals(2, candidate(1, ranked).keyword().orElseThrow().rank());
  }

  @Test
  void tiesGoToLowerId() {
    assertEquals(
        List.of(1L, 2L), ids(fuse(USUAL, Map.of(2L, 0.5, 1L, 0.5), Map.of(1L, 0.2, 2L, 0.2))));
  }

  private static List<Candidate> fuse(
      CosineScale scale, Map<Long, Double> cosines, Map<Long, Double> words) {
    return new Fusion(answer(scale, cosines, 1), hits(words), Lookup.NOTHING).ranked();
  }

  private static Optional<VectorSignal.Answer> answer(
      CosineScale scale, Map<Long, Double> cosines, long revision) {
    List<Scored> hits = new ArrayList<>();
    cosines.forEach((id, cosine) -> hits.add(scored(id, cosine, revision)));
    Generation generation =
        Generation.builder(1, new Fingerprint("m", 4, "t", Scope.ALL), Instant.EPOCH).build();
    return Optional.of(new VectorSignal.Answer(generation, scale, hits, Map.of()));
  }

  private static Scored scored(long id, double cosine, long revision) {
    VectorHit hit = new VectorHit(id, revision, 0, 1, cosine);
    return new Scored(hit, "", List.of(hit));
  }

  private static List<WordHit> hits(Map<Long, Double> words) {
    List<WordHit> hits = new ArrayList<>();
    words.forEach((id, score) -> hits.add(new WordHit(id, 1, score)));
    return hits;
  }

  private static Candidate candidate(long id, List<Candidate> ranked) {
    return ranked.stream().filter(hit -> hit.messageId() == id).findFirst().orElseThrow();
  }

  private static double scoreOf(long id, List<Candidate> ranked) {
    return candidate(id, ranked).score();
  }

  private static List<Long> ids(List<Candidate> ranked) {
    return ranked.stream().map(Candidate::messageId).toList();
  }
}
