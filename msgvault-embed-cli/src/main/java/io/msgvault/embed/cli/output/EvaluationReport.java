package io.msgvault.embed.cli.output;

import com.fasterxml.jackson.core.JsonGenerator;
import io.msgvault.embed.search.SearchMode;
import io.msgvault.embed.search.evaluation.EvaluationResult;
import io.msgvault.embed.search.evaluation.EvaluationResult.TopicResult;
import io.msgvault.embed.search.evaluation.Measures;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;

/** Shows what an evaluation measured in each mode. */
public final class EvaluationReport {
  private final Map<SearchMode, EvaluationResult> results;

  /** Holds the results to show, in the order of the map. */
  public EvaluationReport(Map<SearchMode, EvaluationResult> results) {
    this.results = results;
  }

  /** Prints a row for each mode. */
  public void print(Console console) {
    TextTable table =
        new TextTable("MODE", "NDCG@10", "RECALL@100", "MAP", "MRR", "P50 MS", "P99 MS");
    results.forEach(
        (mode, result) -> {
          Measures mean = result.mean();
          table.row(
              name(mode),
              number(mean.ndcg()),
              number(mean.recall()),
              number(mean.averagePrecision()),
              number(mean.reciprocalRank()),
              millis(result, 50),
              millis(result, 99));
        });
    table.print(console);
    results.values().stream()
        .findFirst()
        .ifPresent(
            result ->
                console.say(
                    Console.count(result.topics().size(), "topic", "topics")
                        + (result.unjudgedTopics() == 0
                            ? ""
                            : ", and " + result.unjudgedTopics() + " without judgements")));
  }

  /** Writes the means of each mode, and the measures of each topic. */
  public void writeJson(PrintWriter out) {
    Json.write(
        out,
        json -> {
          json.writeStartObject();
          for (Map.Entry<SearchMode, EvaluationResult> each : results.entrySet()) {
            json.writeFieldName(name(each.getKey()));
            writeResult(json, each.getValue());
          }
          json.writeEndObject();
        });
  }

  private static void writeResult(JsonGenerator json, EvaluationResult result) throws IOException {
    json.writeStartObject();
    writeMeasures(json, result.mean());
    json.writeNumberField("p50_ms", inMillis(result.percentile(50)));
    json.writeNumberField("p99_ms", inMillis(result.percentile(99)));
    json.writeNumberField("unjudged_topics", result.unjudgedTopics());
    json.writeFieldName("topics");
    json.writeStartArray();
    for (TopicResult topic : result.topics()) {
      json.writeStartObject();
      json.writeStringField("id", topic.topic().id());
      json.writeStringField("question", topic.topic().text());
      writeMeasures(json, topic.measures());
      json.writeNumberField("ms", inMillis(topic.took()));
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void writeMeasures(JsonGenerator json, Measures measures) throws IOException {
    json.writeNumberField("ndcg_at_10", measures.ndcg());
    json.writeNumberField("recall_at_100", measures.recall());
    json.writeNumberField("average_precision", measures.averagePrecision());
    json.writeNumberField("reciprocal_rank", measures.reciprocalRank());
  }

  private static String name(SearchMode mode) {
    return mode.name().toLowerCase(Locale.ROOT);
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.4f", value);
  }

  private static String millis(EvaluationResult result, double percent) {
    return String.format(Locale.ROOT, "%.1f", inMillis(result.percentile(percent)));
  }

  private static double inMillis(Duration time) {
    return time.toNanos() / 1e6;
  }
}
