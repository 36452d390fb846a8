package io.msgvault.embed.benchmarks;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Generates vectors of length 1, the same in each run, and queries of the same kind. */
final class SyntheticVectors {
  private static final int VECTORS_PER_CLUSTER = 100;
  private static final double SPREAD = 0.75;

  final float[][] vectors;
  final float[][] queries;

  private SyntheticVectors(float[][] vectors, float[][] queries) {
    this.vectors = vectors;
    this.queries = queries;
  }

  /**
   * Returns vectors in clusters, as those of texts are. About 100 are in a cluster, with a cosine
   * of about 0.8 to its centre and about 0.64 to each other.
   */
  static SyntheticVectors clustered(int count, int queries, int dimension) {
    SplittableRandom random = new SplittableRandom(11);
    float[][] origin = {new float[dimension]};
    float[][] centres = near(origin, Math.max(1, count / VECTORS_PER_CLUSTER), random);
    return new SyntheticVectors(near(centres, count, random), near(centres, queries, random));
  }

  /** Returns vectors that resemble the real ones from which they are derived. */
  static SyntheticVectors resembling(List<float[]> real, int count, int queries) {
    PerturbedVectors cloud = new PerturbedVectors(real, 1);
    PerturbedVectors questions = new PerturbedVectors(real, 2);
    return new SyntheticVectors(
        IntStream.range(0, count).mapToObj(cloud::vector).toArray(float[][]::new),
        IntStream.range(0, queries).mapToObj(questions::vector).toArray(float[][]::new));
  }

  /**
   * Returns vectors that are uniform in all directions, unlike those of any model: the nearest are
   * hardly nearer than the rest.
   */
  static SyntheticVectors uniform(int count, int queries, int dimension) {
    SplittableRandom random = new SplittableRandom(12);
    float[][] origin = {new float[dimension]};
    return new SyntheticVectors(near(origin, count, random), near(origin, queries, random));
  }

  private static float[][] near(float[][] centres, int count, SplittableRandom random) {
    float[][] vectors = new float[count][];
    for (int i = 0; i < count; i++) {
      vectors[i] = near(centres[random.nextInt(centres.length)], random);
    }
    return vectors;
  }

  private static float[] near(float[] centre, SplittableRandom random) {
    float[] vector = centre.clone();
    double scale = SPREAD / Math.sqrt(centre.length);
    double squares = 0;
    for (int i = 0; i < vector.length; i++) {
      vector[i] += (float) (scale * random.nextGaussian());
      squares += vector[i] * vector[i];
    }
    for (int i = 0; i < vector.length; i++) {
      vector[i] /= (float) Math.sqrt(squares);
    }
    return vector;
  }

  /** Returns the numbers of the nearest vectors of a query, counted from 0. */
  int[] nearest(float[] query, int k) {
    double[] scores = Arrays.stream(vectors).mapToDouble(vector -> dot(query, vector)).toArray();
    return IntStream.range(0, vectors.length)
        .boxed()
        .sorted(Comparator.comparingDouble((Integer i) -> -scores[i]))
        .limit(k)
        .mapToInt(Integer::intValue)
        .toArray();
  }

  private static double dot(float[] one, float[] other) {
    double sum = 0;
    for (int i = 0; i < one.length; i++) {
      sum += one[i] * other[i];
    }
    return sum;
  }
}
