package io.msgvault.embed.opensearch;

import io.msgvault.embed.store.VectorHit;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes searches in the language of the cluster, and reads their hits.
 *
 * <p>Each search compares the given vectors themselves with the question, by the script that the
 * k-NN plugin brings. An approximate search only chooses the messages to compare, in the same
 * request. So scores are exact also where the searched vectors are compressed. A search among given
 * messages has no approximate part: a filter inside of one means different things in different
 * versions, without an error.
 */
final class VectorQueries {
  private VectorQueries() {}

  /** Compares all messages. */
  static Map<String, ?> all(float[] question) {
    return Map.of("bool", Map.of("must", List.of(compared(question))));
  }

  /** Compares these messages. */
  static Map<String, ?> among(float[] question, Collection<Long> ids) {
    return filtered(question, Map.of("terms", Map.of("id", ids)));
  }

  /** Compares the messages of each shard that are probably the best. */
  static Map<String, ?> nearest(float[] question, int candidates) {
    return filtered(
        question,
        nested(
            Map.of(
                "query",
                Map.of(
                    "knn", Map.of("chunks.vector", Map.of("vector", question, "k", candidates))))));
  }

  private static Map<String, ?> filtered(float[] question, Map<String, ?> filter) {
    return Map.of("bool", Map.of("filter", List.of(filter), "must", List.of(compared(question))));
  }

  private static Map<String, ?> compared(float[] question) {
    Map<String, ?> script =
        Map.of(
            "source",
            "knn_score",
            "lang",
            "knn",
            "params",
            Map.of("field", "chunks.vector", "query_value", question, "space_type", "cosinesimil"));
    return nested(
        Map.of(
            "query",
            Map.of(
                "script_score", Map.of("query", Map.of("match_all", Map.of()), "script", script)),
            "score_mode",
            "max",
            "inner_hits",
            Map.of(
                "size",
                1,
                "_source",
                false,
                "docvalue_fields",
                List.of("chunks.start", "chunks.end"))));
  }

  private static Map<String, ?> nested(Map<String, ?> query) {
    Map<String, Object> nested = new LinkedHashMap<>(query);
    nested.put("path", "chunks");
    return Map.of("nested", nested);
  }

  /** Reads a hit. */
  static VectorHit hit(Json hit) {
    Json chunk = first(hit.get("inner_hits", "chunks", "hits", "hits"));
    return new VectorHit(
        first(hit.get("fields", "id")).asLong(),
        first(hit.get("fields", "revision")).asLong(),
        (int) first(chunk.get("fields", "chunks.start")).asLong(),
        (int) first(chunk.get("fields", "chunks.end")).asLong(),
        Math.max(-1, Math.min(1, 2 * hit.get("_score").asDouble() - 1)));
  }

  static Json first(Json array) {
    return array.list().get(0);
  }
}
