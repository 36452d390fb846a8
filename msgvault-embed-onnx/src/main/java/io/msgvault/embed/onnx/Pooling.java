package io.msgvault.embed.onnx;

/**
 * How the vectors of a text's tokens become the one vector of the text. The model's card says which
 * one it was trained with; another gives vectors that look right and rank badly.
 */
public enum Pooling {
  /** The mean over all tokens, the added ones included: the sentence-transformers' usual choice. */
  MEAN {
    @Override
    void pool(float[] states, int from, int tokens, float[] vector) {
      int dimension = vector.length;
      for (int token = 0; token < tokens; token++) {
        int at = from + token * dimension;
        for (int i = 0; i < dimension; i++) {
          vector[i] += states[at + i];
        }
      }
      for (int i = 0; i < dimension; i++) {
        vector[i] /= tokens;
      }
    }
  },
  /**
   * The vector of the first token, which for such a model is one that the tokenizer adds ({@code
   * [CLS]}).
   */
  CLS {
    @Override
    void pool(float[] states, int from, int tokens, float[] vector) {
      System.arraycopy(states, from, vector, 0, vector.length);
    }
  };

  /**
   * Pools the token vectors that start at {@code from}, one after another, into a vector of zeros.
   */
  abstract void pool(float[] states, int from, int tokens, float[] vector);
}
