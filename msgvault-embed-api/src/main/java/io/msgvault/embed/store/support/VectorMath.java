package io.msgvault.embed.store.support;

import io.msgvault.embed.model.InvalidVectorException;

/**
 * Arithmetic on vectors. Components are single precision; every sum is taken in double precision.
 */
public final class VectorMath {
  private VectorMath() {}

  /**
   * Returns the dot product of two vectors of one dimension.
   *
   * <p>It keeps eight sums, so that no addition waits for the one before: backends call it for
   * every vector they compare.
   *
   * @throws IllegalArgumentException if the dimensions differ
   */
  public static double dot(float[] a, float[] b) {
    if (a.length != b.length) {
      throw new IllegalArgumentException(
          "vectors of dimensions " + a.length + " and " + b.length + " have no dot product");
    }
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    double s4 = 0;
    double s5 = 0;
    double s6 = 0;
    double s7 = 0;
    int i = 0;
    for (; i + 8 <= a.length; i += 8) {
      s0 += (double) a[i] * b[i];
      s1 += (double) a[i + 1] * b[i + 1];
      s2 += (double) a[i + 2] * b[i + 2];
      s3 += (double) a[i + 3] * b[i + 3];
      s4 += (double) a[i + 4] * b[i + 4];
      s5 += (double) a[i + 5] * b[i + 5];
      s6 += (double) a[i + 6] * b[i + 6];
      s7 += (double) a[i + 7] * b[i + 7];
    }
    for (; i < a.length; i++) {
      s0 += (double) a[i] * b[i];
    }
    return ((s0 + s1) + (s2 + s3)) + ((s4 + s5) + (s6 + s7));
  }

  /** Returns the Euclidean length of a vector. */
  public static double norm(float[] vector) {
    return Math.sqrt(dot(vector, vector));
  }

  /**
   * Returns the cosine of the angle between two valid vectors of one dimension, -1 to 1.
   *
   * @throws IllegalArgumentException if the dimensions differ
   */
  public static double cosine(float[] a, float[] b) {
    return cosine(a, norm(a), b, norm(b));
  }

  /**
   * Returns the cosine of the angle between two valid vectors whose lengths are known, -1 to 1.
   *
   * @param normA the length of {@code a}, from {@link #norm}
   * @param normB the length of {@code b}
   * @throws IllegalArgumentException if the dimensions differ
   */
  public static double cosine(float[] a, double normA, float[] b, double normB) {
    return Math.max(-1, Math.min(1, dot(a, b) / (normA * normB)));
  }

  /** Returns a new vector of length 1 in the direction of a valid one. */
  public static float[] normalize(float[] vector) {
    double norm = norm(vector);
    float[] unit = new float[vector.length];
    for (int i = 0; i < unit.length; i++) {
      unit[i] = (float) (vector[i] / norm);
    }
    return unit;
  }

  /**
   * Returns whether a vector has a direction: every component is finite, and its length is neither
   * zero nor beyond the range of a {@code double}.
   */
  public static boolean hasDirection(float[] vector) {
    double squares = dot(vector, vector);
    return squares > 0 && !Double.isInfinite(squares);
  }

  /**
   * Requires that a vector has a {@linkplain #hasDirection direction} and the dimension of its
   * generation (VS-7).
   *
   * @param owner names the vector in the error, such as {@code message 7} or {@code the query}
   * @param vector the vector
   * @param dimension the dimension it must have
   * @throws InvalidVectorException if it does not
   */
  public static void requireValid(String owner, float[] vector, int dimension) {
    if (vector.length != dimension) {
      throw new InvalidVectorException(
          "the vector of "
              + owner
              + " has dimension "
              + vector.length
              + ", but the generation has "
              + dimension
              + ": embed with the model that the generation was built with");
    }
    double squares = dot(vector, vector);
    if (!(squares > 0) || Double.isInfinite(squares)) {
      throw new InvalidVectorException(
          "the vector of "
              + owner
              + (squares == 0 ? " is zero" : " is not finite")
              + ": no similarity is defined for it");
    }
  }
}
