package io.msgvault.embed.onnx;

import ai.onnxruntime.OrtException;
import io.msgvault.embed.embedder.Embedder;
import io.msgvault.embed.embedder.EmbedderModel;
import io.msgvault.embed.embedder.EmbedderReply;
import io.msgvault.embed.embedder.EmbedderUnavailableException;
import io.msgvault.embed.embedder.InputType;
import io.msgvault.embed.embedder.RejectedInputException;
import io.msgvault.embed.embedder.TransientEmbedderException;
import io.msgvault.embed.embedder.support.EmbedderCheck;
import io.msgvault.embed.embedder.support.FunctionEmbedder;
import io.msgvault.embed.store.support.VectorMath;
import io.msgvault.embed.text.TokenCounter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Embeds text in this process, with a sentence-transformer model in ONNX format and its {@code
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
 * <p><b>Model.</b> The model must have the input {@code input_ids}, and may have {@code
 * attention_mask} and {@code token_type_ids}. They are integers of 64 or 32 bits, for texts of any
 * length, and for any number of texts or for one. A static model instead has {@code input_ids} with
 * the tokens of all texts, and {@code offsets} with the place where each text begins. One output is
 * used, the first of these that the model has:
 *
 * <ol>
 *   <li>{@code sentence_embedding}, with a vector for each text;
 *   <li>{@code last_hidden_state}, with a vector for each token;
 *   <li>the first output with a vector for each token;
 *   <li>the first output with a vector for each text.
 * </ol>
 *
 * <p>Vectors of tokens are {@linkplain Pooling pooled}. A static model gets no special tokens.
 *
 * <p><b>Name.</b> {@link EmbedderModel#name} contains all that may change the vector of a text.
 * First come twelve digits of the SHA-256 of the model's files, and of that of the tokenizer. The
 * pooling, the normalisation and the maximum input length follow:
 *
 * <pre>{@code
 * all-MiniLM-L6-v2@sha256:afdb6f1a0e45,tokenizer:da0e79933b9e,mean,l2,256
 * }</pre>
 *
 * <p><b>Long texts.</b> Tokens beyond the maximum input length are dropped silently. {@link
 * #tokenCounter} lets a caller split the text into chunks of {@link EmbedderModel#maxTokens}. The
 * counter reads a long text in segments of some thousand characters, so that it needs little
 * memory. A segment ends before white space if there is any.
 *
 * <p><b>Threads.</b> By default the embedder starts daemon threads: one for each processor, less
 * the one that calls. They start with the first call of more than one text, and end with {@link
 * #close}. {@link Builder#threads} limits them; with 1, the embedder starts none. Short texts share
 * a run of the model, except if the vector of a text would depend on the others. This holds for a
 * model that quantises its activations dynamically. Where a model has no mask, texts of the same
 * length share a run. An interrupt takes effect after at most one run.
 *
 * <p><b>Failures.</b> {@link Builder#build} throws {@link EmbedderUnavailableException} for any
 * problem with the files. If a run fails, the embedder tries an input that has worked before. If
 * that works, the text is rejected ({@link RejectedInputException}). Otherwise the failure is
 * transient ({@link TransientEmbedderException}), as a lack of memory is. A text is also rejected
 * if its vector is zero or not finite, or if it has no token at all.
 *
 * <p><b>No network access.</b> No text leaves the process and no connection is opened.
 *
 * <ul>
 *   <li>DJL, the library of the tokenizer, reports its use and may download a native library. Three
 *       system properties prevent that: {@code OPT_OUT_TRACKING}, {@code ai.djl.offline} and {@code
 *       RUST_FLAVOR}. They are set while a tokenizer is loaded, and restored afterwards. A user who
 *       sets both environment variables {@code OPT_OUT_TRACKING=false} and {@code
 *       DJL_OFFLINE=false} overrules them.
 *   <li>The telemetry of the ONNX runtime, which exists on Windows, is switched off. From version
 *       1.29 on, which this library does not use, it also exists on other systems. There only the
 *       environment variable {@code ORT_DISABLE_TELEMETRY=1} prevents it.
 * </ul>
 *
 * <p><b>Native code.</b> Both libraries unpack native code from their jars.
 *
 * <ul>
 *   <li>The ONNX runtime unpacks into a new folder in {@code java.io.tmpdir}, or loads from {@code
 *       onnxruntime.native.path}.
 *   <li>DJL unpacks into {@code ~/.djl.ai}, and loads what is there already. If another user may
 *       have written to it, or if the home can't be written, it unpacks into a new folder in {@code
 *       java.io.tmpdir} instead. Set {@code ENGINE_CACHE_DIR}, as a property or as an environment
 *       variable, to choose another folder, or {@code RUST_LIBRARY_PATH} to name the library.
 *   <li>DJL does not warn of a CUDA library without a graphics card once a tokenizer was loaded. An
 *       environment of the ONNX runtime that this class creates reports errors, but no warnings.
 * </ul>
 *
 * <p><b>Closing.</b> {@link #close} waits for pending calls. Always close an embedder, since the
 * memory of the model is not on the Java heap.
 */
public final class OnnxEmbedder implements Embedder {
  private static final int BATCH_SIZE = 32;

  /** Bounds a batch of a static model, which embeds many texts in a millisecond. */
  private static final int STATIC_BATCH_SIZE = 512;

  private final OnnxModel network;
  private final Tokenizer tokenizer;
  private final EmbedderModel model;
  private final Pooling pooling;
  private final Normalisation normalisation;
  private final int maxInputTokens;
  private final int threads;
  private final RunPool runPool;
  private final OpenGuard guard = new OpenGuard("embedder");

  private OnnxEmbedder(
      OnnxModel network,
      Tokenizer tokenizer,
      EmbedderModel model,
      Pooling pooling,
      Builder settings,
      int maxInputTokens) {
    this.network = network;
    this.tokenizer = tokenizer;
    this.model = model;
    this.pooling = pooling;
    this.normalisation = settings.normalisation;
    this.maxInputTokens = maxInputTokens;
    this.threads = settings.threads;
    this.runPool = new RunPool(threads);
  }

  /** Returns a builder with mean pooling, vectors of length 1, no prefixes, and all processors. */
  public static Builder builder() {
    return new Builder();
  }

  @Override
  public EmbedderModel model() {
    return whileOpen(() -> model);
  }

  @Override
  public int batchSize() {
    int usual = network.sharing() == Sharing.PACKED ? STATIC_BATCH_SIZE : BATCH_SIZE;
    return whileOpen(() -> Math.max(usual, 4 * threads));
  }

  /**
   * Returns 2, so that threads that are idle at the end of one call begin the next. With {@link
   * Builder#threads one thread}, returns the number of processors.
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
  public List<float[]> embed(List<String> texts, InputType inputType) {
    return embedWithUsage(texts, inputType).vectors();
  }

  /** Embeds the texts; the tokens are those that the model reads. */
  @Override
  public EmbedderReply embedWithUsage(List<String> texts, InputType inputType) {
    return embed(texts, inputType, pooling);
  }

  private EmbedderReply embed(List<String> texts, InputType inputType, Pooling pooling) {
    String prefix = inputType == InputType.QUERY ? model.queryPrefix() : model.documentPrefix();
    String[] inputs = texts.toArray(String[]::new);
    return whileOpen(
        () -> {
          TokenizedText[] tokens = new TokenizedText[inputs.length];
          runPool.forEach(inputs.length, i -> tokens[i] = tokens(prefix + inputs[i]));
          float[][] vectors = new float[inputs.length][];
          List<int[]> runs = RunPlan.of(tokens, network.sharing());
          runPool.forEach(runs.size(), i -> run(runs.get(i), tokens, vectors, pooling));
          return new EmbedderReply(
              List.of(vectors),
              OptionalLong.of(Stream.of(tokens).mapToLong(TokenizedText::length).sum()));
        });
  }

  private TokenizedText tokens(String input) {
    return network.readsSpecialTokens()
        ? tokenizer.encode(input, maxInputTokens)
        : tokenizer.encodePlain(input, maxInputTokens);
  }

  private void run(int[] texts, TokenizedText[] tokens, float[][] vectors, Pooling pooling) {
    List<TokenizedText> batch = IntStream.of(texts).mapToObj(i -> tokens[i]).toList();
    if (batch.stream().anyMatch(text -> text.length() == 0)) {
      throw new RejectedInputException("the text has no tokens");
    }
    List<float[]> outputs;
    try {
      outputs = network.embed(batch, pooling);
    } catch (OrtException e) {
      throw failure(batch, e);
    }
    for (int i = 0; i < texts.length; i++) {
      vectors[texts[i]] = normalized(outputs.get(i));
    }
  }

  private RuntimeException failure(List<TokenizedText> batch, OrtException cause) {
    String message =
        String.format(
            "the model failed on %d text(s) of up to %d tokens: %s",
            batch.size(), batch.get(0).length(), OnnxSession.message(cause));
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

  /**
   * Checks this embedder, see {@link Builder#check}.
   *
   * @throws EmbedderUnavailableException if it fails the check; the message has what was measured,
   *     the likely causes, and the other pooling if that separates better
   */
  public void verify(EmbedderCheck check) {
    SelfCheck.verify(
        check,
        this,
        pooling,
        network.hasPooledOutput() ? Optional.empty() : Optional.of(this::withPooling));
  }

  private Embedder withPooling(Pooling other) {
    return FunctionEmbedder.builder(other.name(), texts -> embed(texts, InputType.DOCUMENT, other))
        .queries(texts -> embed(texts, InputType.QUERY, other))
        .dimension(network.dimension())
        .build();
  }

  private <T> T whileOpen(Supplier<T> action) {
    return guard.whileOpen(action);
  }

  /** Waits for pending calls, then frees the model and ends the threads. */
  @Override
  public void close() {
    guard.close(
        () -> {
          runPool.close();
          tokenizer.close();
          network.close();
        });
  }

  /**
   * Builds an {@link OnnxEmbedder}. A model and a tokenizer are required. Not safe for concurrent
   * use.
   */
  public static final class Builder {
    private static final int DEFAULT_MAX_INPUT_TOKENS = 512;

    /**
     * The maximum of additional tokens that a word has at the start of a text, in a vocabulary that
     * is sensitive to leading space.
     */
    private static final int FIRST_WORD_RESERVE = 8;

    private @Nullable ModelFile model;
    private @Nullable ModelFile tokenizer;
    private Optional<String> name = Optional.empty();
    private Optional<Pooling> pooling = Optional.empty();
    private Normalisation normalisation = Normalisation.L2;
    private String queryPrefix = "";
    private String documentPrefix = "";
    private OptionalInt maxInputTokens = OptionalInt.empty();
    private int threads = Runtime.getRuntime().availableProcessors();
    private Optional<EmbedderCheck> check = Optional.empty();
    private SessionSetup setup = options -> {};

    private Builder() {}

    /** Sets the model's ONNX file. Its external weights must be in the same folder. */
    public Builder model(Path model) {
      this.model = new ModelFile.OnDisk(model);
      return this;
    }

    /**
     * Sets the model's ONNX file as a class-path resource: its full name with slashes, without one
     * at the start. The thread's context class loader is tried first, then the one of this class.
     */
    public Builder modelResource(String resource) {
      this.model = new ModelFile.Resource(resource);
      return this;
    }

    /** Sets the model's {@code tokenizer.json}. */
    public Builder tokenizer(Path tokenizer) {
      this.tokenizer = new ModelFile.OnDisk(tokenizer);
      return this;
    }

    /** Sets the {@code tokenizer.json} as a {@linkplain #modelResource class-path resource}. */
    public Builder tokenizerResource(String resource) {
      this.tokenizer = new ModelFile.Resource(resource);
      return this;
    }

    /**
     * Sets the name of the model, without digests. Default: the name of its file, without
     * extension.
     */
    public Builder name(String name) {
      if (name.isBlank()) {
        throw new IllegalArgumentException("a model needs a name");
      }
      this.name = Optional.of(name);
      return this;
    }

    /**
     * Sets how the vectors of tokens become one. It has no effect if the model does that itself.
     * Default: the pooling that {@code 1_Pooling/config.json} beside the tokenizer names, or the
     * mean if there is no such file.
     */
    public Builder pooling(Pooling pooling) {
      this.pooling = Optional.of(pooling);
      return this;
    }

    /** Sets whether vectors are scaled to length 1. */
    public Builder normalisation(Normalisation normalisation) {
      this.normalisation = normalisation;
      return this;
    }

    /** Sets the text before each query, including a space at its end. Default: none. */
    public Builder queryPrefix(String queryPrefix) {
      this.queryPrefix = queryPrefix;
      return this;
    }

    /** Sets the text before each document, including a space at its end. Default: none. */
    public Builder documentPrefix(String documentPrefix) {
      this.documentPrefix = documentPrefix;
      return this;
    }

    /**
     * Sets the maximum length of an input in tokens, including those of the prefix and the special
     * tokens. The default is the first of these:
     *
     * <ol>
     *   <li>{@code max_seq_length} in {@code sentence_bert_config.json} beside the tokenizer, the
     *       length that the model was trained for;
     *   <li>{@code model_max_length} in {@code tokenizer_config.json} there, the length that the
     *       model takes;
     *   <li>512.
     * </ol>
     *
     * <p>A length at which the tokenizer's own file truncates is not used, since it says little of
     * the model.
     */
    public Builder maxInputTokens(int maxInputTokens) {
      if (maxInputTokens < 1) {
        throw new IllegalArgumentException(
            "maxInputTokens must be at least 1, but is " + maxInputTokens);
      }
      this.maxInputTokens = OptionalInt.of(maxInputTokens);
      return this;
    }

    /**
     * Sets how many threads a call may use, including its own; at least 1. With 1 the embedder
     * starts no thread, so that the host decides with its own threads what runs where. Default: the
     * number of processors.
     */
    public Builder threads(int threads) {
      if (threads < 1) {
        throw new IllegalArgumentException("threads must be at least 1, but is " + threads);
      }
      this.threads = threads;
      return this;
    }

    /**
     * Sets how the options of the runtime are changed, for example to use a graphics card. Default:
     * not at all.
     */
    public Builder setup(SessionSetup setup) {
      this.setup = setup;
      return this;
    }

    /**
     * Sets a check that {@link #build} makes, so that a wrong pooling or the tokenizer of another
     * model is found at the start. It takes as long as to embed 48 short sentences. It says little
     * of prefixes, and not all models suffer from a wrong pooling: add references to find these.
     * Default: none.
     */
    public Builder check(EmbedderCheck check) {
      this.check = Optional.of(check);
      return this;
    }

    /**
     * Loads the model and tests it.
     *
     * @throws EmbedderUnavailableException if a file is unreadable or malformed, or if there is no
     *     native library for this platform. Also if no folder for native code can be written, or if
     *     it allows no code to be loaded; the message names the property to set. Also if the model
     *     has other inputs and outputs than {@link OnnxEmbedder} describes, or if the prefix fills
     *     the whole input, or if the embedder fails its {@linkplain #check check}
     * @throws IllegalStateException if no model or no tokenizer is set
     */
    public OnnxEmbedder build() {
      OnnxEmbedder embedder = load();
      try {
        check.ifPresent(embedder::verify);
        return embedder;
      } catch (RuntimeException e) {
        embedder.close();
        throw e;
      }
    }

    private OnnxEmbedder load() {
      if (model == null || tokenizer == null) {
        throw new IllegalStateException("set a model and a tokenizer");
      }
      ModelSettings files = new ModelSettings(tokenizer);
      Tokenizer loadedTokenizer = Tokenizer.load(tokenizer);
      try {
        int inputTokens =
            maxInputTokens.orElseGet(() -> files.maxInputTokens().orElse(DEFAULT_MAX_INPUT_TOKENS));
        OnnxModel network = OnnxModel.load(model, inputTokens, setup);
        try {
          return embedder(name.orElse(model.name()), network, loadedTokenizer, files, inputTokens);
        } catch (RuntimeException e) {
          network.close();
          throw e;
        }
      } catch (RuntimeException e) {
        loadedTokenizer.close();
        throw e;
      }
    }

    private OnnxEmbedder embedder(
        String shortName,
        OnnxModel network,
        Tokenizer loadedTokenizer,
        ModelSettings files,
        int inputTokens) {
      int reservedTokens = reservedTokens(network, loadedTokenizer);
      if (reservedTokens >= inputTokens) {
        throw new EmbedderUnavailableException(
            "the prefix and the special tokens fill all "
                + inputTokens
                + " tokens of an input: shorten the prefix, or raise maxInputTokens if the model"
                + " allows it");
      }
      Pooling chosenPooling = pooling(network, files);
      String fullName =
          String.join(
              ",",
              shortName + "@sha256:" + network.digest(),
              "tokenizer:" + loadedTokenizer.digest(),
              network.hasPooledOutput() ? "pooled" : chosenPooling.name().toLowerCase(Locale.ROOT),
              normalisation.name().toLowerCase(Locale.ROOT),
              Integer.toString(inputTokens));
      EmbedderModel described =
          new EmbedderModel(
              fullName,
              network.dimension(),
              inputTokens - reservedTokens,
              queryPrefix,
              documentPrefix,
              normalisation == Normalisation.L2);
      return new OnnxEmbedder(
          network, loadedTokenizer, described, chosenPooling, this, inputTokens);
    }

    /** Returns how many tokens of an input are none of the text's. */
    private int reservedTokens(OnnxModel network, Tokenizer loaded) {
      return (network.readsSpecialTokens() ? loaded.specialTokenCount() : 0)
          + (loaded.isLeadingSpaceSensitive() ? FIRST_WORD_RESERVE : 0)
          + Math.max(loaded.tokenEnds(queryPrefix).length, loaded.tokenEnds(documentPrefix).length);
    }

    private Pooling pooling(OnnxModel network, ModelSettings files) {
      return network.hasPooledOutput()
          ? Pooling.MEAN
          : pooling.orElseGet(() -> files.pooling().orElse(Pooling.MEAN));
    }
  }
}
