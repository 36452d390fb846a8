package io.msgvault.embed.search;

import io.msgvault.embed.store.support.VectorMath;
import java.util.List;

/**
 * Tells what a cosine of one question means, by its cosines with a sample of the archive.
 *
 * <p>Models differ in where their cosines lie: those of one crowd near 0.8, those of another spread
 * around 0.1. So do questions: those in a language that the model does not know come close to
 * everything. What matters is how far a cosine is above the mean, and how far the others spread
 * around it.
 *
 * @param mean the mean of the cosines, below 1
 * @param deviation their standard deviation, above 0
 */
record CosineScale(double mean, double deviation) {
  /**
   * How many measured cosines the usual spread counts as. It decides while an archive has few
   * vectors, or vectors that are all alike.
   */
  private static final double USUAL_COUNT = 50;

  /** The spread that embedding models usually have, as a share of the room above the mean. */
  private static final double USUAL_SPREAD = 0.13;

  /** How many standard deviations below the mean the cosines end. */
  private static final double DEVIATIONS_TO_LOWEST = 3;

  /** Below this room above the mean, all cosines are 1. */
  private static final double LEAST_ROOM = 1e-3;

  /** The scale of a question whose cosines are not known. */
  static final CosineScale UNKNOWN = new CosineScale(0, USUAL_SPREAD);

  /**
   * Measures the cosines of a question.
   *
   * @param units vectors of length 1, any number
   */
  static CosineScale of(float[] question, List<float[]> units) {
    double norm = VectorMath.norm(question);
    double[] cosines =
        units.stream().mapToDouble(unit -> VectorMath.dot(question, unit) / norm).toArray();
    double sum = 0;
    for (double cosine : cosines) {
      sum += cosine;
    }
    double mean = Math.min(1 - LEAST_ROOM, cosines.length == 0 ? 0 : sum / cosines.length);
    double squares = 0;
    for (double cosine : cosines) {
      squares += (cosine - mean) * (cosine - mean);
    }
    double usual = USUAL_SPREAD * (1 - mean);
    double variance = (squares + USUAL_COUNT * usual * usual) / (cosines.length + USUAL_COUNT);
    return new CosineScale(mean, Math.sqrt(variance));
  }

  /** Returns where a cosine lies between the mean, which is 0, and 1; below 0 if it is below. */
  double relative(double cosine) {
    return (cosine - mean) / (1 - mean);
  }

  /**
   * Returns how far the question stands apart from the archive: the part of the range of cosines
   * that lies above the mean, above 0 and at most 1. The range goes down to where unrelated texts
   * end, which is 0 unless the model's cosines crowd together.
   */
  double distance() {
    double lowest = Math.max(0, mean - DEVIATIONS_TO_LOWEST * deviation);
    return Math.min(1, (1 - mean) / (1 - lowest));
  }
}
