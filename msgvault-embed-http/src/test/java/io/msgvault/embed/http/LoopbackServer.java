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
 * A real HTTP server on loopback with OpenAI's embeddings API, which behaves as its script says.
 *
 * <p>It answers each request with the next {@link Reply} of its script, and after the last one with
 * its default reply. It records the requests. Safe for concurrent use.
 *
 * <pre>{@code
 * try (LoopbackServer server = new LoopbackServer(ScriptedReplies.vectors(64))) {
 *   server.enqueue(ScriptedReplies.status(429, "busy", "Retry-After", "3"));
 *   Embedder embedder = HttpEmbedder.builder(server.uri(), "m").dimension(64).build();
 * }
 * }</pre>
 */
public final class LoopbackServer implements AutoCloseable {
  /** Answers requests. */
  @FunctionalInterface
  public interface Reply {
    /** Answers a request. The server then closes the exchange. */
    void send(SentRequest request, HttpExchange exchange) throws IOException;
  }

  static {
    // Otherwise each reply waits 40 ms for the acknowledgement of its head.
    System.setProperty("sun.net.httpserver.nodelay", "true");
  }

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Queue<Reply> script = new ConcurrentLinkedQueue<>();
  private final Queue<SentRequest> requests = new ConcurrentLinkedQueue<>();
  private volatile Reply defaultReply;

  /** Starts a server with a default reply on a free port. */
  public LoopbackServer(Reply defaultReply) {
    this(defaultReply, 0);
  }

  /** Starts a server with a default reply on a port that another server had. */
  public LoopbackServer(Reply defaultReply, int port) {
    this.defaultReply = defaultReply;
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
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

  /** Returns the base of the API. */
  public URI uri() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/v1");
  }

  /** Adds replies to the script, one for each request. */
  public void enqueue(Reply... replies) {
    script.addAll(List.of(replies));
  }

  /** Sets the reply for requests after the end of the script. */
  public void setDefaultReply(Reply reply) {
    defaultReply = reply;
  }

  /** Returns the requests in the order of arrival. */
  public List<SentRequest> requests() {
    return List.copyOf(requests);
  }

  /** Removes the recorded requests. */
  public void clearRequests() {
    requests.clear();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
