package io.msgvault.embed.http;

import io.msgvault.embed.embedder.Embedder;
import io.msgvault.embed.embedder.EmbedderModel;
import io.msgvault.embed.embedder.EmbedderReply;
import io.msgvault.embed.embedder.EmbedderUnavailableException;
import io.msgvault.embed.embedder.InputType;
import io.msgvault.embed.embedder.RejectedInputException;
import io.msgvault.embed.embedder.TransientEmbedderException;
import io.msgvault.embed.model.Fingerprint;
import io.msgvault.embed.store.support.VectorMath;
import io.msgvault.embed.text.TokenCounter;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Embeds text at an endpoint with OpenAI's embeddings API, such as Ollama, llama.cpp, LM Studio,
 * vLLM, Text Embeddings Inference, or a hosted service.
 *
 * <pre>{@code
 * Embedder embedder =
 *     HttpEmbedder.builder(URI.create("http://localhost:11434/v1"), "nomic-embed-text")
 *         .queryPrefix("search_query: ")
 *         .documentPrefix("search_document: ")
 *         .build();
 * }</pre>
 *
 * <p><b>Requests.</b> {@link #embed} splits its texts into requests by {@link #batchSize} and
 * {@link Builder#batchCharacters}, and sends them one after the other. Call it from several threads
 * for concurrent requests. It requests vectors in base64, but also reads numbers. If a server
 * rejects base64, all further requests ask for numbers. Vectors are scaled to length 1 if the
 * server has not done so. A lone surrogate is sent as U+FFFD. If the server has closed a connection
 * that was kept open, the request is sent again over a new one.
 *
 * <p><b>Load.</b> {@link #concurrency} and {@link #batchSize} begin at {@value
 * AdaptiveLoad#FIRST_CONCURRENCY} and {@value AdaptiveLoad#FIRST_BATCH}. They grow while that
 * embeds at least a tenth more documents a second, up to {@value AdaptiveLoad#MOST_AT_ONCE} and
 * {@value AdaptiveLoad#MOST_TEXTS}. Status 429 or 503 halves the concurrency. A request that is
 * refused and has more texts than any before is sent again in parts, and so are later ones. What
 * was learned is kept as long as the embedder. The builder can fix each of the two.
 *
 * <p><b>Model.</b> Building an embedder sends nothing, so a host starts while its server is down.
 * If the {@linkplain Builder#dimension dimension} is not set, the first call of {@link #model} or
 * {@link #embed} embeds one word to learn it. If that fails, the call throws, and the next one asks
 * again.
 *
 * <p><b>Failures.</b> The HTTP status decides, and codes and words that name the account or the
 * model. The message holds at most 300 characters of the server's message, and no text or key that
 * the server repeats in it. The kind of a failure is what its status usually means. Servers differ,
 * so a job sends other texts before it blames one.
 *
 * <ul>
 *   <li>{@link TransientEmbedderException}: status 408, 424, 425, 429, or 5xx except 501. Also a
 *       connection that can't be made or breaks, a time-out, a reply without exactly one vector for
 *       each text, and an interrupt. The exception carries the server's {@code Retry-After}, at
 *       most one hour.
 *   <li>{@link RejectedInputException}: status 400, 406, 409, 413, 414, 418, 422, 431 or 451, or a
 *       500 with a message that a text is too large or became NaN. Also a vector that is missing,
 *       zero or not finite. For a request of several texts, it does not say which one was rejected.
 *   <li>{@link EmbedderUnavailableException}: every other status, such as 401, 403 and 404. Also a
 *       400, a 429 or a 200 that names the key, the account, the model or the address as the cause.
 *       Also a vector of another dimension, and a redirect to another server. Such a redirect is
 *       never followed, so that texts and key reach no other server.
 * </ul>
 *
 * <p><b>Threads.</b> Safe for concurrent use. The only threads are those of Java's {@link
 * HttpClient}; {@link Builder#httpClient} takes a client of the host instead. {@link #close} aborts
 * pending calls with {@link IllegalStateException}. A host's client stays open. On Java 21 and
 * later, close also closes the embedder's own client. Earlier versions can't close a client. Its
 * selector thread, a daemon, ends when the client is garbage-collected, and its idle workers a
 * minute after their last use.
 */
public final class HttpEmbedder implements Embedder {
  private final EmbeddingsEndpoint endpoint;
  private final String modelName;
  private final int maxTokens;
  private final String queryPrefix;
  private final String documentPrefix;
  private final int batchCharacters;
  private final AdaptiveLoad load;

  /** Null until the dimension is known. */
  private final AtomicReference<@Nullable EmbedderModel> model = new AtomicReference<>();

  private HttpEmbedder(EmbeddingsEndpoint endpoint, Builder builder) {
    this.endpoint = endpoint;
    this.modelName = builder.model;
    this.maxTokens = builder.maxTokens;
    this.queryPrefix = builder.queryPrefix;
    this.documentPrefix = builder.documentPrefix;
    this.batchCharacters = builder.batchCharacters;
    this.load =
        new AdaptiveLoad(
            new AdaptiveLoad.Load(
                builder.concurrency.orElse(AdaptiveLoad.FIRST_CONCURRENCY),
                builder.batchSize.orElse(AdaptiveLoad.FIRST_BATCH)),
            builder.concurrency.isEmpty(),
            builder.batchSize.isEmpty(),
            System::nanoTime);
    OptionalInt dimension = builder.shortenTo.isPresent() ? builder.shortenTo : builder.dimension;
    dimension.ifPresent(known -> model.set(modelOf(known)));
  }

  /**
   * Returns a new builder.
   *
   * @param endpoint the URL of the API, in one of three forms. The first is its base, such as
   *     {@code http://localhost:11434/v1}. The second is the full URL that ends in {@code
   *     /embeddings}, with a query if the server needs one. The third is only the server, whose
   *     base is then {@code /v1}. The host may have an underscore over HTTP, not over HTTPS
   * @param model the name of the model on the server
   * @throws IllegalArgumentException if the endpoint is not an HTTP URL, if it has a user or a
   *     fragment, or if the model is blank
   */
  public static Builder builder(URI endpoint, String model) {
    return new Builder(endpoint, model);
  }

  /**
   * Returns the model. If its dimension was neither set nor learned yet, this embeds one word to
   * learn it, which also tests address, key and name.
   *
   * @throws TransientEmbedderException if embedding the word fails for now
   * @throws EmbedderUnavailableException if the server can't embed the word with these settings
   */
  @Override
  public EmbedderModel model() {
    endpoint.requireOpen();
    EmbedderModel known = model.get();
    if (known != null) {
      return known;
    }
    EmbedderModel learned = modelOf(endpoint.learnDimension());
    EmbedderModel earlier = model.compareAndExchange(null, learned);
    return earlier == null ? learned : earlier;
  }

  private EmbedderModel modelOf(int dimension) {
    return new EmbedderModel(
        modelName, dimension, maxTokens, queryPrefix, documentPrefix, /* normalised= */ true);
  }

  @Override
  public List<float[]> embed(List<String> texts, InputType inputType) {
    return embedWithUsage(texts, inputType).vectors();
  }

  /** Embeds the texts; the tokens are those of the {@code usage} that the server reports. */
  @Override
  public EmbedderReply embedWithUsage(List<String> texts, InputType inputType) {
    endpoint.requireOpen();
    OptionalLong tokens = OptionalLong.of(0);
    if (texts.isEmpty()) {
      return new EmbedderReply(List.of(), tokens);
    }
    int dimension = model().dimension();
    String prefix = inputType == InputType.QUERY ? queryPrefix : documentPrefix;
    List<String> inputs = texts.stream().map(prefix::concat).toList();
    List<float[]> vectors = new ArrayList<>(inputs.size());
    while (vectors.size() < inputs.size()) {
      int from = vectors.size();
      List<String> request = inputs.subList(from, requestEnd(inputs, from));
      Optional<EmbeddingsJson.Reply> reply =
          inputType == InputType.DOCUMENT
              ? embedDocuments(request, dimension)
              : Optional.of(endpoint.embed(request, dimension, status -> {}));
      if (reply.isPresent()) {
        for (float[] vector : reply.get().vectors()) {
          vectors.add(normalized(vector, dimension, vectors.size() + 1, inputs.size()));
        }
        tokens = sum(tokens, reply.get().tokens());
      }
    }
    return new EmbedderReply(vectors, tokens);
  }

  /** Returns the reply to a request; empty if it should be sent again with fewer texts. */
  private Optional<EmbeddingsJson.Reply> embedDocuments(List<String> texts, int dimension) {
    AdaptiveLoad.Request request = load.begin();
    boolean succeeded = false;
    try {
      EmbeddingsJson.Reply reply = endpoint.embed(texts, dimension, request::answered);
      succeeded = true;
      return Optional.of(reply);
    } catch (RejectedInputException e) {
      if (request.isTooLarge(texts.size())) {
        return Optional.empty();
      }
      throw e;
    } finally {
      request.end(succeeded ? texts.size() : 0);
    }
  }

  private static OptionalLong sum(OptionalLong left, OptionalLong right) {
    return left.isPresent() && right.isPresent()
        ? OptionalLong.of(left.getAsLong() + right.getAsLong())
        : OptionalLong.empty();
  }

  /** Returns the end of the next request: as many texts as its limits allow, at least one. */
  private int requestEnd(List<String> inputs, int from) {
    long characters = inputs.get(from).length();
    int to = from + 1;
    int most = load.current().batchSize();
    while (to < inputs.size() && to - from < most) {
      characters += inputs.get(to).length();
      if (characters > batchCharacters) {
        break;
      }
      to++;
    }
    return to;
  }

  /** Checks the dimension and the direction of a vector, and returns it at length 1. */
  private float[] normalized(float[] vector, int dimension, int number, int count) {
    if (vector.length == 0) {
      throw new RejectedInputException(rejection("no vector", number, count));
    }
    if (vector.length != dimension) {
      throw new EmbedderUnavailableException(
          "the vectors of "
              + modelName
              + " at "
              + endpoint.redactedAddress()
              + " have dimension "
              + vector.length
              + ", not "
              + dimension
              + ": set that dimension, or choose the right model");
    }
    if (!VectorMath.hasDirection(vector)) {
      String problem =
          VectorMath.norm(vector) == 0 ? "a vector of zeros" : "a vector that is not finite";
      throw new RejectedInputException(rejection(problem, number, count));
    }
    boolean unit = Math.abs(VectorMath.dot(vector, vector) - 1) <= 1e-3;
    return unit ? vector : VectorMath.normalize(vector);
  }

  private String rejection(String problem, int number, int count) {
    return modelName + " returned " + problem + " for text " + number + " of " + count;
  }

  /** Returns the most texts of a request: the number that was set, or the best one so far. */
  @Override
  public int batchSize() {
    endpoint.requireOpen();
    return load.current().batchSize();
  }

  /** Returns how many calls are useful at once: the number that was set, or the best one so far. */
  @Override
  public int concurrency() {
    endpoint.requireOpen();
    return load.current().concurrency();
  }

  @Override
  public Optional<TokenCounter> tokenCounter() {
    endpoint.requireOpen();
    return Optional.empty();
  }

  @Override
  public void close() {
    endpoint.close();
  }

  /** Returns the address without its query, and the model. */
  @Override
  public String toString() {
    EmbedderModel known = model.get();
    return "HttpEmbedder["
        + endpoint.redactedAddress()
        + ", "
        + modelName
        + (known == null ? "" : ", " + known.dimension() + " dimensions")
        + "]";
  }

  /** Builds an {@link HttpEmbedder}. Not safe for concurrent use. */
  public static final class Builder {
    private static final Duration MAX_TIMEOUT = Duration.ofDays(1);

    private final URI endpoint;
    private final String model;
    private final Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    private OptionalInt dimension = OptionalInt.empty();
    private OptionalInt shortenTo = OptionalInt.empty();
    private int maxTokens = Integer.MAX_VALUE;
    private String queryPrefix = "";
    private String documentPrefix = "";
    private Optional<Supplier<String>> key = Optional.empty();
    private OptionalInt batchSize = OptionalInt.empty();
    private int batchCharacters = 250_000;
    private OptionalInt concurrency = OptionalInt.empty();
    private Duration timeout = Duration.ofMinutes(2);
    private Optional<HttpClient> httpClient = Optional.empty();
    private Clock clock = Clock.systemUTC();
    private boolean base64 = true;
    private EndpointUri.Resolver resolver = InetAddress::getByName;

    private Builder(URI endpoint, String model) {
      this.endpoint = EndpointUri.embeddings(endpoint);
      if (model.isBlank()) {
        throw new IllegalArgumentException("a model needs a name");
      }
      this.model = model;
    }

    /**
     * Sets the dimension of the model's vectors, so that the embedder need not ask the server.
     *
     * @param dimension 2 to {@value Fingerprint#MAX_DIMENSION}
     */
    public Builder dimension(int dimension) {
      this.dimension = OptionalInt.of(checkedDimension(dimension));
      return this;
    }

    /**
     * Requests shorter vectors, by the parameter {@code dimensions}, which only some models
     * support. This is then their dimension.
     *
     * @param shortenTo 2 to {@value Fingerprint#MAX_DIMENSION}
     */
    public Builder shortenTo(int shortenTo) {
      this.shortenTo = OptionalInt.of(checkedDimension(shortenTo));
      return this;
    }

    private static int checkedDimension(int dimension) {
      if (dimension < 2 || dimension > Fingerprint.MAX_DIMENSION) {
        throw new IllegalArgumentException(
            "the dimension must be 2 to " + Fingerprint.MAX_DIMENSION + ", but is " + dimension);
      }
      return dimension;
    }

    /**
     * Sets the maximum length of a text in tokens, without the tokens that the model adds and
     * without the longer prefix. Default: unknown.
     *
     * @param maxTokens at least 1
     */
    public Builder maxTokens(int maxTokens) {
      this.maxTokens = positive("maxTokens", maxTokens);
      return this;
    }

    /** Sets the text before each query. Default: none. */
    public Builder queryPrefix(String queryPrefix) {
      this.queryPrefix = Objects.requireNonNull(queryPrefix);
      return this;
    }

    /** Sets the text before each document. Default: none. */
    public Builder documentPrefix(String documentPrefix) {
      this.documentPrefix = Objects.requireNonNull(documentPrefix);
      return this;
    }

    /**
     * Sets the key, which is sent as bearer token. No message of this library contains it.
     *
     * @param key called before each call, from any thread, so that the key may change; its
     *     exceptions are passed on
     */
    public Builder key(Supplier<String> key) {
      this.key = Optional.of(key);
      return this;
    }

    /**
     * Sets the key to the value of an environment variable, which is read now.
     *
     * @param variable the name of the variable
     * @throws EmbedderUnavailableException if it is not set
     */
    public Builder keyFromEnvironment(String variable) {
      String value = System.getenv(variable);
      if (value == null || value.isBlank()) {
        throw new EmbedderUnavailableException(
            "the environment variable " + variable + " is not set: it must hold the key");
      }
      return key(() -> value);
    }

    /**
     * Sets a header of each request, and replaces an earlier one of the same name. No message of
     * this library contains its value.
     *
     * @throws IllegalArgumentException if HTTP or Java's client does not allow the header
     */
    public Builder header(String name, String value) {
      boolean allowed = true;
      try {
        HttpRequest.newBuilder().header(name, value);
      } catch (IllegalArgumentException e) { // its message quotes the value
        allowed = false;
      }
      if (!allowed) {
        throw new IllegalArgumentException(
            "a header can't be set: its name or value is malformed, or Java's client sets it");
      }
      headers.put(name, value);
      return this;
    }

    /**
     * Sets the maximum number of texts in a request. Default: {@value AdaptiveLoad#FIRST_BATCH} at
     * first, and then what embeds most texts a second.
     *
     * @param batchSize at least 1
     */
    public Builder batchSize(int batchSize) {
      this.batchSize = OptionalInt.of(positive("batchSize", batchSize));
      return this;
    }

    /**
     * Sets the maximum length of all texts of a request, in UTF-16 units and with prefixes.
     * Default: 250,000. A longer text is sent alone.
     *
     * @param batchCharacters at least 1
     */
    public Builder batchCharacters(int batchCharacters) {
      this.batchCharacters = positive("batchCharacters", batchCharacters);
      return this;
    }

    /**
     * Sets how many concurrent calls are useful, for {@link Embedder#concurrency}. Default: {@value
     * AdaptiveLoad#FIRST_CONCURRENCY} at first, and then what embeds most texts a second.
     *
     * @param concurrency at least 1
     */
    public Builder concurrency(int concurrency) {
      this.concurrency = OptionalInt.of(positive("concurrency", concurrency));
      return this;
    }

    private static int positive(String name, int value) {
      if (value < 1) {
        throw new IllegalArgumentException(name + " must be at least 1, but is " + value);
      }
      return value;
    }

    /**
     * Sets the maximum duration of a request, from the connection to the last byte of the reply,
     * with redirects. Default: 2 minutes.
     *
     * @param timeout more than zero, at most a day
     */
    public Builder timeout(Duration timeout) {
      if (timeout.isNegative() || timeout.isZero() || timeout.compareTo(MAX_TIMEOUT) > 0) {
        throw new IllegalArgumentException(
            "timeout must be more than zero and at most a day, but is " + timeout);
      }
      this.timeout = timeout;
      return this;
    }

    /**
     * Sets a client of the host, with its executor, proxy and certificates. The embedder does not
     * close it. Default: a plain client of the embedder.
     *
     * @throws IllegalArgumentException if the client follows redirects itself, since it would send
     *     texts and key to other servers
     */
    public Builder httpClient(HttpClient httpClient) {
      if (httpClient.followRedirects() != HttpClient.Redirect.NEVER) {
        throw new IllegalArgumentException(
            "the client follows redirects: build it with Redirect.NEVER; the embedder itself"
                + " follows redirects to the same server");
      }
      this.httpClient = Optional.of(httpClient);
      return this;
    }

    /**
     * Asks for vectors as numbers, not in base64. It is needed only for a server that fails on
     * base64 without saying so, since the reply is then several times as long.
     */
    public Builder withoutBase64() {
      this.base64 = false;
      return this;
    }

    /** Sets the resolver of hosts whose name Java's client does not take. */
    Builder resolver(EndpointUri.Resolver resolver) {
      this.resolver = resolver;
      return this;
    }

    /** Sets the clock for dates in {@code Retry-After}. Default: the clock of the system. */
    public Builder clock(Clock clock) {
      this.clock = Objects.requireNonNull(clock);
      return this;
    }

    /** Builds the embedder. Sends nothing. */
    public HttpEmbedder build() {
      return new HttpEmbedder(
          new EmbeddingsEndpoint(
              new EmbeddingsEndpoint.Settings(
                  endpoint,
                  model,
                  shortenTo,
                  Map.copyOf(headers),
                  key,
                  base64,
                  timeout,
                  clock,
                  resolver),
              httpClient),
          this);
    }
  }
}
