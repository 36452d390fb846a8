package io.msgvault.embed.onnx;

import static io.msgvault.embed.onnx.OnnxSession.rank;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OrtException;
import io.msgvault.embed.model.Fingerprint;
import java.util.Arrays;
import java.util.List;

/**
 * Turns tokens into one vector for each text. Safe for concurrent use, but not after {@link
 * #close}.
 */
final class OnnxModel implements AutoCloseable {
  private static final String REMEDY =
      "use a sentence-transformer model that is exported with the inputs input_ids,"
          + " attention_mask and, if needed, token_type_ids, all of any length, and with the"
          + " output last_hidden_state or sentence_embedding, or a static model with the inputs"
          + " input_ids and offsets";

  private final OnnxSession session;
  private final String output;
  private final boolean hasPooledOutput;
  private final int dimension;

  /** Loads a model and tests it, also with an input of the maximum length. */
  static OnnxModel load(ModelFile file, int maxInputTokens, SessionSetup setup) {
    return OnnxSession.load(
        file,
        "a sentence-transformer model",
        REMEDY,
        setup,
        session -> {
          OnnxModel model = new OnnxModel(session);
          session.probeLongestInput(model.output, maxInputTokens);
          return model;
        });
  }

  private OnnxModel(OnnxSession session) throws OrtException {
    this.session = session;
    NodeInfo chosen =
        session.chooseOutput(
            "a vector for each text or token",
            List.of(
                node -> rank(node) == 2 && node.getName().equals("sentence_embedding"),
                node -> rank(node) == 3 && node.getName().equals("last_hidden_state"),
                node -> rank(node) == 3,
                node -> rank(node) == 2));
    this.output = chosen.getName();
    this.hasPooledOutput = rank(chosen) == 2;
    this.dimension = probe();
  }

  private int probe() throws OrtException {
    return session.probe(
        output,
        (batch, states, shape) -> {
          checkOutput(batch, shape);
          return (int) shape[shape.length - 1];
        });
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
    return session.digest();
  }

  /** Returns the dimension of the vectors. */
  int dimension() {
    return dimension;
  }

  /** Returns whether the model itself pools, and returns one vector for each text. */
  boolean hasPooledOutput() {
    return hasPooledOutput;
  }

  /** Returns which texts may share a run. */
  Sharing sharing() {
    return session.sharing();
  }

  /** Returns whether a text gets the special tokens of its tokenizer. */
  boolean readsSpecialTokens() {
    return session.readsSpecialTokens();
  }

  /** Returns a vector for each text, in the same order. Each text needs at least one token. */
  List<float[]> embed(List<TokenizedText> texts, Pooling pooling) throws OrtException {
    return session.run(
        texts,
        output,
        (batch, states, shape) -> {
          checkOutput(batch, shape);
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

  private void checkOutput(List<TokenizedText> batch, long[] shape) {
    int rows = batch.size();
    int width = batch.stream().mapToInt(TokenizedText::length).max().orElseThrow();
    boolean fits =
        hasPooledOutput
            ? shape.length == 2 && shape[0] == rows
            : shape.length == 3 && shape[0] == rows && shape[1] == width;
    if (!fits) {
      throw session.unsupported(
          String.format(
              "for %d texts of %d tokens it returns a tensor of shape %s",
              rows, width, Arrays.toString(shape)));
    }
    long last = shape[shape.length - 1];
    if (last < 2 || last > Fingerprint.MAX_DIMENSION) {
      throw session.unsupported("its vectors have dimension " + last);
    }
  }

  @Override
  public void close() {
    session.close();
  }
}
