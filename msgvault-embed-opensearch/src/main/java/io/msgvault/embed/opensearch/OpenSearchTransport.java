package io.msgvault.embed.opensearch;

import java.io.IOException;
import java.net.URI;

/**
 * Carries requests to an OpenSearch cluster. {@link #http} makes one on Java's client. A host
 * writes its own where requests must be signed, or where it has a client of the cluster already.
 *
 * <p>Implementations are safe for use by many threads. A request may be sent to any node. It may
 * also be sent again after a failure, since none of this library's requests does harm twice.
 */
@FunctionalInterface
public interface OpenSearchTransport {
  /**
   * Holds a request.
   *
   * @param method the HTTP method, such as {@code POST}
   * @param path the path with its query, from the slash on; encoded
   * @param body the body; empty if there is none. Nobody changes it
   * @param contentType the type of the body
   */
  @SuppressWarnings("ArrayRecordComponent") // bodies are large, and compared by nobody
  record Request(String method, String path, byte[] body, String contentType) {}

  /**
   * Holds a reply.
   *
   * @param status the HTTP status, also one of an error
   * @param body the body, decompressed. Nobody changes it
   */
  @SuppressWarnings("ArrayRecordComponent") // bodies are large, and compared by nobody
  record Reply(int status, byte[] body) {}

  /**
   * Sends a request and returns the reply to it, whatever its status.
   *
   * @throws IOException if no node has replied in time
   * @throws InterruptedException if the thread is interrupted
   */
  Reply send(Request request) throws IOException, InterruptedException;

  /**
   * Returns a builder of a transport on Java's HTTP client.
   *
   * @param nodes the addresses of nodes, such as {@code http://10.0.0.1:9200}, at least one; or the
   *     one address of a load balancer
   * @throws IllegalArgumentException if there is none, or one is not an HTTP URL
   */
  static HttpTransport.Builder http(URI... nodes) {
    return new HttpTransport.Builder(nodes);
  }
}
