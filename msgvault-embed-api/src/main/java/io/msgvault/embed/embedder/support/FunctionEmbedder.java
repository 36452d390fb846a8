package io.msgvault.embed.embedder.support;

import io.msgvault.embed.embedder.Embedder;
import io.msgvault.embed.embedder.EmbedderException;
import io.msgvault.embed.embedder.EmbedderModel;
import io.msgvault.embed.embedder.EmbedderReply;
import io.msgvault.embed.embedder.EmbedderUnavailableException;
import io.msgvault.embed.embedder.InputType;
import io.msgvault.embed.embedder.RejectedInputException;
import io.msgvault.embed.embedder.TransientEmbedderException;
import io.msgvault.embed.store.support.VectorMath;
import io.msgvault.embed.text.TokenCounter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Makes an embedder of a function from texts to vectors, such as a model that the host has already.
 *
 * <pre>{@code
 * Embedder embedder =
 *     FunctionEmbedder.builder("my-model-v2", texts -> EmbedderReply.of(client.embed(texts))).build();
 * }</pre>
 *
 * <p><b>Name.</b> The index depends on it: vectors are compared only under one name. So it must
 * change with whatever changes the vectors, such as the model, its revision or its pooling.
 *
 * <p><b>Inputs.</b> Some models treat questions and documents differently. Set prefixes, or another
 * function for {@linkplain Builder#queries questions}, or both.
 *
 * <p><b>Vectors.</b> The embedder checks their number, dimension and direction, and brings them to
 * length 1. The first call of {@link #model} or {@link #embed} embeds one word to learn the
 * dimension, unless it is {@linkplain Builder#dimension set}.
 *
 * <p><b>Failures.</b> What the function throws is sorted into the three kinds by a {@linkplain
 * Builder#failures function of its own}. An {@link EmbedderException} passes as it is.
 *
 * <p>As safe for use by many threads as the functions. {@link #close} releases nothing, since the
 * model belongs to the host.
 */
public final class FunctionEmbedder implements Embedder {
  private static final String PROBE = "dimension";

  private final Builder settings;

  /** Null until the dimension is known. */
  private final AtomicReference<@Nullable EmbedderModel> model = new AtomicReference<>();

  private volatile boolean closed;

  private FunctionEmbedder(Builder builder) {
    settings = builder;
    builder.dimension.ifPresent(known -> model.set(modelOf(known)));
  }

  /**
   * Returns a builder.
   *
   * @param name the name of the model, not blank; see above
   * @param documents returns a vector for each text, in their order, and the tokens if it knows
   *     them; the texts have their prefix
   */
  public static Builder builder(String name, Function<List<String>, EmbedderReply> documents) {
    return new Builder(name, documents);
  }

  @Override
  public EmbedderModel model() {
    requireOpen();
    EmbedderModel known = model.get();
    return known == null ? learn() : known;
  }

  private EmbedderModel learn() {
    List<float[]> vectors =
        call(settings.documents, List.of(settings.documentPrefix.concat(PROBE))).vectors();
    EmbedderModel learned;
    try {
      learned = modelOf(vectors.get(0).length);
    } catch (IllegalArgumentException e) {
      throw new EmbedderUnavailableException(
          "the vectors of " + settings.name + " cannot be used: " + e.getMessage(), e);
    }
    EmbedderModel earlier = model.compareAndExchange(null, learned);
    return earlier == null ? learned : earlier;
  }

  private EmbedderModel modelOf(int dimension) {
    return new EmbedderModel(
        settings.name,
        dimension,
        settings.maxTokens,
        settings.queryPrefix,
        settings.documentPrefix,
        /* normalised= */ true);
  }

  @Override
  public List<float[]> embed(List<String> texts, InputType inputType) {
    return embedWithUsage(texts, inputType).vectors();
  }

  @Override
  public EmbedderReply embedWithUsage(List<String> texts, InputType inputType) {
    requireOpen();
    if (texts.isEmpty()) {
      return new EmbedderReply(List.of(), OptionalLong.of(0));
    }
    int dimension = model().dimension();
    boolean query = inputType == InputType.QUERY;
    String prefix = query ? settings.queryPrefix : settings.documentPrefix;
    EmbedderReply reply =
        call(
            query ? settings.queries.orElse(settings.documents) : settings.documents,
            texts.stream().map(prefix::concat).toList());
    List<float[]> normalised = new ArrayList<>(texts.size());
    for (float[] vector : reply.vectors()) {
      normalised.add(normalised(vector, dimension));
    }
    return new EmbedderReply(normalised, reply.tokens());
  }

  /** Calls the model in batches of the size that it should have. */
  private EmbedderReply call(Function<List<String>, EmbedderReply> function, List<String> texts) {
    List<float[]> vectors = new ArrayList<>(texts.size());
    OptionalLong tokens = OptionalLong.of(0);
    for (int from = 0; from < texts.size(); from += settings.batchSize) {
      int to = Math.min(texts.size(), from + settings.batchSize);
      EmbedderReply reply = callOnce(function, List.copyOf(texts.subList(from, to)));
      vectors.addAll(reply.vectors());
      tokens =
          tokens.isPresent() && reply.tokens().isPresent()
              ? OptionalLong.of(tokens.getAsLong() + reply.tokens().getAsLong())
              : OptionalLong.empty();
    }
    return new EmbedderReply(vectors, tokens);
  }

  private EmbedderReply callOnce(
      Function<List<String>, EmbedderReply> function, List<String> batch) {
    EmbedderReply reply;
    try {
      reply = function.apply(batch);
    } catch (EmbedderException e) {
      throw e;
    } catch (RuntimeException e) {
      throw settings.failures.apply(e);
    }
    if (reply.vectors().size() != batch.size()) {
      throw new TransientEmbedderException(
          settings.name
              + (" gave " + reply.vectors().size() + " vectors for " + batch.size() + " texts"));
    }
    return reply;
  }

  private float[] normalised(float[] vector, int dimension) {
    if (vector.length != dimension) {
      throw new EmbedderUnavailableException(
          settings.name
              + " gave a vector of dimension "
              + vector.length
              + " instead of "
              + dimension
              + ": set that dimension, or choose the right model");
    }
    if (!VectorMath.hasDirection(vector)) {
      throw new RejectedInputException(
          "the model's vector for a text is "
              + (VectorMath.norm(vector) == 0 ? "zero" : "not finite"));
    }
    return VectorMath.normalize(vector);
  }

  @Override
  public int batchSize() {
    requireOpen();
    return settings.batchSize;
  }

  @Override
  public int concurrency() {
    requireOpen();
    return settings.concurrency;
  }

  @Override
  public Optional<TokenCounter> tokenCounter() {
    requireOpen();
    return settings.tokenCounter;
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the embedder is closed");
    }
  }

  @Override
  public void close() {
    closed = true;
  }

  /** Builds a {@link FunctionEmbedder}. Not safe for concurrent use. */
  public static final class Builder {
    private final String name;
    private final Function<List<String>, EmbedderReply> documents;
    private Optional<Function<List<String>, EmbedderReply>> queries = Optional.empty();
    private Function<RuntimeException, EmbedderException> failures = FailureKinds::ofAny;
    private OptionalInt dimension = OptionalInt.empty();
    private int maxTokens = Integer.MAX_VALUE;
    private String queryPrefix = "";
    private String documentPrefix = "";
    private Optional<TokenCounter> tokenCounter = Optional.empty();
    private int batchSize = 32;
    private int concurrency = 1;

    private Builder(String name, Function<List<String>, EmbedderReply> documents) {
      if (name.isBlank()) {
        throw new IllegalArgumentException("a model needs a name");
      }
      this.name = name;
      this.documents = documents;
    }

    private Builder(Builder other) {
      this(other.name, other.documents);
      queries = other.queries;
      failures = other.failures;
      dimension = other.dimension;
      maxTokens = other.maxTokens;
      queryPrefix = other.queryPrefix;
      documentPrefix = other.documentPrefix;
      tokenCounter = other.tokenCounter;
      batchSize = other.batchSize;
      concurrency = other.concurrency;
    }

    /** Sets another function for questions. Default: that of documents. */
    public Builder queries(Function<List<String>, EmbedderReply> queries) {
      this.queries = Optional.of(queries);
      return this;
    }

    /** Sets what sorts the failures of the functions. Default: {@link FailureKinds#ofAny}. */
    public Builder failures(Function<RuntimeException, EmbedderException> failures) {
      this.failures = failures;
      return this;
    }

    /**
     * Sets the dimension of the vectors, at least 2, so that the embedder need not ask the model.
     */
    public Builder dimension(int dimension) {
      this.dimension = OptionalInt.of(requirePositive("dimension", dimension));
      return this;
    }

    /**
     * Sets the longest text in tokens, without the model's special tokens and the longer prefix.
     * Default: not known.
     */
    public Builder maxTokens(int maxTokens) {
      this.maxTokens = requirePositive("maxTokens", maxTokens);
      return this;
    }

    /** Sets the text before each question, including a space at its end. Default: none. */
    public Builder queryPrefix(String queryPrefix) {
      this.queryPrefix = queryPrefix;
      return this;
    }

    /** Sets the text before each document, including a space at its end. Default: none. */
    public Builder documentPrefix(String documentPrefix) {
      this.documentPrefix = documentPrefix;
      return this;
    }

    /** Sets the token counter of the model, so that chunks fit it. Default: none. */
    public Builder tokenCounter(TokenCounter tokenCounter) {
      this.tokenCounter = Optional.of(tokenCounter);
      return this;
    }

    /** Sets the maximum number of texts of a call, at least 1. Default: 32. */
    public Builder batchSize(int batchSize) {
      this.batchSize = requirePositive("batchSize", batchSize);
      return this;
    }

    /** Sets the number of calls that are useful at once, at least 1. Default: 1. */
    public Builder concurrency(int concurrency) {
      this.concurrency = requirePositive("concurrency", concurrency);
      return this;
    }

    /** Builds the embedder. Calls no model. */
    public FunctionEmbedder build() {
      return new FunctionEmbedder(new Builder(this));
    }

    private static int requirePositive(String name, int value) {
      if (value < 1) {
        throw new IllegalArgumentException(name + " must be at least 1, but is " + value);
      }
      return value;
    }
  }
}
