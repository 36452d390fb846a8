package io.msgvault.embed.opensearch;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Describes the indexes of generations to the cluster.
 *
 * @param prefix begins the names of the indexes
 * @param shards the number of shards
 * @param replicas the number of copies beside the first
 * @param activeCopies the number of copies that must be there for a write to begin
 * @param engine what searches the vectors
 * @param compression how much smaller the searched vectors are than the given ones
 * @param candidates how many messages a search compares exactly, at least
 */
record VectorSettings(
    String prefix,
    int shards,
    int replicas,
    int activeCopies,
    Engine engine,
    int compression,
    int candidates) {

  Map<String, ?> indexSettings() {
    Map<String, Object> index = new LinkedHashMap<>();
    index.put("knn", true);
    index.put("number_of_shards", shards);
    index.put("number_of_replicas", replicas);
    index.put("write.wait_for_active_shards", activeCopies);
    index.put("replication.type", "DOCUMENT");
    index.put("translog.durability", "REQUEST");
    if (engine == Engine.LUCENE) {
      // The vectors are kept once, and not again in the text of the document. Faiss keeps them
      // scaled to length 1, so that there the text alone has those that were given.
      index.put("knn.derived_source.enabled", true);
    }
    return Map.of("index", index);
  }

  static Map<String, ?> mappings(Map<String, ?> vectorField) {
    Map<String, Object> chunk = new LinkedHashMap<>();
    chunk.put("start", Map.of("type", "integer", "index", false));
    chunk.put("end", Map.of("type", "integer", "index", false));
    chunk.putAll(vectorField);
    return Map.of(
        "dynamic",
        "strict",
        "properties",
        Map.of(
            "id", Map.of("type", "long"),
            "revision", Map.of("type", "long", "index", false),
            "digest", Map.of("type", "keyword", "index", false, "doc_values", false),
            "count", Map.of("type", "integer", "index", false),
            "chunks", Map.of("type", "nested", "properties", chunk)));
  }

  Map<String, ?> vectorField(int dimension) {
    Map<String, Object> field = new LinkedHashMap<>();
    field.put("type", "knn_vector");
    field.put("dimension", dimension);
    if (compression > 1) {
      field.put("compression_level", compression + "x");
    }
    field.put("method", Map.of("name", "hnsw", "engine", engine.id(), "space_type", "cosinesimil"));
    return field;
  }
}
