package io.msgvault.embed.onnx;

import ai.onnxruntime.OrtException;
import io.msgvault.embed.embedder.Embedder;
import io.msgvault.embed.embedder.EmbedderModel;
import io.msgvault.embed.embedder.EmbedderUnavailableException;
import io.msgvault.embed.embedder.InputType;
import io.msgvault.embed.embedder.RejectedInputException;
import io.msgvault.embed.embedder.TransientEmbedderException;
import io.msgvault.embed.store.support.VectorMath;
import io.msgvault.embed.text.TokenCounter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Embeds on this machine, with a sentence-transformer model in ONNX format and its {@code
 * tokenizer.json}.
 *
 * <pre>{@code
 * Embedder embedder =
 *     OnnxEmbedder.builder()
 *         .model(Path.of("e5-small/model.onnx"))
 *         .tokenizer(Path.of("e5-small/tokenizer.json"))
 *         .name("e5-small")
 *         .queryPrefix("query: ")
 *         .documentPrefix("passage: ")
 *         .build();
 * }</pre>
 *
 * <p><b>The model.</b> Its inputs are {@code input_ids} and, if it has them, {@code attention_mask}
 * and {@code token_type_ids}, of 64 or 32 bits, for any number of texts (or for one) of any length.
 * Of its outputs this one is taken: {@code sentence_embedding} if it holds a vector for each text;
 * else {@code last_hidden_state} if it holds one for each token; else the first that holds one for
 * each token; else the first that holds one for each text. Vectors of tokens are {@linkplain
 * Pooling pooled}.
 *
 * <p><b>Its name</b> is the given one with the first twelve digits of the file's SHA-256 (of the
 * files', where weights are kept beside it), and of the tokenizer's, the pooling, the normalisation
 * and the longest input, for with another of them the same text may have another vector:
 *
 * <pre>{@code
 * all-MiniLM-L6-v2@sha256:afdb6f1a0e45,tokenizer:da0e79933b9e,mean,l2,128
 * }</pre>
 *
 * <p><b>Long texts.</b> What does not fit into the longest input is cut off silently. {@link
 * #tokenCounter} lets a caller cut the text into chunks that fit, and {@link
 * EmbedderModel#maxTokens} is their size. The counter takes a long text in segments of some
 * thousand characters that end before white space where there is any, so that its memory stays
 * small.
 *
 * <p><b>Threads.</b> A call spreads its texts over {@link Builder#threads} threads: its own and
 * helpers, which start with the first call of more than one text, are daemons, and end by {@link
 * #close}. Where a text's vector would depend on its neighbours (a model that quantises its
 * activations as it runs, or that has no mask) each text runs by itself; else short texts share a
 * run. An interrupt is answered within one run.
 *
 * <p><b>Failures.</b> Whatever is wrong with the files is an {@link EmbedderUnavailableException}
 * of {@link Builder#build}. When a run fails, the embedder tries an input that is known to work: if
 * that succeeds, it is the text's fault ({@link RejectedInputException}), else it may pass ({@link
 * TransientEmbedderException}), as a lack of memory does. A text is also rejected if its vector is
 * zero or not finite, or if it has no token and the tokenizer adds none.
 *
 * <p><b>Nothing calls home.</b> No text leaves the process and no connection is opened. DJL, whose
 * tokenizer is used, reports to its makers and may fetch a native library unless the system
 * properties {@code OPT_OUT_TRACKING}, {@code ai.djl.offline} and {@code RUST_FLAVOR} say
 * otherwise; they are set while a tokenizer is loaded and restored afterwards. (Environment
 * variables {@code OPT_OUT_TRACKING=false} with {@code DJL_OFFLINE=false} overrule them: that is
 * then the user's own wish.) The ONNX runtime's own reports are switched off, which concerns
 * Windows; from its version 1.29 on, which this library does not use, it reports from other systems
 * too, unless the environment variable {@code ORT_DISABLE_TELEMETRY} is 1. Both libraries unpack
 * their native parts from their jars, into {@code ~/.djl.ai} and the temporary folder.
 *
 * <p>Closing waits for the calls under way, and must not be forgotten: the model's memory is not on
 * the Java heap.
 */
public final class OnnxEmbedder implements Embedder {
  /** A run of more tokens uses the processor no better. */
  private static final int MAX_TOKENS_PER_RUN = 512;

  private final OnnxModel network;
  private final Tokenizer tokenizer;
  private final EmbedderModel model;
  private final Pooling pooling;
  private final Normalisation normalisation;
  private final int maxInputTokens;
  private final int threads;
  private final RunPool runPool;
  private final ReadWriteLock lock = new ReentrantReadWriteLock();
  private boolean closed;

  private OnnxEmbedder(
      OnnxModel network,
      Tokenizer tokenizer,
      EmbedderModel model,
      Builder settings,
      int longestInput) {
    this.network = network;
    this.tokenizer = tokenizer;
    this.model = model;
    this.pooling = settings.pooling;
    this.normalisation = settings.normalisation;
    this.maxInputTokens = longestInput;
    this.threads = settings.threads;
    this.runPool = new RunPool(threads);
  }

  /** Starts from mean pooling, vectors of length 1, no prefixes, and all processors. */
  public static Builder builder() {
    return new Builder();
  }

  @Override
  public EmbedderModel model() {
    return whileOpen(() -> model);
  }

  @Override
  public int batchSize() {
    return whileOpen(() -> Math.max(32, 4 * threads));
  }

  /**
   * Two: while the last texts of one call run on some threads, the others have those of the next.
   * With {@link Builder#threads one thread}, the number of processors.
   */
  @Override
  public int concurrency() {
    return whileOpen(() -> threads > 1 ? 2 : Runtime.getRuntime().availableProcessors());
  }

  @Override
  public Optional<TokenCounter> tokenCounter() {
    return whileOpen(() -> Optional.of(text -> whileOpen(() -> tokenizer.tokenEnds(text))));
  }

  @Override
  public List<float[]> embed(List<String> texts, InputType purpose) {
    String prefix = purpose == InputType.QUERY ? model.queryPrefix() : model.documentPrefix();
    String[] given = texts.toArray(String[]::new);
    return whileOpen(
        () -> {
          TokenizedText[] tokens = new TokenizedText[given.length];
          runPool.forEach(
              given.length, i -> tokens[i] = tokenizer.encode(prefix + given[i], maxInputTokens));
          float[][] vectors = new float[given.length][];
          List<int[]> runs = planRuns(tokens);
          runPool.forEach(runs.size(), i -> run(runs.get(i), tokens, vectors));
          return List.of(vectors);
        });
  }

  /** Which texts share a run. The longest go first, so that no long one is left for the end. */
  private List<int[]> planRuns(TokenizedText[] tokens) {
    int[] longestFirst =
        IntStream.range(0, tokens.length)
            .boxed()
            .sorted(Comparator.comparing(i -> -tokens[i].length()))
            .mapToInt(i -> i)
            .toArray();
    List<int[]> runs = new ArrayList<>();
    int from = 0;
    while (from < longestFirst.length) {
      int width = tokens[longestFirst[from]].length();
      int to = from + 1;
      while (!network.requiresSingleTextRuns()
          && to < longestFirst.length
          && (to + 1 - from) * width <= MAX_TOKENS_PER_RUN
          && 2 * tokens[longestFirst[to]].length() >= width) {
        to++;
      }
      runs.add(Arrays.copyOfRange(longestFirst, from, to));
      from = to;
    }
    return runs;
  }

  private void run(int[] texts, TokenizedText[] tokens, float[][] vectors) {
    List<TokenizedText> batch = IntStream.of(texts).mapToObj(i -> tokens[i]).toList();
    if (batch.stream().anyMatch(text -> text.length() == 0)) {
      throw new RejectedInputException("the text has no token");
    }
    List<float[]> made;
    try {
      made = network.embed(batch, pooling);
    } catch (OrtException e) {
      throw failure(batch, e);
    }
    for (int i = 0; i < texts.length; i++) {
      vectors[texts[i]] = normalized(made.get(i));
    }
  }

  private RuntimeException failure(List<TokenizedText> batch, OrtException cause) {
    String message =
        String.format(
            "the model failed on %d text(s) of up to %d tokens: %s",
            batch.size(), batch.get(0).length(), OnnxModel.message(cause));
    return network.selfTest()
        ? new RejectedInputException(message, cause)
        : new TransientEmbedderException(message, cause);
  }

  private float[] normalized(float[] vector) {
    if (!VectorMath.hasDirection(vector)) {
      throw new RejectedInputException(
          "the model's vector for the text is "
              + (VectorMath.norm(vector) == 0 ? "zero" : "not finite"));
    }
    return normalisation == Normalisation.L2 ? VectorMath.normalize(vector) : vector;
  }

  private <T> T whileOpen(Supplier<T> action) {
    Lock held = lock.readLock();
    held.lock();
    try {
      if (closed) {
        throw new IllegalStateException("the embedder is closed");
      }
      return action.get();
    } finally {
      held.unlock();
    }
  }

  /** Waits for the calls under way, then frees the model and ends the threads. */
  @Override
  public void close() {
    Lock held = lock.writeLock();
    held.lock();
    try {
      if (!closed) {
        closed = true;
        runPool.close();
        tokenizer.close();
        network.close();
      }
    } finally {
      held.unlock();
    }
  }

  /** What an embedder is made of. A model and its tokenizer are needed; the rest has defaults. */
  public static final class Builder {
    private static final int DEFAULT_MAX_INPUT_TOKENS = 512;

    /** What a word may have more at the start of a text than after a space, where that matters. */
    private static final int FIRST_WORD_RESERVE = 8;

    private @Nullable ModelFile model;
    private @Nullable ModelFile tokenizer;
    private Optional<String> name = Optional.empty();
    private Pooling pooling = Pooling.MEAN;
    private Normalisation normalisation = Normalisation.L2;
    private String queryPrefix = "";
    private String documentPrefix = "";
    private OptionalInt maxInputTokens = OptionalInt.empty();
    private int threads = Runtime.getRuntime().availableProcessors();

    private Builder() {}

    /** The model's ONNX file. Weights that it keeps in other files are found beside it. */
    public Builder model(Path model) {
      this.model = new ModelFile.OnDisk(model);
      return this;
    }

    /**
     * The model's ONNX file as a class-path resource: its full name with slashes, without one at
     * the start. The thread's context class loader is asked first, then that of this class.
     */
    public Builder modelResource(String resource) {
      this.model = new ModelFile.Resource(resource);
      return this;
    }

    /** The model's {@code tokenizer.json}. */
    public Builder tokenizer(Path tokenizer) {
      this.tokenizer = new ModelFile.OnDisk(tokenizer);
      return this;
    }

    /** The model's {@code tokenizer.json} as a {@linkplain #modelResource class-path resource}. */
    public Builder tokenizerResource(String resource) {
      this.tokenizer = new ModelFile.Resource(resource);
      return this;
    }

    /**
     * The model's name for people, without digest. Default: that of its file, without extension.
     */
    public Builder name(String name) {
      if (name.isBlank()) {
        throw new IllegalArgumentException("a model needs a name");
      }
      this.name = Optional.of(name);
      return this;
    }

    /** How the vectors of tokens become one. Without effect on a model that does so itself. */
    public Builder pooling(Pooling pooling) {
      this.pooling = pooling;
      return this;
    }

    /** Whether vectors are brought to one length. */
    public Builder normalisation(Normalisation normalisation) {
      this.normalisation = normalisation;
      return this;
    }

    /** What is put before each query, with the space after it if there is one. */
    public Builder queryPrefix(String queryPrefix) {
      this.queryPrefix = queryPrefix;
      return this;
    }

    /** What is put before each document, with the space after it if there is one. */
    public Builder documentPrefix(String documentPrefix) {
      this.documentPrefix = documentPrefix;
      return this;
    }

    /**
     * The longest input of the model in tokens, those of the prefix and those that the tokenizer
     * adds included. Default: what the tokenizer's file states, else 512.
     */
    public Builder maxInputTokens(int maxInputTokens) {
      if (maxInputTokens < 1) {
        throw new IllegalArgumentException("an input has at least 1 token, not " + maxInputTokens);
      }
      this.maxInputTokens = OptionalInt.of(maxInputTokens);
      return this;
    }

    /**
     * How many threads a call may use, its own included; at least 1. With 1 no thread is started,
     * and a host that calls on several threads of its own decides alone what runs where. Default:
     * the number of processors.
     */
    public Builder threads(int threads) {
      if (threads < 1) {
        throw new IllegalArgumentException("a call has at least 1 thread, not " + threads);
      }
      this.threads = threads;
      return this;
    }

    /**
     * Loads the model and tries it.
     *
     * @throws EmbedderUnavailableException if a file can't be read or is not what it should be, if
     *     the model's inputs and outputs are not as {@link OnnxEmbedder} describes them, if the
     *     longest input has no room beside the prefix, or if there is no native library for this
     *     platform
     * @throws IllegalStateException if no model or no tokenizer was named
     */
    public OnnxEmbedder build() {
      if (model == null || tokenizer == null) {
        throw new IllegalStateException("name a model and a tokenizer");
      }
      Tokenizer loaded = Tokenizer.load(tokenizer);
      try {
        int longest =
            maxInputTokens.orElseGet(
                () -> loaded.maxLengthFromFile().orElse(DEFAULT_MAX_INPUT_TOKENS));
        int taken =
            loaded.specialTokenCount()
                + (loaded.isLeadingSpaceSensitive() ? FIRST_WORD_RESERVE : 0)
                + Math.max(
                    loaded.tokenEnds(queryPrefix).length, loaded.tokenEnds(documentPrefix).length);
        if (taken >= longest) {
          throw new EmbedderUnavailableException(
              "the prefix and the added tokens take all "
                  + longest
                  + " tokens of an input: shorten the prefix, or raise longestInput if the model"
                  + " takes more");
        }
        OnnxModel network = OnnxModel.load(model, longest);
        String fullName =
            String.join(
                ",",
                name.orElse(model.name()) + "@sha256:" + network.digest(),
                "tokenizer:" + loaded.digest(),
                network.hasPooledOutput() ? "pooled" : pooling.name().toLowerCase(Locale.ROOT),
                normalisation.name().toLowerCase(Locale.ROOT),
                Integer.toString(longest));
        EmbedderModel described =
            new EmbedderModel(
                fullName,
                network.dimension(),
                longest - taken,
                queryPrefix,
                documentPrefix,
                normalisation == Normalisation.L2);
        return new OnnxEmbedder(network, loaded, described, this, longest);
      } catch (RuntimeException e) {
        loaded.close();
        throw e;
      }
    }
  }
}
