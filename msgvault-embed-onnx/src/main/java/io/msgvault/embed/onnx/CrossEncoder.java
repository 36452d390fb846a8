package io.msgvault.embed.onnx;

import static io.msgvault.embed.onnx.OnnxSession.rank;

import ai.onnxruntime.OrtException;
import java.util.Arrays;
import java.util.List;

/**
 * Turns the tokens of each pair of a question and a text into a score. Safe for concurrent use, but
 * not after {@link #close}.
 */
final class CrossEncoder implements AutoCloseable {
  private static final String REMEDY =
      "use a cross-encoder that is exported for sequence classification, with the inputs input_ids,"
          + " attention_mask and, if needed, token_type_ids, all of any length, and with the output"
          + " logits of one class or two";

  private final OnnxSession session;
  private final String output;

  /** Loads a model and tests it, also with an input of the maximum length. */
  static CrossEncoder load(ModelFile file, int maxInputTokens, SessionSetup setup) {
    return OnnxSession.load(
        file,
        "a cross-encoder",
        REMEDY,
        setup,
        session -> {
          CrossEncoder model = new CrossEncoder(session);
          session.probeLongestInput(model.output, maxInputTokens);
          return model;
        });
  }

  private CrossEncoder(OnnxSession session) throws OrtException {
    this.session = session;
    if (!session.readsSpecialTokens()) {
      throw session.unsupported("it reads lists of tokens and no pairs");
    }
    this.output =
        session
            .chooseOutput(
                "the logits of each text",
                List.of(
                    node -> rank(node) == 2 && node.getName().equals("logits"),
                    node -> rank(node) == 2))
            .getName();
    probe();
  }

  private void probe() throws OrtException {
    session.probe(output, this::scores);
  }

  /** Returns whether the model works at all, which tells a bad input from a bad state. */
  boolean selfTest() {
    try {
      probe();
      return true;
    } catch (OrtException e) {
      return false;
    }
  }

  /** Returns which pairs may share a run. */
  Sharing sharing() {
    return session.sharing();
  }

  /** Returns a score for each pair, in the same order. */
  double[] score(List<TokenizedText> pairs) throws OrtException {
    return session.run(pairs, output, this::scores);
  }

  /** Returns the only logit of each row, or how far the second of two is above the first. */
  private double[] scores(List<TokenizedText> pairs, float[] logits, long[] shape) {
    int rows = pairs.size();
    boolean fits = shape.length == 2 && shape[0] == rows && (shape[1] == 1 || shape[1] == 2);
    if (!fits) {
      throw session.unsupported(
          "for " + rows + " texts it returns logits of shape " + Arrays.toString(shape));
    }
    int classes = (int) shape[1];
    double[] scores = new double[rows];
    for (int row = 0; row < rows; row++) {
      int last = row * classes + classes - 1;
      scores[row] = classes == 1 ? logits[last] : (double) logits[last] - logits[last - 1];
    }
    return scores;
  }

  @Override
  public void close() {
    session.close();
  }
}
