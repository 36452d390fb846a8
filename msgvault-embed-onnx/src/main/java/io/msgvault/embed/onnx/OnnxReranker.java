package io.msgvault.embed.onnx;

import ai.onnxruntime.OrtException;
import io.msgvault.embed.embedder.EmbedderUnavailableException;
import io.msgvault.embed.embedder.RejectedInputException;
import io.msgvault.embed.embedder.TransientEmbedderException;
import io.msgvault.embed.search.Reranker;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Reranks in this process, with a cross-encoder in ONNX format and its {@code tokenizer.json}.
 *
 * <pre>{@code
 * Reranker reranker =
 *     OnnxReranker.builder()
 *         .model(Path.of("ms-marco-MiniLM-L-6-v2/model.onnx"))
 *         .tokenizer(Path.of("ms-marco-MiniLM-L-6-v2/tokenizer.json"))
 *         .build();
 * }</pre>
 *
 * <p><b>Model.</b> The inputs are those of {@link OnnxEmbedder}. The output is {@code logits}, or
 * the first output with a row for each text. A row has one logit or two.
 *
 * <p><b>Scores.</b> One logit is the score itself. Of two classes, the second means "relevant", and
 * the score is how far its logit is above the other. So a score is any number, and a negative one
 * does not say that a text is bad.
 *
 * <p><b>Long texts.</b> The question and the text share an input. Tokens beyond its maximum length
 * are dropped from the end of the text. A question that fills more than half of the input is cut
 * there.
 *
 * <p><b>Threads and native code</b> are as for {@link OnnxEmbedder}, and no text leaves the
 * process. An interrupt takes effect after at most one run.
 *
 * <p><b>Failures.</b> {@link Builder#build} throws {@link EmbedderUnavailableException} for any
 * problem with the files. If a run fails, the reranker tries an input that has worked before. If
 * that works, the texts are rejected ({@link RejectedInputException}). Otherwise the failure is
 * transient ({@link TransientEmbedderException}). A text is also rejected if its score is not
 * finite.
 *
 * <p><b>Closing.</b> {@link #close} waits for pending calls. Always close a reranker, since the
 * memory of the model is not on the Java heap.
 */
public final class OnnxReranker implements Reranker {
  private final CrossEncoder network;
  private final Tokenizer tokenizer;
  private final int maxInputTokens;
  private final RunPool runPool;
  private final OpenGuard guard = new OpenGuard("reranker");

  private OnnxReranker(CrossEncoder network, Tokenizer tokenizer, int maxInputTokens, int threads) {
    this.network = network;
    this.tokenizer = tokenizer;
    this.maxInputTokens = maxInputTokens;
    this.runPool = new RunPool(threads);
  }

  /** Returns a builder that uses all processors. */
  public static Builder builder() {
    return new Builder();
  }

  @Override
  public List<Double> score(String question, List<String> texts) {
    String[] inputs = texts.toArray(String[]::new);
    return guard.whileOpen(
        () -> {
          TokenizedText[] pairs = new TokenizedText[inputs.length];
          runPool.forEach(
              inputs.length,
              i -> pairs[i] = tokenizer.encodePair(question, inputs[i], maxInputTokens));
          double[] scores = new double[inputs.length];
          List<int[]> runs = RunPlan.of(pairs, network.sharing());
          runPool.forEach(runs.size(), i -> run(runs.get(i), pairs, scores));
          return Arrays.stream(scores).boxed().toList();
        });
  }

  private void run(int[] texts, TokenizedText[] pairs, double[] scores) {
    List<TokenizedText> batch = IntStream.of(texts).mapToObj(i -> pairs[i]).toList();
    if (batch.stream().anyMatch(pair -> pair.length() == 0)) {
      throw new RejectedInputException("the question and a text have no tokens");
    }
    double[] found;
    try {
      found = network.score(batch);
    } catch (OrtException e) {
      throw failure(batch, e);
    }
    for (int i = 0; i < texts.length; i++) {
      if (!Double.isFinite(found[i])) {
        throw new RejectedInputException("the model's score of a text is not finite");
      }
      scores[texts[i]] = found[i];
    }
  }

  private RuntimeException failure(List<TokenizedText> batch, OrtException cause) {
    String message =
        String.format(
            "the reranker failed on %d text(s) of up to %d tokens with the question: %s",
            batch.size(), batch.get(0).length(), OnnxSession.message(cause));
    return network.selfTest()
        ? new RejectedInputException(message, cause)
        : new TransientEmbedderException(message, cause);
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
   * Builds an {@link OnnxReranker}. A model and a tokenizer are required. Not safe for concurrent
   * use.
   */
  public static final class Builder {
    private static final int DEFAULT_MAX_INPUT_TOKENS = 512;

    private @Nullable ModelFile model;
    private @Nullable ModelFile tokenizer;
    private OptionalInt maxInputTokens = OptionalInt.empty();
    private int threads = Runtime.getRuntime().availableProcessors();
    private SessionSetup setup = options -> {};

    private Builder() {}

    /** Sets the model's ONNX file. Its external weights must be in the same folder. */
    public Builder model(Path model) {
      this.model = new ModelFile.OnDisk(model);
      return this;
    }

    /** Sets the model's {@code tokenizer.json}. */
    public Builder tokenizer(Path tokenizer) {
      this.tokenizer = new ModelFile.OnDisk(tokenizer);
      return this;
    }

    /**
     * Sets the maximum length of a question and a text together in tokens, including the special
     * ones; at least 1. Default: {@code model_max_length} in {@code tokenizer_config.json} beside
     * the tokenizer, or 512.
     */
    public Builder maxInputTokens(int maxInputTokens) {
      if (maxInputTokens < 1) {
        throw new IllegalArgumentException(
            "maxInputTokens must be at least 1, but is " + maxInputTokens);
      }
      this.maxInputTokens = OptionalInt.of(maxInputTokens);
      return this;
    }

    /** Sets how many threads a call may use, including its own; at least 1. */
    public Builder threads(int threads) {
      if (threads < 1) {
        throw new IllegalArgumentException("threads must be at least 1, but is " + threads);
      }
      this.threads = threads;
      return this;
    }

    /** Sets how the options of the runtime are changed. Default: not at all. */
    public Builder setup(SessionSetup setup) {
      this.setup = setup;
      return this;
    }

    /**
     * Loads the model and tests it.
     *
     * @throws EmbedderUnavailableException if a file is unreadable or malformed, if the model is no
     *     cross-encoder, if its tokenizer can't join two texts, or if native code can't be loaded;
     *     the message names the remedy
     * @throws IllegalStateException if no model or no tokenizer is set
     */
    public OnnxReranker build() {
      if (model == null || tokenizer == null) {
        throw new IllegalStateException("set a model and a tokenizer");
      }
      ModelSettings files = new ModelSettings(tokenizer);
      int inputTokens =
          maxInputTokens.orElseGet(() -> files.maxInputTokens().orElse(DEFAULT_MAX_INPUT_TOKENS));
      Tokenizer loadedTokenizer = Tokenizer.load(tokenizer);
      try {
        if (!loadedTokenizer.joinsPairs()) {
          throw new EmbedderUnavailableException(
              tokenizer + " can't join a question and a text: use the tokenizer.json of the model");
        }
        if (inputTokens < loadedTokenizer.pairSpecialTokenCount() + 2) {
          throw new EmbedderUnavailableException(
              "the special tokens leave no room in an input of "
                  + inputTokens
                  + " tokens: raise maxInputTokens if the model allows it");
        }
        return new OnnxReranker(
            CrossEncoder.load(model, inputTokens, setup), loadedTokenizer, inputTokens, threads);
      } catch (RuntimeException e) {
        loadedTokenizer.close();
        throw e;
      }
    }
  }
}
