package io.msgvault.embed.http;

import io.msgvault.embed.embedder.Embedder;
import io.msgvault.embed.embedder.EmbedderModel;
import io.msgvault.embed.embedder.EmbedderUnavailableException;
import io.msgvault.embed.embedder.InputType;
import io.msgvault.embed.embedder.RejectedInputException;
import io.msgvault.embed.embedder.TransientEmbedderException;
import io.msgvault.embed.model.Fingerprint;
import io.msgvault.embed.store.support.VectorMath;
import io.msgvault.embed.text.TokenCounter;
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
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * Embeds by any endpoint that speaks OpenAI's embeddings API: Ollama, llama.cpp, LM Studio, vLLM,
 * Text Embeddings Inference, and hosted ones.
 *
 * <pre>{@code
 * Embedder embedder =
 *     HttpEmbedder.builder(URI.create("http://localhost:11434/v1"), "nomic-embed-text")
 *         .queryPrefix("search_query: ")
 *         .documentPrefix("search_document: ")
 *         .build();
 * }</pre>
 *
 * <p><b>Requests.</b> A call of {@link #embed} becomes as many requests as the limits of {@link
 * Builder#batchSize} and {@link Builder#batchCharacters} need, one after the other; for more at
 * once, call it from several threads. Vectors are asked for in base64 and read as numbers as well;
 * a server that refuses base64 is asked for numbers from then on. Vectors are scaled to length 1
 * where the server has not done so. Half of a surrogate pair is sent as U+FFFD.
 *
 * <p><b>Failures.</b> By HTTP status, with the server's message, of 300 characters at most and
 * without what it repeats of the texts and the key:
 *
 * <ul>
 *   <li>{@link TransientEmbedderException}: 408, 424, 425, 429, 5xx but 501; a connection that
 *       can't be made or breaks; no answer in time; an answer that is not one vector for each text;
 *       an interrupt. It carries the server's {@code Retry-After}, at most one hour.
 *   <li>{@link RejectedInputException}: 400, 413, 422; a 500 that says that a text is too large or
 *       became NaN; a vector that is missing, zero or not finite. Where several texts were sent, it
 *       does not tell which is meant.
 *   <li>{@link EmbedderUnavailableException}: every other status, above all 401, 403 and 404; a 400
 *       that blames the model or the dimension; a vector of another dimension; a redirect to
 *       another server, which is never followed, so that texts and key go nowhere else.
 * </ul>
 *
 * <p><b>Threads.</b> Safe for concurrent use. No thread is held but by Java's {@link HttpClient},
 * unless the host gives one of its own by {@link Builder#httpClient}. {@link #close} ends calls
 * under way with {@link IllegalStateException}. It closes the client that was made here on Java 21
 * and later; before, a client has no such method, and close lets go of it: its selector thread, a
 * daemon, ends when the client is collected as garbage, and its idle workers a minute after their
 * last use. A client that the host gave is left alone.
 */
public final class HttpEmbedder implements Embedder {
  private final EmbeddingsEndpoint endpoint;
  private final EmbedderModel model;
  private final int batchSize;
  private final int batchCharacters;
  private final int concurrency;

  private HttpEmbedder(EmbeddingsEndpoint endpoint, EmbedderModel model, Builder builder) {
    this.endpoint = endpoint;
    this.model = model;
    this.batchSize = builder.batchSize;
    this.batchCharacters = builder.batchCharacters;
    this.concurrency = builder.concurrency;
  }

  /**
   * Starts to set up an embedder.
   *
   * @param endpoint where the API is: its base, such as {@code http://localhost:11434/v1}; the full
   *     URL that ends in {@code /embeddings}, with a query if the server wants one; or only the
   *     server, which means its {@code /v1}
   * @param model the model's name, as the server knows it
   * @throws IllegalArgumentException if the endpoint is no HTTP URL, or holds a user or a fragment,
   *     or the model is blank
   */
  public static Builder builder(URI endpoint, String model) {
    return new Builder(endpoint, model);
  }

  @Override
  public EmbedderModel model() {
    endpoint.requireOpen();
    return model;
  }

  @Override
  public List<float[]> embed(List<String> texts, InputType purpose) {
    endpoint.requireOpen();
    String prefix = purpose == InputType.QUERY ? model.queryPrefix() : model.documentPrefix();
    List<String> inputs = texts.stream().map(prefix::concat).toList();
    List<float[]> vectors = new ArrayList<>(inputs.size());
    while (vectors.size() < inputs.size()) {
      int from = vectors.size();
      List<String> request = inputs.subList(from, requestEnd(inputs, from));
      for (float[] vector : endpoint.embed(request, model.dimension())) {
        vectors.add(normalized(vector, vectors.size() + 1, inputs.size()));
      }
    }
    return vectors;
  }

  /** The end of the longest run of texts that fits one request, and at least one text. */
  private int requestEnd(List<String> inputs, int from) {
    long characters = inputs.get(from).length();
    int to = from + 1;
    while (to < inputs.size() && to - from < batchSize) {
      characters += inputs.get(to).length();
      if (characters > batchCharacters) {
        break;
      }
      to++;
    }
    return to;
  }

  /** The vector at length 1, once it is seen to have the right dimension and a direction. */
  private float[] normalized(float[] vector, int number, int count) {
    if (vector.length == 0) {
      throw new RejectedInputException(rejection("no vector", number, count));
    }
    if (vector.length != model.dimension()) {
      throw new EmbedderUnavailableException(
          "the vectors of "
              + model.name()
              + " at "
              + endpoint.redactedAddress()
              + " have dimension "
              + vector.length
              + ", not "
              + model.dimension()
              + ": give the dimension they have, or the model that was meant");
    }
    if (!VectorMath.hasDirection(vector)) {
      String what =
          VectorMath.norm(vector) == 0 ? "a vector of zeros" : "a vector that is not finite";
      throw new RejectedInputException(rejection(what, number, count));
    }
    boolean unit = Math.abs(VectorMath.dot(vector, vector) - 1) <= 1e-3;
    return unit ? vector : VectorMath.normalize(vector);
  }

  private String rejection(String what, int number, int count) {
    return model.name() + " gives " + what + " for text " + number + " of " + count;
  }

  @Override
  public int batchSize() {
    endpoint.requireOpen();
    return batchSize;
  }

  @Override
  public int concurrency() {
    endpoint.requireOpen();
    return concurrency;
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

  /** The address without its query, and the model. */
  @Override
  public String toString() {
    return "HttpEmbedder["
        + endpoint.redactedAddress()
        + ", "
        + model.name()
        + ", "
        + model.dimension()
        + " dimensions]";
  }

  /** Sets up an {@link HttpEmbedder}. Not safe for concurrent use. */
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
    private int batchSize = 32;
    private int batchCharacters = 250_000;
    private int concurrency = 4;
    private Duration timeout = Duration.ofMinutes(2);
    private Optional<HttpClient> httpClient = Optional.empty();
    private Clock clock = Clock.systemUTC();

    private Builder(URI endpoint, String model) {
      this.endpoint = EndpointUri.embeddings(endpoint);
      if (model.isBlank()) {
        throw new IllegalArgumentException("a model needs a name");
      }
      this.model = model;
    }

    /**
     * The dimension of the model's vectors, so that {@link #build} need not ask the server.
     *
     * @param dimension 2 to {@value Fingerprint#MAX_DIMENSION}
     */
    public Builder dimension(int dimension) {
      this.dimension = OptionalInt.of(checkedDimension(dimension));
      return this;
    }

    /**
     * Has the server shorten its vectors, by the parameter {@code dimensions}, which only some
     * models take. This is then their dimension.
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
            "a dimension must be 2 to " + Fingerprint.MAX_DIMENSION + ", but is " + dimension);
      }
      return dimension;
    }

    /**
     * The longest text in tokens, less what the model adds of its own and the longer prefix. By
     * default it is unknown.
     *
     * @param maxTokens at least 1
     */
    public Builder maxTokens(int maxTokens) {
      this.maxTokens = positive("the longest text in tokens", maxTokens);
      return this;
    }

    /** What is put before each query; empty by default. */
    public Builder queryPrefix(String queryPrefix) {
      this.queryPrefix = Objects.requireNonNull(queryPrefix);
      return this;
    }

    /** What is put before each document; empty by default. */
    public Builder documentPrefix(String documentPrefix) {
      this.documentPrefix = Objects.requireNonNull(documentPrefix);
      return this;
    }

    /**
     * The key, sent as bearer token. It appears in no message of this library.
     *
     * @param key asked before each call, from any thread, so that a key may change; what it throws
     *     is passed on
     */
    public Builder key(Supplier<String> key) {
      this.key = Optional.of(key);
      return this;
    }

    /**
     * The key from an environment variable, which is read now.
     *
     * @param variable the variable's name
     * @throws EmbedderUnavailableException if it is not set
     */
    public Builder keyFromEnvironment(String variable) {
      String value = System.getenv(variable);
      if (value == null || value.isBlank()) {
        throw new EmbedderUnavailableException(
            "the environment variable " + variable + " is not set: it should hold the key");
      }
      return key(() -> value);
    }

    /**
     * A header for each request, in place of one of the same name given before. Its value appears
     * in no message of this library.
     *
     * @throws IllegalArgumentException if HTTP or Java's client does not allow it
     */
    public Builder header(String name, String value) {
      boolean allowed = true;
      try {
        HttpRequest.newBuilder().header(name, value);
      } catch (IllegalArgumentException quotesTheValue) {
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
     * How many texts a request carries at most; 32 by default.
     *
     * @param batchSize at least 1
     */
    public Builder batchSize(int batchSize) {
      this.batchSize = positive("the size of a batch", batchSize);
      return this;
    }

    /**
     * How many characters, in UTF-16 units and with prefixes, the texts of a request have at most
     * together; 250,000 by default. A longer text is sent alone.
     *
     * @param batchCharacters at least 1
     */
    public Builder batchCharacters(int batchCharacters) {
      this.batchCharacters = positive("the characters of a batch", batchCharacters);
      return this;
    }

    /**
     * How many calls may usefully be under way at once, for {@link Embedder#concurrency}; 4 by
     * default.
     *
     * @param concurrency at least 1
     */
    public Builder concurrency(int concurrency) {
      this.concurrency = positive("the number of calls at once", concurrency);
      return this;
    }

    private static int positive(String what, int value) {
      if (value < 1) {
        throw new IllegalArgumentException(what + " must be at least 1, but is " + value);
      }
      return value;
    }

    /**
     * How long a request may take, from the connection to the last byte of the answer, redirects
     * included; 2 minutes by default.
     *
     * @param timeout more than zero, at most a day
     */
    public Builder timeout(Duration timeout) {
      if (timeout.isNegative() || timeout.isZero() || timeout.compareTo(MAX_TIMEOUT) > 0) {
        throw new IllegalArgumentException(
            "a time-out must be more than zero and at most a day, but is " + timeout);
      }
      this.timeout = timeout;
      return this;
    }

    /**
     * The host's client, with its executor, its proxy, its trust. The embedder does not close it.
     * By default the embedder makes a plain one.
     *
     * @throws IllegalArgumentException if it follows redirects by itself: it would take texts and
     *     key to other servers
     */
    public Builder httpClient(HttpClient httpClient) {
      if (httpClient.followRedirects() != HttpClient.Redirect.NEVER) {
        throw new IllegalArgumentException(
            "the client follows redirects: build it with Redirect.NEVER, the embedder follows those"
                + " to the same server");
      }
      this.httpClient = Optional.of(httpClient);
      return this;
    }

    /** Tells how far off a date in {@code Retry-After} is; the system's by default. */
    public Builder clock(Clock clock) {
      this.clock = Objects.requireNonNull(clock);
      return this;
    }

    /**
     * Builds the embedder. Unless the dimension was given, it embeds one word to learn it, which
     * also shows that address, key and model are right.
     *
     * @throws TransientEmbedderException if that word may be embedded later
     * @throws EmbedderUnavailableException if the server does not embed it as this is set up
     */
    public HttpEmbedder build() {
      EmbeddingsEndpoint embeddings =
          new EmbeddingsEndpoint(
              new EmbeddingsEndpoint.Settings(
                  endpoint, model, shortenTo, Map.copyOf(headers), key, timeout, clock),
              httpClient);
      try {
        int components = shortenTo.orElseGet(() -> dimension.orElseGet(embeddings::learnDimension));
        return new HttpEmbedder(
            embeddings,
            new EmbedderModel(model, components, maxTokens, queryPrefix, documentPrefix, true),
            this);
      } catch (RuntimeException e) {
        embeddings.close();
        throw e;
      }
    }
  }
}
