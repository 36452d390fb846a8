package io.msgvault.embed.search.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class MeasuresTest {
  /** The example of the article "Discounted cumulative gain" in the English Wikipedia. */
  @Test
  void gainsAreLinearAndDiscountedByLogarithmOfRank() {
    Map<String, Integer> grades =
        Map.of("1", 3, "2", 2, "3", 3, "4", 0, "5", 1, "6", 2, "7", 3, "8", 2);
    assertEquals(0.785, measure(List.of("1", "2", "3", "4", "5", "6"), grades, 6).ndcg(), 5e-4);
  }

  @Test
  void idealRankingIsCutToo() {
    assertEquals(1, measure(List.of("a"), Map.of("a", 1, "b", 1, "c", 1), 1).ndcg());
    assertEquals(0.5, measure(List.of("a"), Map.of("a", 1, "b", 2), 1).ndcg());
    double ideal = 2 + 1 / (Math.log(3) / Math.log(2));
    assertEquals(1 / ideal, measure(List.of("a"), Map.of("a", 1, "b", 2), 10).ndcg(), 1e-12);
  }

  @Test
  void documentsBeyondCutoffAddNothingToGainAndRecall() {
    Measures measures =
        Measures.of(List.of("x", "a", "y", "b"), Map.of("a", 1, "b", 1, "c", 1, "d", 1), 1, 3);
    assertEquals(0, measures.ndcg());
    assertEquals(1.0 / 4, measures.recall());
    assertEquals((1.0 / 2 + 2.0 / 4) / 4, measures.averagePrecision(), 1e-12);
    assertEquals(1.0 / 2, measures.reciprocalRank());
  }

  /** Relevant ones on ranks 1, 3 and 6, and one that is not found. */
  @Test
  void averagePrecisionDividesByAllRelevant() {
    Measures measures =
        measure(List.of("a", "x", "b", "y", "z", "c"), Map.of("a", 1, "b", 2, "c", 1, "d", 1), 10);
    assertEquals((1 + 2.0 / 3 + 3.0 / 6) / 4, measures.averagePrecision(), 1e-12);
    assertEquals(3.0 / 4, measures.recall());
    assertEquals(1, measures.reciprocalRank());
  }

  @Test
  void gradeBelowOneIsNotRelevant() {
    Map<String, Integer> grades = Map.of("spam", -2, "off", 0, "a", 1);
    assertEquals(
        measure(List.of("unknown", "other", "a"), grades, 10),
        measure(List.of("spam", "off", "a"), grades, 10));
  }

  @Test
  void topicWithoutRelevantDocumentsHasZero() {
    assertEquals(new Measures(0, 0, 0, 0), measure(List.of("a"), Map.of("a", 0), 10));
    assertEquals(new Measures(0, 0, 0, 0), measure(List.of(), Map.of("a", 1), 10));
  }

  @Test
  void wrongArgumentsAreRefused() {
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> measure(List.of("a", "b", "a"), Map.of("a", 1), 10));
    assertTrue(String.valueOf(e.getMessage()).contains("document a twice"));
    assertThrows(
        IllegalArgumentException.class, () -> Measures.of(List.of(), Map.of("a", 1), 0, 1));
    assertThrows(
        IllegalArgumentException.class, () -> Measures.of(List.of(), Map.of("a", 1), 1, 0));
  }

  @Property
  void bestFirstIsPerfect(@ForAll("grades") Map<String, Integer> grades) {
    List<String> ranking =
        grades.entrySet().stream()
            .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
            .map(Map.Entry::getKey)
            .toList();
    Assume.that(grades.values().stream().anyMatch(grade -> grade > 0));
    Measures measures = measure(ranking, grades, 10);
    assertEquals(1, measures.ndcg(), 1e-12);
    assertEquals(1, measures.recall(), 1e-12);
    assertEquals(1, measures.averagePrecision(), 1e-12);
    assertEquals(1, measures.reciprocalRank(), 1e-12);
  }

  @Property
  void everyMeasureIsFromZeroToOne(
      @ForAll("grades") Map<String, Integer> grades, @ForAll("ranking") List<String> ranking) {
    Measures measures = measure(ranking, grades, 5);
    for (double value :
        new double[] {
          measures.ndcg(), measures.recall(), measures.averagePrecision(), measures.reciprocalRank()
        }) {
      assertTrue(value >= 0 && value <= 1 + 1e-12, measures.toString());
    }
  }

  @Property
  void namesOfOthersDoNotMatter(
      @ForAll("grades") Map<String, Integer> grades, @ForAll("ranking") List<String> ranking) {
    List<String> renamed =
        ranking.stream().map(name -> grades.getOrDefault(name, 0) > 0 ? name : "x" + name).toList();
    assertEquals(measure(ranking, grades, 5), measure(renamed, grades, 5));
  }

  @Property
  void betterGradeHigherUpIsNeverWorse(
      @ForAll("grades") Map<String, Integer> grades,
      @ForAll("ranking") List<String> ranking,
      @ForAll @IntRange(max = 18) int place) {
    Assume.that(place + 1 < ranking.size());
    List<String> better = new ArrayList<>(ranking);
    better
        .subList(place, place + 2)
        .sort(Comparator.comparingInt(name -> -Math.max(0, grades.getOrDefault(name, 0))));
    assertTrue(measure(better, grades, 5).ndcg() >= measure(ranking, grades, 5).ndcg() - 1e-12);
  }

  @Provide
  Arbitrary<Map<String, Integer>> grades() {
    return Arbitraries.maps(names(), Arbitraries.integers().between(-1, 3))
        .ofMaxSize(12)
        .map(HashMap::new);
  }

  @Provide
  Arbitrary<List<String>> ranking() {
    return names().list().uniqueElements().ofMaxSize(20);
  }

  private static Arbitrary<String> names() {
    return Arbitraries.integers().between(1, 30).map(String::valueOf);
  }

  private static Measures measure(List<String> ranking, Map<String, Integer> grades, int cutoff) {
    return Measures.of(ranking, grades, cutoff, 100);
  }
}
