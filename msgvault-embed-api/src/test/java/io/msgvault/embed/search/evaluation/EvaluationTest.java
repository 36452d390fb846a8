package io.msgvault.embed.search.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.msgvault.embed.search.evaluation.EvaluationResult.TopicResult;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EvaluationTest {
  private static final List<Topic> TOPICS =
      List.of(new Topic("1", "one"), new Topic("2", "two"), new Topic("3", "three"));
  private static final Judgements JUDGEMENTS =
      Judgements.of(Map.of("1", Map.of("a", 1), "2", Map.of("b", 1), "9", Map.of("c", 1)));

  @Test
  void meanIsOverJudgedTopics() {
    EvaluationResult result =
        Evaluation.builder(TOPICS, JUDGEMENTS)
            .build()
            .run(topic -> topic.text().equals("one") ? List.of("a") : List.of("x", "b"));
    assertEquals(
        List.of("1", "2"), result.topics().stream().map(found -> found.topic().id()).toList());
    assertEquals(1, result.unjudgedTopics());
    assertEquals((1 + 1 / (Math.log(3) / Math.log(2))) / 2, result.mean().ndcg(), 1e-12);
    assertEquals(1, result.mean().recall());
    assertEquals(0.75, result.mean().averagePrecision());
    assertEquals(0.75, result.mean().reciprocalRank());
  }

  @Test
  void onlyDocumentsWithinDepthAreMeasured() {
    Evaluation evaluation =
        Evaluation.builder(TOPICS, JUDGEMENTS).depth(2).ndcgAt(1).recallAt(2).build();
    Measures mean = evaluation.run(topic -> List.of("x", "a", "b")).mean();
    assertEquals(new Measures(0, 0.5, 0.25, 0.25), mean);
  }

  @Test
  void settingsThatMeasureNothingAreRefused() {
    Evaluation.Builder deep = Evaluation.builder(TOPICS, JUDGEMENTS).recallAt(101);
    assertThrows(IllegalArgumentException.class, deep::build);
    assertThrows(IllegalArgumentException.class, () -> deep.depth(1001));
    assertThrows(IllegalArgumentException.class, () -> deep.depth(0));
    Evaluation.Builder others = Evaluation.builder(TOPICS, Judgements.of(Map.of()));
    IllegalArgumentException e = assertThrows(IllegalArgumentException.class, others::build);
    assertTrue(String.valueOf(e.getMessage()).contains("no topic has a judgement"));
  }

  @Test
  void percentileIsTimeOfOneSearch() {
    List<TopicResult> topics =
        IntStream.rangeClosed(1, 200)
            .mapToObj(
                i ->
                    new TopicResult(
                        TOPICS.get(0), new Measures(0, 0, 0, 0), Duration.ofMillis(201 - i)))
            .toList();
    EvaluationResult result = new EvaluationResult(topics, new Measures(0, 0, 0, 0), 0);
    assertEquals(Duration.ofMillis(100), result.percentile(50));
    assertEquals(Duration.ofMillis(198), result.percentile(99));
    assertEquals(Duration.ofMillis(199), result.percentile(99.1));
    assertEquals(Duration.ofMillis(200), result.percentile(100));
    assertEquals(Duration.ofMillis(1), result.percentile(0.1));
    assertThrows(IllegalArgumentException.class, () -> result.percentile(0));
  }

  @Test
  void searchesAreTimed() {
    EvaluationResult result =
        Evaluation.builder(TOPICS, JUDGEMENTS)
            .build()
            .run(
                topic -> {
                  long until = System.nanoTime() + 2_000_000;
                  while (System.nanoTime() < until) {
                    Thread.onSpinWait();
                  }
                  return List.of();
                });
    assertTrue(result.percentile(1).compareTo(Duration.ofMillis(2)) >= 0);
  }
}
