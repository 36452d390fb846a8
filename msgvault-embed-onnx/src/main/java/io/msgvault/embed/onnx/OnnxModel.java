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
import io.msgvault.embed.model.Fingerprint;
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
 * Runs a model in the ONNX runtime, which turns tokens into one vector for each text. Safe for
 * concurrent use, but not after {@link #close}.
 *
 * <p>A run uses only the calling thread: concurrent runs use the cores better than one run that is
 * spread over them.
 */
final class OnnxModel implements AutoCloseable {
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
  private final OrtEnvironment environment;
  private final OrtSession session;
  private final Map<String, OnnxJavaType> inputs = new HashMap<>();
  private final String output;
  private final boolean hasPooledOutput;
  private final boolean requiresSingleTextRuns;
  private final int dimension;

  /** Loads a model and tests it, also with an input of the maximum length. */
  static OnnxModel load(ModelFile file, int maxInputTokens) {
    try {
      ModelFile source = file.buffered();
      OnnxGraph graph = readGraph(source);
      String digest = FileDigest.of(source, graph.weightFiles());
      OrtEnvironment environment = environment();
      environment.setTelemetry(false);
      OrtSession session = createSession(environment, source);
      try {
        OnnxModel model = new OnnxModel(file.toString(), environment, session, graph, digest);
        model.probeLongestInput(Math.min(maxInputTokens, MAX_PROBED_TOKENS));
        return model;
      } catch (OrtException | RuntimeException e) {
        session.close();
        throw e;
      }
    } catch (OrtException e) {
      throw new EmbedderUnavailableException(
          file
              + " is not a model that the ONNX runtime can run ("
              + message(e)
              + "): use a sentence-transformer model in ONNX format",
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

  private OnnxModel(
      String file, OrtEnvironment environment, OrtSession session, OnnxGraph graph, String digest)
      throws OrtException {
    this.file = file;
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
    NodeInfo chosen = chooseOutput();
    this.output = chosen.getName();
    this.hasPooledOutput = rank(chosen) == 2;
    this.dimension = probe();
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

  private NodeInfo chooseOutput() throws OrtException {
    List<NodeInfo> all = List.copyOf(session.getOutputInfo().values());
    List<Predicate<NodeInfo>> byPreference =
        List.of(
            node -> rank(node) == 2 && node.getName().equals("sentence_embedding"),
            node -> rank(node) == 3 && node.getName().equals("last_hidden_state"),
            node -> rank(node) == 3,
            node -> rank(node) == 2);
    for (Predicate<NodeInfo> preferred : byPreference) {
      for (NodeInfo node : all) {
        if (preferred.test(node)) {
          return node;
        }
      }
    }
    throw unsupported("no output has a vector for each text or token: " + all);
  }

  /** Returns the number of dimensions of a tensor of floats, or -1 for any other output. */
  private static int rank(NodeInfo node) {
    return node.getInfo() instanceof TensorInfo tensor && FLOATS.contains(tensor.type)
        ? tensor.getShape().length
        : -1;
  }

  /** Runs the model on token 0, which every model has, and returns the dimension of its vectors. */
  private int probe() throws OrtException {
    TokenizedText three = new TokenizedText(new long[3], new long[3]);
    TokenizedText two = new TokenizedText(new long[2], new long[2]);
    List<TokenizedText> batch = requiresSingleTextRuns ? List.of(three) : List.of(three, two);
    return run(batch, (states, shape) -> (int) shape[shape.length - 1]);
  }

  private void probeLongestInput(int tokens) {
    TokenizedText longest = new TokenizedText(new long[tokens], new long[tokens]);
    try {
      run(List.of(longest), (states, shape) -> shape);
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

  /** Returns whether the model works at all, which tells a bad input from a bad state. */
  boolean selfTest() {
    try {
      return probe() == dimension;
    } catch (OrtException e) {
      return false;
    }
  }

  /** Returns the digest of the model's files. */
  String digest() {
    return digest;
  }

  /** Returns the dimension of the vectors. */
  int dimension() {
    return dimension;
  }

  /** Returns whether the model itself pools, and returns one vector for each text. */
  boolean hasPooledOutput() {
    return hasPooledOutput;
  }

  /** Returns whether each text needs its own run, since others would change its vector. */
  boolean requiresSingleTextRuns() {
    return requiresSingleTextRuns;
  }

  /** Returns a vector for each text, in the same order. Each text needs at least one token. */
  List<float[]> embed(List<TokenizedText> batch, Pooling pooling) throws OrtException {
    return run(
        batch,
        (states, shape) -> {
          float[][] vectors = new float[batch.size()][dimension];
          int stride = states.length / batch.size();
          for (int row = 0; row < vectors.length; row++) {
            if (hasPooledOutput) {
              System.arraycopy(states, row * stride, vectors[row], 0, dimension);
            } else {
              pooling.pool(states, row * stride, batch.get(row).length(), vectors[row]);
            }
          }
          return List.of(vectors);
        });
  }

  private interface OutputReader<T> {
    T read(float[] states, long[] shape);
  }

  private <T> T run(List<TokenizedText> batch, OutputReader<T> reader) throws OrtException {
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
        OnnxTensor states = (OnnxTensor) result.get(0);
        long[] outputShape = states.getInfo().getShape();
        checkOutput(outputShape, rows, width);
        return reader.read(states.getFloatBuffer().array(), outputShape);
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

  private void checkOutput(long[] shape, int rows, int width) {
    boolean fits =
        hasPooledOutput
            ? shape.length == 2 && shape[0] == rows
            : shape.length == 3 && shape[0] == rows && shape[1] == width;
    if (!fits) {
      throw unsupported(
          String.format(
              "for %d texts of %d tokens it returns a tensor of shape %s",
              rows, width, Arrays.toString(shape)));
    }
    long last = shape[shape.length - 1];
    if (last < 2 || last > Fingerprint.MAX_DIMENSION) {
      throw unsupported("its vectors have dimension " + last);
    }
  }

  /** Returns the message of an error, without the line breaks at its end. */
  static String message(OrtException e) {
    return String.valueOf(e.getMessage()).strip();
  }

  private EmbedderUnavailableException unsupported(String problem) {
    return new EmbedderUnavailableException(
        file
            + " can't embed texts, since "
            + problem
            + ": use a sentence-transformer model that is exported with the inputs input_ids,"
            + " attention_mask and, if needed, token_type_ids, all of any length, and with the"
            + " output last_hidden_state or sentence_embedding");
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
