package io.msgvault.embed.cli.reading;

import java.util.List;
import java.util.Random;

/**
 * Holds the two directions in which vectors differ most: the first two principal components, found
 * by power iteration with deflation. The covariance matrix is never formed: each step multiplies by
 * the centred vectors and by their transpose.
 */
final class PrincipalAxes {
  private static final int MAX_STEPS = 200;
  private static final double TOLERANCE = 1e-7;

  private final double[] mean;
  private final double[] first;
  private final double[] second;

  private PrincipalAxes(double[] mean, double[] first, double[] second) {
    this.mean = mean;
    this.first = first;
    this.second = second;
  }

  /**
   * Finds the axes. They are the same for the same vectors.
   *
   * @param vectors at least one, all of the same dimension
   */
  static PrincipalAxes of(List<float[]> vectors) {
    double[] mean = mean(vectors);
    double[] first = strongest(vectors, mean, new double[mean.length]);
    double[] second = strongest(vectors, mean, first);
    return new PrincipalAxes(mean, first, second);
  }

  /** Returns the place of a vector on the first axis. */
  double x(float[] vector) {
    return dot(vector, mean, first);
  }

  /** Returns the place of a vector on the second axis. */
  double y(float[] vector) {
    return dot(vector, mean, second);
  }

  private static double[] mean(List<float[]> vectors) {
    double[] mean = new double[vectors.get(0).length];
    for (float[] vector : vectors) {
      for (int i = 0; i < mean.length; i++) {
        mean[i] += vector[i] / vectors.size();
      }
    }
    return mean;
  }

  /** Returns the direction of greatest variance that is orthogonal to another one. */
  private static double[] strongest(List<float[]> vectors, double[] mean, double[] other) {
    Random random = new Random(1);
    double[] axis = random.doubles(mean.length, -1, 1).toArray();
    orthonormalize(axis, other);
    for (int step = 0; step < MAX_STEPS; step++) {
      double[] next = new double[axis.length];
      for (float[] vector : vectors) {
        double weight = dot(vector, mean, axis);
        for (int i = 0; i < next.length; i++) {
          next[i] += weight * (vector[i] - mean[i]);
        }
      }
      if (!orthonormalize(next, other)) {
        return axis; // nothing varies in any direction that is left
      }
      double change = distance(next, axis);
      axis = next;
      if (change < TOLERANCE) {
        break;
      }
    }
    return axis;
  }

  private static boolean orthonormalize(double[] vector, double[] unit) {
    double along = 0;
    for (int i = 0; i < vector.length; i++) {
      along += vector[i] * unit[i];
    }
    double squares = 0;
    for (int i = 0; i < vector.length; i++) {
      vector[i] -= along * unit[i];
      squares += vector[i] * vector[i];
    }
    double norm = Math.sqrt(squares);
    if (norm < 1e-12) {
      return false;
    }
    for (int i = 0; i < vector.length; i++) {
      vector[i] /= norm;
    }
    return true;
  }

  private static double distance(double[] a, double[] b) {
    double squares = 0;
    for (int i = 0; i < a.length; i++) {
      squares += (a[i] - b[i]) * (a[i] - b[i]);
    }
    return squares;
  }

  private static double dot(float[] vector, double[] mean, double[] axis) {
    double sum = 0;
    for (int i = 0; i < axis.length; i++) {
      sum += (vector[i] - mean[i]) * axis[i];
    }
    return sum;
  }
}
