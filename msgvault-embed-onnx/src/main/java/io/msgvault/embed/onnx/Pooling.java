package io.msgvault.embed.onnx;

/**
 * The ways to combine the vectors of tokens into one vector of the text. Use the one that the model
 * was trained with, as its model card says. Others give vectors that look right but rank badly.
 */
public enum Pooling {
  /** The mean of all tokens, including special ones. Most sentence transformers use it. */
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
  /** The vector of the first token, which is a special token of such models ({@code [CLS]}). */
  CLS {
    @Override
    void pool(float[] states, int from, int tokens, float[] vector) {
      System.arraycopy(states, from, vector, 0, vector.length);
    }
  };

  /** Combines the consecutive token vectors from {@code from} on into {@code vector}, all zeros. */
  abstract void pool(float[] states, int from, int tokens, float[] vector);
}
