package io.msgvault.embed.opensearch;

import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Map;

/**
 * Writes and deletes documents of one alias, in requests of some megabytes. An alias that is
 * missing is never created by a write.
 */
final class Bulk {
  private static final int MAX_BYTES = 4 << 20;

  private final Cluster cluster;
  private final String alias;
  private final String parameters;
  private final ByteArrayOutputStream lines = new ByteArrayOutputStream();
  private boolean missing;

  /**
   * Begins a bulk.
   *
   * @param parameters what is added to the query of each request
   */
  Bulk(Cluster cluster, String alias, String parameters) {
    this.cluster = cluster;
    this.alias = alias;
    this.parameters = parameters;
  }

  /** Writes a document. */
  void index(long id, Map<String, ?> document) {
    Cluster.writeLine(Map.of("index", Map.of("_id", Long.toString(id))), lines);
    Cluster.writeLine(document, lines);
    sendIfLarge();
  }

  /** Deletes a document, if it is there. */
  void delete(long id) {
    Cluster.writeLine(Map.of("delete", Map.of("_id", Long.toString(id))), lines);
    sendIfLarge();
  }

  private void sendIfLarge() {
    if (lines.size() >= MAX_BYTES) {
      send();
    }
  }

  /**
   * Sends what is left.
   *
   * @return whether the alias was there
   */
  boolean finish() {
    if (lines.size() > 0) {
      send();
    }
    return !missing;
  }

  private void send() {
    Cluster.Answer answer =
        cluster.sendLines(
            "/" + alias + "/_bulk?require_alias=true" + parameters, lines.toByteArray());
    lines.reset();
    if (answer.isMissing()) {
      missing = true;
      return;
    }
    Json body = cluster.requireOk(answer).body();
    if (body.get("errors").isTrue()) {
      body.get("items").list().forEach(this::requireWritten);
    }
  }

  private void requireWritten(Json item) {
    Json result = List.copyOf(item.fields().values()).get(0);
    if (result.get("error").isPresent()) {
      String type = result.get("error", "type").text().orElse("unknown");
      if (type.equals("index_not_found_exception")) {
        missing = true;
      } else {
        throw cluster.refused(result.get("status").asLong(), type);
      }
    }
  }
}
