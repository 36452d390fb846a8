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

/**
 * A model in the ONNX runtime: tokens in, one vector for each text out. Safe for concurrent use,
 * but not after {@link #close}.
 *
 * <p>A run uses the thread it is called on and no other: runs side by side keep the cores busier
 * than one run that is spread over them.
 */
final class OnnxModel implements AutoCloseable {
  private static final String IDS = "input_ids";
  private static final String MASK = "attention_mask";
  private static final String TYPES = "token_type_ids";
  private static final Set<OnnxJavaType> FLOATS =
      Set.of(OnnxJavaType.FLOAT, OnnxJavaType.FLOAT16, OnnxJavaType.BFLOAT16);

  /** Models that can take more rarely have a limit, and a longer try takes seconds. */
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

  /** Loads a model and tries it, also on an input as long as it must take. */
  static OnnxModel load(ModelFile file, int maxInputTokens) {
    try {
      ModelFile source = file.buffered();
      OnnxGraph graph = readGraph(source);
      String digest = FileDigest.of(source, graph.weightFiles());
      OrtEnvironment environment = OrtEnvironment.getEnvironment();
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
              + " is no model that the ONNX runtime can run ("
              + message(e)
              + "): name a sentence-transformer model in ONNX format",
          e);
    } catch (IOException e) {
      throw file.unreadable(e, "an ONNX file that exists and may be read");
    } catch (LinkageError e) {
      throw new EmbedderUnavailableException(
          "the ONNX runtime's native library can't be loaded ("
              + e
              + "): use a platform that the onnxruntime jar has one for",
          e);
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
      // What it would print to standard error comes as an exception too.
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
    boolean oneText = false;
    for (NodeInfo input : session.getInputInfo().values()) {
      TensorInfo tensor = checkInput(input);
      inputs.put(input.getName(), tensor.type);
      oneText |= tensor.getShape()[0] == 1;
    }
    if (!inputs.containsKey(IDS)) {
      throw unsupported("it has no input " + IDS);
    }
    this.requiresSingleTextRuns =
        oneText || graph.quantisesDynamically() || !inputs.containsKey(MASK);
    NodeInfo chosen = chooseOutput();
    this.output = chosen.getName();
    this.hasPooledOutput = rank(chosen) == 2;
    this.dimension = probe();
  }

  private TensorInfo checkInput(NodeInfo input) {
    String name = input.getName();
    if (!name.equals(IDS) && !name.equals(MASK) && !name.equals(TYPES)) {
      throw unsupported("it wants an input " + name);
    }
    if (!(input.getInfo() instanceof TensorInfo tensor)
        || (tensor.type != OnnxJavaType.INT64 && tensor.type != OnnxJavaType.INT32)
        || tensor.getShape().length != 2) {
      throw unsupported("its input " + name + " is no matrix of integers: " + input.getInfo());
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
    for (Predicate<NodeInfo> wanted : byPreference) {
      for (NodeInfo node : all) {
        if (wanted.test(node)) {
          return node;
        }
      }
    }
    throw unsupported("none of its outputs holds floats for texts or for their tokens: " + all);
  }

  /** The number of dimensions of a tensor of floats, -1 for another output. */
  private static int rank(NodeInfo node) {
    return node.getInfo() instanceof TensorInfo tensor && FLOATS.contains(tensor.type)
        ? tensor.getShape().length
        : -1;
  }

  /** A run that is known to work, on the token that every model has; returns the dimension. */
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
              + "): set longestInput to what the model takes",
          e);
    }
  }

  /** Whether it works at all: tells a bad input from a bad state. */
  boolean selfTest() {
    try {
      return probe() == dimension;
    } catch (OrtException e) {
      return false;
    }
  }

  /** The digest of its files. */
  String digest() {
    return digest;
  }

  /** The dimension of its vectors. */
  int dimension() {
    return dimension;
  }

  /** Whether it gives one vector for each text of its own, so that none are left to be pooled. */
  boolean hasPooledOutput() {
    return hasPooledOutput;
  }

  /** Whether a text's vector would depend on its neighbours, so that each must run by itself. */
  boolean requiresSingleTextRuns() {
    return requiresSingleTextRuns;
  }

  /**
   * One vector for each text, in order, as the model makes them; each text has at least one token.
   */
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

  private <T> T run(List<TokenizedText> batch, OutputReader<T> reading) throws OrtException {
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
        long[] answered = states.getInfo().getShape();
        checkOutput(answered, rows, width);
        return reading.read(states.getFloatBuffer().array(), answered);
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
              "it answers %d texts of %d tokens with a tensor %s",
              rows, width, Arrays.toString(shape)));
    }
    long last = shape[shape.length - 1];
    if (last < 2 || last > Fingerprint.MAX_DIMENSION) {
      throw unsupported("its vectors have dimension " + last);
    }
  }

  /** What the runtime says, without the line breaks that it ends with. */
  static String message(OrtException e) {
    return String.valueOf(e.getMessage()).strip();
  }

  private EmbedderUnavailableException unsupported(String problem) {
    return new EmbedderUnavailableException(
        file
            + " can't embed texts, for "
            + problem
            + ": name a sentence-transformer model, exported with the inputs input_ids,"
            + " attention_mask and, if need be, token_type_ids, all of any length, and the output"
            + " last_hidden_state or sentence_embedding");
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
