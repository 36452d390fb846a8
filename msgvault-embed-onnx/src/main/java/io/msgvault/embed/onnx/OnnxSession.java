package io.msgvault.embed.onnx;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import io.msgvault.embed.embedder.EmbedderUnavailableException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.logging.Filter;
import java.util.logging.Logger;

/**
 * Runs a model of tokenized texts in the ONNX runtime. Safe for concurrent use, but not after
 * {@link #close}.
 *
 * <p>A run uses only the calling thread: concurrent runs use the cores better than one run that is
 * spread over them.
 */
final class OnnxSession implements AutoCloseable {
  private static final Set<OnnxJavaType> FLOATS =
      Set.of(OnnxJavaType.FLOAT, OnnxJavaType.FLOAT16, OnnxJavaType.BFLOAT16);

  /**
   * The maximum length of the test input. A longer test takes seconds, and rarely finds a limit.
   */
  private static final int MAX_PROBED_TOKENS = 1024;

  private final String file;
  private final String digest;
  private final String remedy;
  private final OrtEnvironment environment;
  private final OrtSession session;
  private final ModelInputs inputs;
  private final Sharing sharing;

  /** Reads the output of a run of some texts. */
  interface OutputReader<T> {
    T read(List<TokenizedText> batch, float[] values, long[] shape);
  }

  /** Creates what uses a session, and tests it. */
  interface User<T> {
    T over(OnnxSession session) throws OrtException;
  }

  /**
   * Loads a model, and frees it again if its user can't be created.
   *
   * @param kind what the file must hold, with an article
   * @param remedy what to do about a model that can't be used, after a colon
   * @param setup changes the options of the runtime
   */
  static <T> T load(ModelFile file, String kind, String remedy, SessionSetup setup, User<T> user) {
    try {
      ModelFile source = file.buffered();
      OnnxGraph graph = readGraph(source);
      String digest = FileDigest.of(source, graph.weightFiles());
      OrtEnvironment environment = environment();
      environment.setTelemetry(false);
      OrtSession session = createSession(environment, source, setup);
      try {
        return user.over(
            new OnnxSession(file.toString(), remedy, environment, session, graph, digest));
      } catch (OrtException | RuntimeException e) {
        session.close();
        throw e;
      }
    } catch (OrtException e) {
      throw new EmbedderUnavailableException(
          file
              + " is not a model that the ONNX runtime can run ("
              + message(e)
              + "): use "
              + kind
              + " in ONNX format",
          e);
    } catch (IOException e) {
      throw file.unreadable(e, "a readable ONNX file");
    } catch (LinkageError e) {
      throw NativeFolder.runtimeFailure(e);
    }
  }

  /**
   * Returns the environment of this process. One that is created here reports errors only, because
   * the runtime warns of graphics cards at each start, and no model uses them.
   */
  private static OrtEnvironment environment() {
    Logger logger = Logger.getLogger(OrtEnvironment.class.getName());
    Filter filter = logger.getFilter();
    // An environment of the host keeps its level. The runtime would complain that it can't change.
    logger.setFilter(record -> false);
    try {
      return OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
    } finally {
      logger.setFilter(filter);
    }
  }

  private static OnnxGraph readGraph(ModelFile source) throws IOException {
    try (InputStream in = source.open()) {
      return OnnxGraph.read(in);
    }
  }

  private static OrtSession createSession(
      OrtEnvironment environment, ModelFile source, SessionSetup setup) throws OrtException {
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      options.setInterOpNumThreads(1);
      // Exceptions report what it would print to standard error.
      options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
      apply(setup, options);
      if (source instanceof ModelFile.InMemory memory) {
        return environment.createSession(memory.content(), options);
      }
      return environment.createSession(source.toString(), options);
    }
  }

  private static void apply(SessionSetup setup, OrtSession.SessionOptions options) {
    try {
      setup.apply(options);
    } catch (OrtException e) {
      throw new EmbedderUnavailableException(
          "the ONNX runtime refuses an option of the session ("
              + message(e)
              + "): use a runtime that has it, such as onnxruntime_gpu for a graphics card",
          e);
    }
  }

  private OnnxSession(
      String file,
      String remedy,
      OrtEnvironment environment,
      OrtSession session,
      OnnxGraph graph,
      String digest)
      throws OrtException {
    this.file = file;
    this.remedy = remedy;
    this.digest = digest;
    this.environment = environment;
    this.session = session;
    this.inputs = checked(session);
    this.sharing = graph.quantisesDynamically() ? Sharing.NONE : inputs.sharing();
  }

  private ModelInputs checked(OrtSession loaded) throws OrtException {
    try {
      return new ModelInputs(loaded.getInputInfo().values());
    } catch (IllegalArgumentException e) {
      throw unsupported(String.valueOf(e.getMessage()));
    }
  }

  /**
   * Returns the first output that the first of some rules accepts, or else the second, and so on.
   *
   * @param expected what such an output has, for the error if there is none
   */
  NodeInfo chooseOutput(String expected, List<Predicate<NodeInfo>> byPreference)
      throws OrtException {
    List<NodeInfo> all = List.copyOf(session.getOutputInfo().values());
    for (Predicate<NodeInfo> preferred : byPreference) {
      for (NodeInfo node : all) {
        if (preferred.test(node)) {
          return node;
        }
      }
    }
    throw unsupported("no output has " + expected + ": " + all);
  }

  /** Returns the number of dimensions of a tensor of floats, or -1 for any other output. */
  static int rank(NodeInfo node) {
    return node.getInfo() instanceof TensorInfo tensor && FLOATS.contains(tensor.type)
        ? tensor.getShape().length
        : -1;
  }

  /** Runs the model on token 0, which every model has. */
  <T> T probe(String output, OutputReader<T> reader) throws OrtException {
    TokenizedText three = new TokenizedText(new long[3], new long[3]);
    TokenizedText two = new TokenizedText(new long[2], new long[2]);
    List<TokenizedText> batch =
        switch (sharing) {
          case NONE -> List.of(three);
          case EQUAL_LENGTHS -> List.of(three, three);
          case PADDED, PACKED -> List.of(three, two);
        };
    return run(batch, output, reader);
  }

  /** Runs the model on an input of the maximum length, and fails if it can't take that. */
  void probeLongestInput(String output, int maxInputTokens) {
    int tokens = Math.min(maxInputTokens, MAX_PROBED_TOKENS);
    TokenizedText longest = new TokenizedText(new long[tokens], new long[tokens]);
    try {
      run(List.of(longest), output, (batch, values, shape) -> shape);
    } catch (OrtException e) {
      throw new EmbedderUnavailableException(
          file
              + " fails on an input of "
              + tokens
              + " tokens ("
              + message(e)
              + "): set maxInputTokens to the limit of the model",
          e);
    }
  }

  /** Returns the digest of the model's files. */
  String digest() {
    return digest;
  }

  /** Returns which texts may share a run. */
  Sharing sharing() {
    return sharing;
  }

  /** Returns whether a text gets the special tokens of its tokenizer. */
  boolean readsSpecialTokens() {
    return inputs.haveSpecialTokens();
  }

  /** Runs the model. Each text needs at least one token. */
  <T> T run(List<TokenizedText> batch, String output, OutputReader<T> reader) throws OrtException {
    Map<String, OnnxTensor> tensors = new HashMap<>();
    try {
      for (Map.Entry<String, ModelInputs.Values> input : inputs.of(batch).entrySet()) {
        tensors.put(input.getKey(), tensor(inputs.isWide(input.getKey()), input.getValue()));
      }
      try (OrtSession.Result result = session.run(tensors, Set.of(output))) {
        OnnxTensor tensor = (OnnxTensor) result.get(0);
        return reader.read(batch, tensor.getFloatBuffer().array(), tensor.getInfo().getShape());
      }
    } finally {
      OnnxValue.close(tensors);
    }
  }

  private OnnxTensor tensor(boolean wide, ModelInputs.Values values) throws OrtException {
    if (wide) {
      return OnnxTensor.createTensor(environment, LongBuffer.wrap(values.numbers), values.shape);
    }
    int[] narrow = Arrays.stream(values.numbers).mapToInt(value -> (int) value).toArray();
    return OnnxTensor.createTensor(environment, IntBuffer.wrap(narrow), values.shape);
  }

  /** Returns the message of an error, without the line breaks at its end. */
  static String message(OrtException e) {
    return String.valueOf(e.getMessage()).strip();
  }

  /** Returns the error for a model that can't be used, with the remedy. */
  EmbedderUnavailableException unsupported(String problem) {
    return new EmbedderUnavailableException(
        file + " can't be used, since " + problem + ": " + remedy);
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException("the ONNX runtime did not free " + file, e);
    }
  }
}
