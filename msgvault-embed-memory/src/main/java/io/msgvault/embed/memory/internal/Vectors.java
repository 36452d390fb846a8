package io.msgvault.embed.memory.internal;

/** Similarity, computed in full. */
public final class Vectors {
  private Vectors() {}

  /**
   * The cosine of the angle between two vectors of one dimension that are finite and not zero, -1
   * to 1.
   */
  public static double cosine(float[] one, float[] other) {
    double dot = 0;
    double squares = 0;
    double otherSquares = 0;
    for (int i = 0; i < one.length; i++) {
      dot += (double) one[i] * other[i];
      squares += (double) one[i] * one[i];
      otherSquares += (double) other[i] * other[i];
    }
    return Math.max(-1, Math.min(1, dot / (Math.sqrt(squares) * Math.sqrt(otherSquares))));
  }
}
