package io.msgvault.embed;

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
   * @param whose names the vector in the error, such as {@code message 7} or {@code the query}
   * @param vector the vector
   * @param dimension the dimension it must have
   * @throws InvalidVectorException if its dimension is another, a component is not finite, or its
   *     Euclidean length is zero or beyond the range of a {@code double}
   */
  public static void check(String whose, float[] vector, int dimension) {
    if (vector.length != dimension) {
      throw new InvalidVectorException(
          "the vector of "
              + whose
              + " has dimension "
              + vector.length
              + ", but the generation has "
              + dimension
              + ": embed with the model that the generation was built by");
    }
    double even = 0;
    double odd = 0;
    for (int i = 0; i + 1 < dimension; i += 2) {
      // Two sums, so that one addition need not wait for the other: this runs for every vector.
      even += (double) vector[i] * vector[i];
      odd += (double) vector[i + 1] * vector[i + 1];
    }
    double last = dimension % 2 == 0 ? 0 : vector[dimension - 1];
    double squares = even + odd + last * last;
    if (!(squares > 0) || Double.isInfinite(squares)) {
      throw new InvalidVectorException(
          "the vector of "
              + whose
              + (squares == 0 ? " is zero" : " is not finite")
              + ": no similarity is defined for it");
    }
  }
}
