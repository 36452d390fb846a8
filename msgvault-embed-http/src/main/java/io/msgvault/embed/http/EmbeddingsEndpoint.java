package io.msgvault.embed.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.msgvault.embed.embedder.EmbedderUnavailableException;
import io.msgvault.embed.embedder.RejectedInputException;
import io.msgvault.embed.embedder.TransientEmbedderException;
import io.msgvault.embed.http.EmbeddingsJson.MalformedReplyException;
import io.msgvault.embed.model.Fingerprint;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
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
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Sends texts to one URL and gives back their vectors, or the error that says whose fault it is.
 *
 * <p>A call is under one deadline from its start to the last byte of its answer. That is why a body
 * is taken whole, within a bound, before it is parsed: a body read as a stream has no time-out on a
 * server that sends one byte a minute.
 *
 * <p>No exception of the HTTP client or the parser is passed on as a cause: some quote the bytes
 * they choke on, and a server may put what was sent into any of them.
 */
final class EmbeddingsEndpoint implements AutoCloseable {
  private static final int MAX_REDIRECTS = 3;
  private static final Set<Integer> REDIRECTS = Set.of(301, 302, 307, 308);
  private static final int MAX_ERROR_BYTES = 64 * 1024;

  /** What an answer may take besides its vectors. */
  private static final int MAX_OVERHEAD_BYTES = 1024 * 1024;

  /** What a component may take: 20 digits on a line of their own, well indented. */
  private static final int MAX_COMPONENT_BYTES = 64;

  /** A shorter value of a header or a query is a version or a switch, and also a common word. */
  private static final int MIN_SECRET_LENGTH = 8;

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

  /**
   * How requests are made.
   *
   * @param uri where to
   * @param model the model's name
   * @param dimensions the dimension to ask for, if the server is to shorten its vectors
   * @param headers sent with each request
   * @param key gives the bearer token, if there is one
   * @param timeout for one call with its redirects
   * @param clock tells how far off a date in an answer is
   */
  record Settings(
      URI uri,
      String model,
      OptionalInt dimensions,
      Map<String, String> headers,
      Optional<Supplier<String>> key,
      Duration timeout,
      Clock clock) {
    /** Without what may be secret. */
    @Override
    public String toString() {
      return model + " at " + EndpointUri.redacted(uri);
    }
  }

  private final Settings settings;
  private final boolean ownsClient;

  /** Null once closed. Before Java 21 a client can't be closed: it ends when it is unreachable. */
  private final AtomicReference<@Nullable HttpClient> client;

  private final Map<Call, CompletableFuture<?>> pendingCalls = new ConcurrentHashMap<>();
  private volatile boolean requestsBase64 = true;

  EmbeddingsEndpoint(Settings settings, Optional<HttpClient> client) {
    this.settings = settings;
    this.ownsClient = client.isEmpty();
    this.client = new AtomicReference<>(client.orElseGet(EmbeddingsEndpoint::newClient));
  }

  private static HttpClient newClient() {
    return HttpClient.newBuilder()
        .followRedirects(HttpClient.Redirect.NEVER)
        .connectTimeout(CONNECT_TIMEOUT)
        .build();
  }

  /** Where requests go, fit to be shown. */
  String redactedAddress() {
    return EndpointUri.redacted(settings.uri());
  }

  /** The client, as long as this is open. */
  HttpClient requireOpen() {
    HttpClient current = client.get();
    if (current == null) {
      throw new IllegalStateException("this embedder is closed");
    }
    return current;
  }

  /**
   * The vectors of some texts, as the server gives them.
   *
   * @param dimension the dimension to expect; a vector may have another
   * @return a vector for each text; one of length 0 where the server gives none for that text
   */
  float[][] embed(List<String> texts, int dimension) {
    Call call = new Call(texts, dimension);
    boolean base64 = requestsBase64;
    HttpReply answer = call.post(base64);
    if (base64 && ErrorClassifier.rejectsBase64(answer)) {
      answer = call.post(false);
      if (answer.isSuccess()) {
        requestsBase64 = false;
      }
    }
    if (!answer.isSuccess()) {
      throw ErrorClassifier.toException(
          answer, redactedAddress(), call.redaction, settings.clock());
    }
    return call.vectors(answer);
  }

  /**
   * The dimension of the model's vectors. A harmless word is sent to learn it: if that is refused,
   * it is for the encoding or for the set-up.
   */
  int learnDimension() {
    int dimension;
    try {
      dimension = probeDimension();
    } catch (RejectedInputException refused) {
      requestsBase64 = false;
      try {
        dimension = probeDimension();
      } catch (RejectedInputException refusedAgain) {
        throw new EmbedderUnavailableException(
            "even a plain word is refused, so the set-up is wrong: " + refused.getMessage(),
            refusedAgain);
      }
    }
    if (dimension < 2 || dimension > Fingerprint.MAX_DIMENSION) {
      throw new EmbedderUnavailableException(
          settings
              + " gives a vector of dimension "
              + dimension
              + ", not of 2 to "
              + Fingerprint.MAX_DIMENSION
              + ": is it an embedding model?");
    }
    return dimension;
  }

  private int probeDimension() {
    return embed(List.of("hello"), Fingerprint.MAX_DIMENSION)[0].length;
  }

  /** Ends the calls under way. A client of its own goes with it. */
  @Override
  public void close() {
    HttpClient closed = client.getAndSet(null);
    pendingCalls.values().forEach(answer -> answer.cancel(true));
    if (ownsClient && closed instanceof AutoCloseable closeable) {
      try {
        closeable.close();
      } catch (Exception e) {
        throw new IllegalStateException("the HTTP client can't be closed", e);
      }
    }
  }

  /** One call: a few requests, if it is redirected or the encoding refused, under one deadline. */
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
      Optional<String> given = settings.key().map(Supplier::get).map(String::strip);
      if (given.isPresent() && !given.get().chars().allMatch(c -> c > ' ' && c <= '~')) {
        throw new EmbedderUnavailableException(
            "the key holds a character that can't be sent: check where it comes from");
      }
      if (given.isPresent() && given.get().isEmpty()) {
        throw new EmbedderUnavailableException("the key is empty: set it, or give none");
      }
      return given;
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

    /** Sends the texts, following redirects on the same server. */
    HttpReply post(boolean base64) {
      byte[] body = EmbeddingsJson.request(settings.model(), texts, base64, settings.dimensions());
      URI target = settings.uri();
      for (int redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
        HttpReply answer = exchange(request(target, body));
        Optional<String> location = answer.headers().firstValue("Location");
        if (!REDIRECTS.contains(answer.status()) || location.isEmpty()) {
          return answer;
        }
        target = follow(target, location.get());
      }
      throw new EmbedderUnavailableException(
          redactedAddress()
              + " redirects more than "
              + MAX_REDIRECTS
              + " times: give the final URL");
    }

    private URI follow(URI from, String location) {
      Optional<URI> to = EndpointUri.resolveRedirect(from, location);
      if (to.isPresent() && EndpointUri.isSameServer(from, to.get())) {
        return to.get();
      }
      String shown = to.map(uri -> ", " + redaction.apply(EndpointUri.redacted(uri))).orElse("");
      throw new EmbedderUnavailableException(
          redactedAddress()
              + " redirects to another server"
              + shown
              + ": nothing is sent there; give its URL if it is the right one");
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

    private HttpReply exchange(HttpRequest request) {
      CompletableFuture<HttpResponse<LimitedBodySubscriber>> answer = send(requireOpen(), request);
      pendingCalls.put(this, answer);
      try {
        requireOpen();
        return new HttpReply(answer.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS), limit);
      } catch (TimeoutException e) {
        throw new TransientEmbedderException(
            redactedAddress() + " did not answer within " + settings.timeout().toMillis() + " ms");
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new TransientEmbedderException(
            "interrupted while waiting for " + redactedAddress() + " to answer");
      } catch (CancellationException | ExecutionException e) {
        requireOpen();
        if (e.getCause() instanceof Error error) {
          throw error;
        }
        throw new TransientEmbedderException(
            "the connection to "
                + redactedAddress()
                + " failed: "
                + redaction.apply(chain(e.getCause())));
      } finally {
        pendingCalls.remove(this);
        answer.cancel(true);
      }
    }

    private CompletableFuture<HttpResponse<LimitedBodySubscriber>> send(
        HttpClient httpClient, HttpRequest request) {
      try {
        return httpClient.sendAsync(
            request,
            head ->
                new LimitedBodySubscriber(head.statusCode() / 100 == 2 ? limit : MAX_ERROR_BYTES));
      } catch (RejectedExecutionException e) {
        throw new EmbedderUnavailableException(
            "the executor of the HTTP client takes no more work: keep it open as long as this", e);
      }
    }

    /** The vectors of an answer that says it succeeded. */
    float[][] vectors(HttpReply reply) {
      if (reply.isTruncated()) {
        throw malformedReply("it is too long for " + texts.size() + " vectors");
      }
      try {
        return EmbeddingsJson.vectors(reply.body(), texts.size(), dimension);
      } catch (MalformedReplyException e) {
        Optional<String> said = ErrorBody.parse(reply.body()).text().map(redaction::apply);
        throw malformedReply(e.getMessage() + said.map(text -> "; it says: " + text).orElse(""));
      } catch (JsonProcessingException e) {
        throw malformedReply("it is no JSON from byte " + e.getLocation().getByteOffset() + " on");
      } catch (IOException | IllegalArgumentException e) {
        throw malformedReply("an embedding is no base64");
      }
    }

    private TransientEmbedderException malformedReply(String what) {
      return new TransientEmbedderException(
          "the answer of " + redactedAddress() + " is no list of embeddings: " + what);
    }
  }

  /** The names and messages of an exception and its causes, without what they quote. */
  private static String chain(@Nullable Throwable failure) {
    List<String> links = new ArrayList<>();
    for (Throwable link = failure; link != null && links.size() < 5; link = link.getCause()) {
      String said = link.getMessage() == null ? "" : link.getMessage().replaceAll("\".*", "");
      links.add(link.getClass().getSimpleName() + (said.isEmpty() ? "" : " (" + said + ")"));
    }
    return String.join(" by ", links);
  }
}
