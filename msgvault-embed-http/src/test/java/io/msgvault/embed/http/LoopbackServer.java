package io.msgvault.embed.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A real HTTP server on loopback that speaks OpenAI's embeddings API, well or badly as it is told.
 *
 * <p>It answers each request by the next {@link Reply} of its script, and when that is used up, by
 * its standing reply. It keeps what it was sent. Safe for use by many threads.
 *
 * <pre>{@code
 * try (LoopbackServer server = new LoopbackServer(Replies.vectors(64))) {
 *   server.next(Replies.status(429, "busy", "Retry-After", "3"));
 *   Embedder embedder = HttpEmbedder.builder(server.uri(), "m").dimension(64).build();
 * }
 * }</pre>
 */
public final class LoopbackServer implements AutoCloseable {
  /** How a request is answered. */
  @FunctionalInterface
  public interface Reply {
    /** Answers. Whatever it leaves open is closed after it. */
    void send(SentRequest request, HttpExchange exchange) throws IOException;
  }

  static {
    // Else each answer waits 40 ms for the acknowledgement of its head.
    System.setProperty("sun.net.httpserver.nodelay", "true");
  }

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Queue<Reply> script = new ConcurrentLinkedQueue<>();
  private final Queue<SentRequest> requests = new ConcurrentLinkedQueue<>();
  private volatile Reply defaultReply;

  /** A server with a standing reply, on a free port. */
  public LoopbackServer(Reply defaultReply) {
    this.defaultReply = defaultReply;
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException("no port on loopback", e);
    }
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      SentRequest request = SentRequest.read(exchange);
      requests.add(request);
      Reply next = script.poll();
      (next == null ? defaultReply : next).send(request, exchange);
    }
  }

  /** The base of its API. */
  public URI uri() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/v1");
  }

  /** How the next requests are answered, one each. */
  public void enqueue(Reply... replies) {
    script.addAll(List.of(replies));
  }

  /** How requests are answered from now on, once the script is used up. */
  public void setDefaultReply(Reply reply) {
    defaultReply = reply;
  }

  /** What was sent, in the order of arrival. */
  public List<SentRequest> requests() {
    return List.copyOf(requests);
  }

  /** Forgets what was sent. */
  public void clearRequests() {
    requests.clear();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
