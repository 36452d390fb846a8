package io.msgvault.embed.benchmarks;

import java.util.Arrays;
import java.util.Comparator;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Vectors of length 1 in clusters, as those of texts are: some 100 to a cluster, with a cosine of
 * about 0.8 to its centre and of about 0.64 to each other. The same in each run.
 */
final class ClusteredVectors {
  private static final int PER_CLUSTER = 100;
  private static final double SPREAD = 0.75;

  final float[][] vectors;
  final float[][] queries;

  ClusteredVectors(int count, int queries, int dimension) {
    SplittableRandom random = new SplittableRandom(11);
    float[][] centres = new float[Math.max(1, count / PER_CLUSTER)][];
    for (int i = 0; i < centres.length; i++) {
      centres[i] = near(new float[dimension], 1, random);
    }
    this.vectors = near(centres, count, random);
    this.queries = near(centres, queries, random);
  }

  private static float[][] near(float[][] centres, int count, SplittableRandom random) {
    float[][] vectors = new float[count][];
    for (int i = 0; i < count; i++) {
      vectors[i] = near(centres[random.nextInt(centres.length)], SPREAD, random);
    }
    return vectors;
  }

  private static float[] near(float[] centre, double spread, SplittableRandom random) {
    float[] vector = centre.clone();
    double scale = spread / Math.sqrt(centre.length);
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

  /** The numbers of the vectors that are nearest to a query, from 0. */
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
