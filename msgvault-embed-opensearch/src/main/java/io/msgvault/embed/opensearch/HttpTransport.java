package io.msgvault.embed.opensearch;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Carries requests over Java's HTTP client to the nodes of a cluster, in turn. A node that does not
 * reply, or that is cut off from its cluster (status 503), is passed over: the request goes to the
 * next one, and the node is asked last for ten seconds. So a request takes at most the {@linkplain
 * Builder#timeout time-out} for each node.
 */
public final class HttpTransport implements OpenSearchTransport {
  private static final long PASSED_OVER_NANOS = Duration.ofSeconds(10).toNanos();
  private static final int CUT_OFF = 503;

  private final List<Node> nodes;
  private final HttpClient client;
  private final Map<String, String> headers;
  private final Optional<Supplier<String>> authorization;
  private final Duration timeout;
  private final AtomicInteger turn = new AtomicInteger();

  private HttpTransport(Builder builder) {
    this.nodes = builder.nodes.stream().map(Node::new).toList();
    this.client =
        builder.client.orElseGet(
            () ->
                HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(Duration.ofSeconds(5))
                    .build());
    this.headers = Map.copyOf(builder.headers);
    this.authorization = builder.authorization;
    this.timeout = builder.timeout;
  }

  /** A node, and until when it is asked last. */
  private static final class Node {
    private final URI address;
    private volatile long failedAt;
    private volatile boolean failed;

    Node(URI address) {
      this.address = address;
    }

    boolean isPassedOver() {
      return failed && System.nanoTime() - failedAt < PASSED_OVER_NANOS;
    }

    void noteFailure() {
      failedAt = System.nanoTime();
      failed = true;
    }
  }

  @Override
  public Reply send(Request request) throws IOException, InterruptedException {
    IOException failure = new IOException("no node was asked");
    Optional<Reply> refusal = Optional.empty();
    for (Node node : inTurn()) {
      try {
        Reply reply = send(node.address, request);
        if (reply.status() != CUT_OFF) {
          return reply;
        }
        refusal = Optional.of(reply);
      } catch (IOException e) {
        failure = e;
      }
      node.noteFailure();
    }
    if (refusal.isPresent()) {
      return refusal.get();
    }
    throw failure;
  }

  /** Returns the nodes from the next one on, those that have failed last. */
  private List<Node> inTurn() {
    int first = Math.floorMod(turn.getAndIncrement(), nodes.size());
    List<Node> order = new ArrayList<>(nodes.subList(first, nodes.size()));
    order.addAll(nodes.subList(0, first));
    order.sort(Comparator.comparing(Node::isPassedOver));
    return order;
  }

  private Reply send(URI node, Request request) throws IOException, InterruptedException {
    HttpRequest.Builder http =
        HttpRequest.newBuilder(URI.create(node + request.path()))
            .timeout(timeout)
            .method(request.method(), publisher(request.body()));
    if (request.body().length > 0) {
      http.header("Content-Type", request.contentType());
    }
    headers.forEach(http::header);
    authorization.ifPresent(value -> http.header("Authorization", value.get()));
    HttpResponse<byte[]> response =
        client.send(http.build(), HttpResponse.BodyHandlers.ofByteArray());
    return new Reply(response.statusCode(), response.body());
  }

  private static HttpRequest.BodyPublisher publisher(byte[] body) {
    return body.length == 0
        ? HttpRequest.BodyPublishers.noBody()
        : HttpRequest.BodyPublishers.ofByteArray(body);
  }

  /** Builds an {@link HttpTransport}. Not safe for concurrent use. */
  public static final class Builder {
    private final List<URI> nodes = new ArrayList<>();
    private final Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    private Optional<Supplier<String>> authorization = Optional.empty();
    private Optional<HttpClient> client = Optional.empty();
    private Duration timeout = Duration.ofMinutes(1);

    Builder(URI... nodes) {
      if (nodes.length == 0) {
        throw new IllegalArgumentException("name the address of a node at least");
      }
      for (URI node : nodes) {
        String scheme = String.valueOf(node.getScheme());
        if (!(scheme.equals("http") || scheme.equals("https"))
            || node.getHost() == null
            || node.getUserInfo() != null
            || node.getQuery() != null
            || node.getFragment() != null) {
          throw new IllegalArgumentException(
              "a node must have an address such as https://host:9200; a login is set by login()");
        }
        this.nodes.add(URI.create(node.toString().replaceAll("/+$", "")));
      }
    }

    /**
     * Sends a name and a password with each request (basic authentication).
     *
     * @param password called before each request, from any thread, so that it may change
     */
    public Builder login(String name, Supplier<String> password) {
      authorization =
          Optional.of(
              () ->
                  "Basic "
                      + Base64.getEncoder()
                          .encodeToString(
                              (name + ':' + password.get()).getBytes(StandardCharsets.UTF_8)));
      return this;
    }

    /** Sets a header of each request, such as one with a token. */
    public Builder header(String name, String value) {
      headers.put(name, value);
      return this;
    }

    /** Sets a client of the host, with its certificates and its proxy. The host closes it. */
    public Builder httpClient(HttpClient client) {
      this.client = Optional.of(client);
      return this;
    }

    /**
     * Sets the maximum duration of a request to one node, from the connection to the last byte of
     * the reply. Default: one minute.
     *
     * @param timeout above zero
     */
    public Builder timeout(Duration timeout) {
      if (timeout.isZero() || timeout.isNegative()) {
        throw new IllegalArgumentException("a timeout must be above zero, but is " + timeout);
      }
      this.timeout = timeout;
      return this;
    }

    /** Builds the transport. Sends nothing. */
    public HttpTransport build() {
      return new HttpTransport(this);
    }
  }
}
