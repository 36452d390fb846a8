package io.msgvault.embed.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.msgvault.embed.embedder.EmbedderException;
import io.msgvault.embed.embedder.EmbedderUnavailableException;
import io.msgvault.embed.embedder.RejectedInputException;
import io.msgvault.embed.embedder.TransientEmbedderException;
import io.msgvault.embed.http.EmbeddingsJson.MalformedReplyException;
import io.msgvault.embed.model.Fingerprint;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Sends texts to one URL and returns their vectors, or throws the exception that names the cause.
 *
 * <p>A call has one deadline from its start to the last byte of its reply. Therefore a body is read
 * as a whole, up to a limit, before it is parsed. Reading it as a stream has no time-out if a
 * server sends one byte a minute.
 *
 * <p>No exception of the HTTP client or the parser becomes a cause. Some of them quote the bytes
 * that they can't read, and a server may repeat in them what was sent.
 */
final class EmbeddingsEndpoint implements AutoCloseable {
  private static final int MAX_REDIRECTS = 3;
  private static final Set<Integer> REDIRECTS = Set.of(301, 302, 307, 308);
  private static final int MAX_ERROR_BYTES = 64 * 1024;

  /** The maximum size of a reply without its vectors. */
  private static final int MAX_OVERHEAD_BYTES = 1024 * 1024;

  /** The maximum size of a component: 20 digits on an indented line. */
  private static final int MAX_COMPONENT_BYTES = 64;

  /**
   * The minimum length of a value of a header or query that counts as secret. Shorter ones are
   * versions, switches and other common words.
   */
  private static final int MIN_SECRET_LENGTH = 8;

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

  /**
   * The settings of all requests.
   *
   * @param uri the URL
   * @param model the model's name
   * @param dimensions the dimension to request, if the server is to shorten its vectors
   * @param headers the headers of each request
   * @param key returns the bearer token, if there is one
   * @param base64 whether to ask for vectors in base64 as long as the server does not refuse it
   * @param timeout the time limit of one call with its redirects
   * @param clock evaluates dates in replies
   * @param resolver resolves hosts that Java's client does not take
   */
  record Settings(
      URI uri,
      String model,
      OptionalInt dimensions,
      Map<String, String> headers,
      Optional<Supplier<String>> key,
      boolean base64,
      Duration timeout,
      Clock clock,
      EndpointUri.Resolver resolver) {
    /** Leaves out all that may be secret. */
    @Override
    public String toString() {
      return model + " at " + EndpointUri.redacted(uri);
    }
  }

  private final Settings settings;
  private final boolean ownsClient;

  /** Null after close. Before Java 21 a client can't be closed: it ends when it is unreachable. */
  private final AtomicReference<@Nullable HttpClient> client;

  private final Map<Call, CompletableFuture<?>> pendingCalls = new ConcurrentHashMap<>();
  private volatile boolean requestsBase64;

  private final KeptConnections keptConnections;

  EmbeddingsEndpoint(Settings settings, Optional<HttpClient> client) {
    this.settings = settings;
    this.requestsBase64 = settings.base64();
    this.ownsClient = client.isEmpty();
    this.keptConnections = new KeptConnections(ownsClient ? 0 : 1);
    this.client = new AtomicReference<>(client.orElseGet(EmbeddingsEndpoint::newClient));
  }

  private static HttpClient newClient() {
    return HttpClient.newBuilder()
        .followRedirects(HttpClient.Redirect.NEVER)
        .connectTimeout(CONNECT_TIMEOUT)
        .build();
  }

  /** Returns the URL without all that may be secret. */
  String redactedAddress() {
    return EndpointUri.redacted(settings.uri());
  }

  /** Returns the client; throws if this is closed. */
  HttpClient requireOpen() {
    HttpClient current = client.get();
    if (current == null) {
      throw new IllegalStateException("this embedder is closed");
    }
    return current;
  }

  /**
   * Returns the vectors of some texts, as the server sends them, and its count of the tokens.
   *
   * @param dimension the expected dimension; the vectors may have another
   * @param onError gets the status of a reply that is an error
   * @return a vector for each text; it has length 0 if the server sends none for that text
   */
  EmbeddingsJson.Reply embed(List<String> texts, int dimension, IntConsumer onError) {
    Call call = new Call(texts, dimension);
    boolean base64 = requestsBase64;
    HttpReply reply = call.post(base64);
    if (base64 && ErrorClassifier.rejectsBase64(reply)) {
      reply = call.post(false);
      if (reply.isSuccess()) {
        requestsBase64 = false;
      }
    }
    if (!reply.isSuccess()) {
      onError.accept(reply.status());
      throw ErrorClassifier.toException(reply, redactedAddress(), call.redaction, settings.clock());
    }
    return call.read(reply);
  }

  /**
   * Returns the dimension of the model's vectors. It embeds a harmless word to learn it; if the
   * server rejects that, the encoding or the configuration is the reason.
   */
  int learnDimension() {
    int dimension;
    try {
      dimension = probeDimension();
    } catch (RejectedInputException first) {
      boolean base64 = requestsBase64;
      requestsBase64 = false;
      try {
        dimension = probeDimension();
      } catch (RejectedInputException second) {
        requestsBase64 = base64;
        throw new EmbedderUnavailableException(
            "the server rejects even a plain word, so the configuration is wrong: "
                + first.getMessage(),
            second);
      }
    }
    if (dimension < 2 || dimension > Fingerprint.MAX_DIMENSION) {
      throw new EmbedderUnavailableException(
          settings
              + " returned a vector of dimension "
              + dimension
              + ", not of 2 to "
              + Fingerprint.MAX_DIMENSION
              + ": is it an embedding model?");
    }
    return dimension;
  }

  private int probeDimension() {
    return embed(List.of("hello"), Fingerprint.MAX_DIMENSION, status -> {}).vectors()[0].length;
  }

  /** Aborts pending calls, and closes the client if it belongs to this endpoint. */
  @Override
  public void close() {
    HttpClient closed = client.getAndSet(null);
    pendingCalls.values().forEach(reply -> reply.cancel(true));
    if (ownsClient && closed instanceof AutoCloseable closeable) {
      try {
        closeable.close();
      } catch (Exception e) {
        throw new IllegalStateException("the HTTP client can't be closed", e);
      }
    }
  }

  /** One call under one deadline: several requests if it is redirected or base64 is rejected. */
  private final class Call {
    private final List<String> texts;
    private final int dimension;
    private final long deadline = System.nanoTime() + settings.timeout().toNanos();
    private final Optional<String> key = key();
    private final int limit;
    private final Redaction redaction;

    Call(List<String> texts, int dimension) {
      this.texts = texts;
      this.dimension = dimension;
      long vectors = (long) texts.size() * dimension * MAX_COMPONENT_BYTES;
      this.limit = (int) Math.min(MAX_OVERHEAD_BYTES + vectors, Integer.MAX_VALUE - 8L);
      this.redaction = new Redaction(secrets(), texts);
    }

    private Optional<String> key() {
      Optional<String> value = settings.key().map(Supplier::get).map(String::strip);
      if (value.isPresent() && !value.get().chars().allMatch(c -> c > ' ' && c <= '~')) {
        throw new EmbedderUnavailableException(
            "the key contains a character that can't be sent: check where the key comes from");
      }
      if (value.isPresent() && value.get().isEmpty()) {
        throw new EmbedderUnavailableException("the key is empty: set it, or use none");
      }
      return value;
    }

    private List<String> secrets() {
      String query = settings.uri().getRawQuery();
      List<String> secrets = new ArrayList<>(settings.headers().values());
      if (query != null) {
        secrets.addAll(List.of(query.split("[&=]")));
      }
      secrets.removeIf(value -> value.length() < MIN_SECRET_LENGTH);
      key.ifPresent(secrets::add);
      return secrets;
    }

    /** Sends the texts, and follows redirects on the same server. */
    HttpReply post(boolean base64) {
      byte[] body = EmbeddingsJson.request(settings.model(), texts, base64, settings.dimensions());
      URI target = settings.uri();
      for (int redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
        HttpReply reply = exchange(request(reachable(target), body));
        Optional<String> location = reply.headers().firstValue("Location");
        if (!REDIRECTS.contains(reply.status()) || location.isEmpty()) {
          return reply;
        }
        target = follow(target, location.get());
      }
      throw new EmbedderUnavailableException(
          redactedAddress()
              + " redirects more than "
              + MAX_REDIRECTS
              + " times: use the final URL");
    }

    private URI follow(URI from, String location) {
      Optional<URI> to = EndpointUri.resolveRedirect(from, location);
      if (to.isPresent() && EndpointUri.isSameServer(from, to.get())) {
        return to.get();
      }
      String redacted = to.map(uri -> ", " + redaction.apply(EndpointUri.redacted(uri))).orElse("");
      throw new EmbedderUnavailableException(
          redactedAddress()
              + " redirects to another server"
              + redacted
              + ", which is not followed; use its URL if it is the right one");
    }

    private URI reachable(URI target) {
      try {
        return EndpointUri.reachable(target, settings.resolver());
      } catch (UnknownHostException e) {
        throw new TransientEmbedderException(
            "the host of " + redactedAddress() + " has no address: check the name");
      }
    }

    private HttpRequest request(URI target, byte[] body) {
      // HTTP/1.1, since an offer to upgrade to HTTP/2 makes several servers hang or lose the body.
      HttpRequest.Builder request =
          HttpRequest.newBuilder(target)
              .version(HttpClient.Version.HTTP_1_1)
              .POST(BodyPublishers.ofByteArray(body))
              .setHeader("Accept", "application/json");
      settings.headers().forEach(request::setHeader);
      request.setHeader("Content-Type", "application/json");
      key.ifPresent(token -> request.setHeader("Authorization", "Bearer " + token));
      return request.build();
    }

    /**
     * Sends a request. If a server closes a kept connection just as a request goes out on it, the
     * request is sent again, until it fails on a new connection, or as often as connections can
     * have been kept. A request for embeddings changes nothing, so it may reach the server twice.
     */
    private HttpReply exchange(HttpRequest request) {
      for (int resends = 0; ; resends++) {
        AtomicBoolean answered = new AtomicBoolean();
        CompletableFuture<HttpResponse<LimitedBodySubscriber>> response =
            send(requireOpen(), request, answered);
        pendingCalls.put(this, response);
        try {
          requireOpen();
          return new HttpReply(
              response.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS), limit);
        } catch (TimeoutException e) {
          throw new TransientEmbedderException(
              redactedAddress()
                  + " did not answer within "
                  + settings.timeout().toMillis()
                  + " ms");
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new TransientEmbedderException(
              "interrupted while waiting for " + redactedAddress() + " to answer");
        } catch (CancellationException | ExecutionException e) {
          requireOpen();
          if (e.getCause() instanceof Error error) {
            throw error;
          }
          if (answered.get()
              || !isClosedConnection(e.getCause())
              || !keptConnections.failed()
              || resends >= keptConnections.most()) {
            throw new TransientEmbedderException(
                "the connection to "
                    + redactedAddress()
                    + " failed: "
                    + redaction.apply(causeChain(e.getCause())));
          }
        } finally {
          pendingCalls.remove(this);
          response.cancel(true);
          keptConnections.end();
        }
      }
    }

    private static boolean isClosedConnection(@Nullable Throwable failure) {
      return failure instanceof IOException
          && !(failure instanceof ConnectException || failure instanceof HttpTimeoutException);
    }

    /**
     * Sends a request without waiting.
     *
     * @param answered set once the head of a reply has come
     */
    private CompletableFuture<HttpResponse<LimitedBodySubscriber>> send(
        HttpClient httpClient, HttpRequest request, AtomicBoolean answered) {
      keptConnections.begin();
      try {
        return httpClient.sendAsync(
            request,
            head -> {
              answered.set(true);
              keptConnections.answered();
              return new LimitedBodySubscriber(
                  head.statusCode() / 100 == 2 ? limit : MAX_ERROR_BYTES);
            });
      } catch (RejectedExecutionException e) {
        keptConnections.end();
        throw new EmbedderUnavailableException(
            "the executor of the HTTP client is shut down: keep it running as long as the embedder",
            e);
      }
    }

    /** Reads a reply with a status of success. */
    EmbeddingsJson.Reply read(HttpReply reply) {
      if (reply.isTruncated()) {
        throw withoutVectors(reply, "it is too long for " + texts.size() + " vectors");
      }
      try {
        return EmbeddingsJson.read(reply.body(), texts.size(), dimension);
      } catch (MalformedReplyException e) {
        throw withoutVectors(reply, String.valueOf(e.getMessage()));
      } catch (JsonProcessingException e) {
        throw withoutVectors(
            reply, "it is not JSON from byte " + e.getLocation().getByteOffset() + " on");
      } catch (IOException | IllegalArgumentException e) {
        throw withoutVectors(reply, "an embedding is not base64");
      }
    }

    private EmbedderException withoutVectors(HttpReply reply, String problem) {
      return ErrorClassifier.withoutVectors(reply, problem, redactedAddress(), redaction);
    }
  }

  /** Returns the names and messages of an exception and its causes, without quoted parts. */
  private static String causeChain(@Nullable Throwable failure) {
    List<String> links = new ArrayList<>();
    for (Throwable link = failure; link != null && links.size() < 5; link = link.getCause()) {
      String text = link.getMessage() == null ? "" : link.getMessage().replaceAll("\".*", "");
      links.add(link.getClass().getSimpleName() + (text.isEmpty() ? "" : " (" + text + ")"));
    }
    return String.join(" by ", links);
  }
}
