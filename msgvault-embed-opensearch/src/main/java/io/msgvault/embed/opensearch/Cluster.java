package io.msgvault.embed.opensearch;

import io.msgvault.embed.model.StoreException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * Sends requests to a cluster and reads the replies. Errors name the kind of the cluster's error
 * only, since its words may repeat a text.
 */
final class Cluster {
  private static final String JSON = "application/json";
  private static final String LINES = "application/x-ndjson";
  private static final byte[] NOTHING = {};

  private final OpenSearchTransport transport;
  private final String name;
  private volatile boolean closed;

  /** Creates the sender of an index that errors call by a name. */
  Cluster(OpenSearchTransport transport, String name) {
    this.transport = transport;
    this.name = name;
  }

  /** Refuses every later request. */
  void close() {
    closed = true;
  }

  /** Requires that this is not closed. */
  void requireOpen() {
    if (closed) {
      throw new IllegalStateException(name + " is closed");
    }
  }

  /** A reply: its status, and its body. */
  record Answer(int status, Json body) {
    /** Returns whether there is no such index, alias or document. */
    boolean isMissing() {
      return status == 404;
    }

    /** Returns whether the request was carried out. */
    boolean isOk() {
      return status / 100 == 2;
    }

    /** Returns the kind of the error. */
    String errorType() {
      return body.get("error", "type").text().orElse("status " + status);
    }
  }

  /** Sends a request without a body. */
  Answer send(String method, String path) {
    return send(method, path, NOTHING, JSON);
  }

  /** Sends a request with a body of JSON. */
  Answer send(String method, String path, Object body) {
    return send(method, path, bytes(List.of(body)), JSON);
  }

  /** Sends a request with a body of lines of JSON. */
  Answer sendLines(String path, Collection<?> lines) {
    return send("POST", path, bytes(lines), LINES);
  }

  /** Sends a request with a body of lines of JSON that are written already. */
  Answer sendLines(String path, byte[] lines) {
    return send("POST", path, lines, LINES);
  }

  private static byte[] bytes(Collection<?> lines) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    lines.forEach(line -> writeLine(line, out));
    return out.toByteArray();
  }

  /** Appends a line of JSON. */
  static void writeLine(Object line, ByteArrayOutputStream out) {
    try {
      Json.write(line, out);
      out.write('\n');
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Answer send(String method, String path, byte[] body, String type) {
    requireOpen();
    try {
      OpenSearchTransport.Reply reply =
          transport.send(new OpenSearchTransport.Request(method, path, body, type));
      return new Answer(reply.status(), Json.read(reply.body()));
    } catch (IOException e) {
      throw new StoreException(
          name
              + ": no node has replied as expected: check that the cluster is up and reachable, and"
              + " try again; what was acknowledged before is kept",
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreException(name + ": the thread was interrupted", e);
    }
  }

  /** Requires that a request was carried out. */
  Answer requireOk(Answer answer) {
    if (!answer.isOk()) {
      throw refused(answer.status(), answer.errorType());
    }
    return answer;
  }

  /** Requires that a search was carried out, and by all shards. */
  Json requireComplete(Answer answer) {
    Json body = requireOk(answer).body();
    if (body.get("timed_out").isTrue() || body.get("_shards", "failed").asLong() > 0) {
      throw new StoreException(
          name + ": some shards did not answer in time: check the health of the cluster");
    }
    return body;
  }

  /** Returns the error of a request that the cluster has refused. */
  StoreException refused(long status, String type) {
    String remedy =
        switch ((int) status) {
          case 401, 403 -> "check the login, its rights, and whether the index is blocked";
          case 429 -> "the cluster is overloaded or its disks are full; try again later";
          case 503 -> "check the health of the cluster, and try again later";
          default -> "check the version and the log of the cluster";
        };
    return new StoreException(
        name + ": the cluster refused a request (" + status + ", " + type + "): " + remedy);
  }

  /**
   * Searches an index or alias, all shards or none.
   *
   * @return the reply; its status is 404 if there is no such index
   */
  Answer search(String index, Map<String, ?> body) {
    return send("POST", "/" + index + "/_search?allow_partial_search_results=false", body);
  }
}
