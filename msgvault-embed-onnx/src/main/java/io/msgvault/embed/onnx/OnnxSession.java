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
  private static final String IDS = "input_ids";
  private static final String MASK = "attention_mask";
  private static final String TYPES = "token_type_ids";
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
  private final Map<String, OnnxJavaType> inputs = new HashMap<>();
  private final boolean requiresSingleTextRuns;

  /** Reads the output of a run. */
  interface OutputReader<T> {
    T read(float[] values, long[] shape);
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
   */
  static <T> T load(ModelFile file, String kind, String remedy, User<T> user) {
    try {
      ModelFile source = file.buffered();
      OnnxGraph graph = readGraph(source);
      String digest = FileDigest.of(source, graph.weightFiles());
      OrtEnvironment environment = environment();
      environment.setTelemetry(false);
      OrtSession session = createSession(environment, source);
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

  private static OrtSession createSession(OrtEnvironment environment, ModelFile source)
      throws OrtException {
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      options.setInterOpNumThreads(1);
      // Exceptions report what it would print to standard error.
      options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
      if (source instanceof ModelFile.InMemory memory) {
        return environment.createSession(memory.content(), options);
      }
      return environment.createSession(source.toString(), options);
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
    boolean singleText = false;
    for (NodeInfo input : session.getInputInfo().values()) {
      TensorInfo tensor = checkInput(input);
      inputs.put(input.getName(), tensor.type);
      singleText |= tensor.getShape()[0] == 1;
    }
    if (!inputs.containsKey(IDS)) {
      throw unsupported("it has no input " + IDS);
    }
    this.requiresSingleTextRuns =
        singleText || graph.quantisesDynamically() || !inputs.containsKey(MASK);
  }

  private TensorInfo checkInput(NodeInfo input) {
    String name = input.getName();
    if (!name.equals(IDS) && !name.equals(MASK) && !name.equals(TYPES)) {
      throw unsupported("it has an unknown input " + name);
    }
    if (!(input.getInfo() instanceof TensorInfo tensor)
        || (tensor.type != OnnxJavaType.INT64 && tensor.type != OnnxJavaType.INT32)
        || tensor.getShape().length != 2) {
      throw unsupported("its input " + name + " is not a matrix of integers: " + input.getInfo());
    }
    if (tensor.getShape()[0] > 1 || tensor.getShape()[1] > 0) {
      throw unsupported(
          "its input " + name + " has the fixed shape " + Arrays.toString(tensor.getShape()));
    }
    return tensor;
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
    List<TokenizedText> batch = requiresSingleTextRuns ? List.of(three) : List.of(three, two);
    return run(batch, output, reader);
  }

  /** Runs the model on an input of the maximum length, and fails if it can't take that. */
  void probeLongestInput(String output, int maxInputTokens) {
    int tokens = Math.min(maxInputTokens, MAX_PROBED_TOKENS);
    TokenizedText longest = new TokenizedText(new long[tokens], new long[tokens]);
    try {
      run(List.of(longest), output, (values, shape) -> shape);
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

  /** Returns whether each text needs its own run, since others would change its result. */
  boolean requiresSingleTextRuns() {
    return requiresSingleTextRuns;
  }

  /** Runs the model. Each text needs at least one token. */
  <T> T run(List<TokenizedText> batch, String output, OutputReader<T> reader) throws OrtException {
    int rows = batch.size();
    int width = batch.stream().mapToInt(TokenizedText::length).max().orElseThrow();
    long[] ids = new long[rows * width];
    long[] mask = new long[rows * width];
    long[] types = new long[rows * width];
    for (int row = 0; row < rows; row++) {
      TokenizedText tokens = batch.get(row);
      int from = row * width;
      System.arraycopy(tokens.ids, 0, ids, from, tokens.length());
      System.arraycopy(tokens.types, 0, types, from, tokens.length());
      Arrays.fill(mask, from, from + tokens.length(), 1);
    }
    long[] shape = {rows, width};
    Map<String, OnnxTensor> tensors = new HashMap<>();
    try {
      for (Map.Entry<String, OnnxJavaType> input : inputs.entrySet()) {
        long[] values =
            switch (input.getKey()) {
              case IDS -> ids;
              case MASK -> mask;
              default -> types;
            };
        tensors.put(input.getKey(), tensor(input.getValue(), values, shape));
      }
      try (OrtSession.Result result = session.run(tensors, Set.of(output))) {
        OnnxTensor tensor = (OnnxTensor) result.get(0);
        return reader.read(tensor.getFloatBuffer().array(), tensor.getInfo().getShape());
      }
    } finally {
      OnnxValue.close(tensors);
    }
  }

  private OnnxTensor tensor(OnnxJavaType type, long[] values, long[] shape) throws OrtException {
    if (type == OnnxJavaType.INT64) {
      return OnnxTensor.createTensor(environment, LongBuffer.wrap(values), shape);
    }
    int[] narrow = Arrays.stream(values).mapToInt(value -> (int) value).toArray();
    return OnnxTensor.createTensor(environment, IntBuffer.wrap(narrow), shape);
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
