package io.msgvault.embed.model;

/**
 * A vector does not fit the generation: wrong dimension, a component that is not finite, or all
 * zero. Nothing was written.
 */
public class InvalidVectorException extends EmbedException {

  private InvalidVectorException(String message) {
    super(message);
  }

  /**
   * Checks a vector.
   *
   * @param owner names the vector in the error, such as {@code message 7} or {@code the query}
   * @param vector the vector
   * @param dimension the dimension it must have
   * @throws InvalidVectorException if its dimension is another, a component is not finite, or its
   *     Euclidean length is zero or beyond the range of a {@code double}
   */
  public static void check(String owner, float[] vector, int dimension) {
    if (vector.length != dimension) {
      throw new InvalidVectorException(
          "the vector of "
              + owner
              + " has dimension "
              + vector.length
              + ", but the generation has "
              + dimension
              + ": embed with the model that the generation was built by");
    }
    double squares = squares(vector);
    if (!(squares > 0) || Double.isInfinite(squares)) {
      throw new InvalidVectorException(
          "the vector of "
              + owner
              + (squares == 0 ? " is zero" : " is not finite")
              + ": no similarity is defined for it");
    }
  }

  /**
   * Eight sums, so that one addition need not wait for the other: this runs for every vector, and
   * more than once.
   */
  private static double squares(float[] vector) {
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    double s4 = 0;
    double s5 = 0;
    double s6 = 0;
    double s7 = 0;
    int i = 0;
    for (; i + 8 <= vector.length; i += 8) {
      s0 += (double) vector[i] * vector[i];
      s1 += (double) vector[i + 1] * vector[i + 1];
      s2 += (double) vector[i + 2] * vector[i + 2];
      s3 += (double) vector[i + 3] * vector[i + 3];
      s4 += (double) vector[i + 4] * vector[i + 4];
      s5 += (double) vector[i + 5] * vector[i + 5];
      s6 += (double) vector[i + 6] * vector[i + 6];
      s7 += (double) vector[i + 7] * vector[i + 7];
    }
    for (; i < vector.length; i++) {
      s0 += (double) vector[i] * vector[i];
    }
    return ((s0 + s1) + (s2 + s3)) + ((s4 + s5) + (s6 + s7));
  }
}
