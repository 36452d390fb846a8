package io.msgvault.embed.benchmarks;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * What a partition of the vectors would save: each is put into the cell of its nearest centroid, as
 * many cells as the root of their number, and a search would look into the cells that are nearest
 * to the query. Prints how many of all vectors are in the cells that it must look into to find so
 * many of the ten nearest. (Spherical k-means on a sample; in search this is an inverted file,
 * IVF.)
 */
final class NearestCells {
  private static final int ITERATIONS = 8;
  private static final int SAMPLE_PER_CELL = 40;
  private static final double[] RECALLS = {0.9, 0.95, 0.99};

  /** One in so many real vectors is a query. */
  private static final int HELD_OUT = 10;

  private static final int CLUSTERED_QUERIES = 100;

  private final int[] cells;
  private final int[] sizes;
  private float[][] centroids;

  private NearestCells(IntFunction<float[]> vectors, int count) {
    int number = (int) Math.sqrt(count);
    SplittableRandom random = new SplittableRandom(4);
    float[][] sample =
        random
            .ints(Math.min(count, number * SAMPLE_PER_CELL), 0, count)
            .mapToObj(vectors)
            .toArray(float[][]::new);
    centroids = random.ints(number, 0, count).mapToObj(vectors).toArray(float[][]::new);
    for (int i = 0; i < ITERATIONS; i++) {
      centroids = improved(sample);
    }
    cells = IntStream.range(0, count).parallel().map(i -> nearest(vectors.apply(i))).toArray();
    sizes = new int[number];
    for (int cell : cells) {
      sizes[cell]++;
    }
  }

  /** Of real vectors; some of them are the queries, and the others what is searched. */
  static void printReal(List<float[]> real, int k) {
    List<float[]> queries = new ArrayList<>();
    List<float[]> rest = new ArrayList<>();
    for (int i = 0; i < real.size(); i++) {
      (i % HELD_OUT == 0 ? queries : rest).add(real.get(i));
    }
    print("real vectors, some held out as queries,", rest::get, rest.size(), queries, k);
  }

  /** Of made vectors. */
  static void printMade(VectorCloud cloud, int count, List<float[]> queries, int k) {
    print("made vectors", i -> cloud.vector(i + 1L), count, queries, k);
  }

  /** Of vectors in clusters of a hundred. */
  static void printClustered(int count, int dimension, int k) {
    MadeVectors clustered = MadeVectors.clustered(count, CLUSTERED_QUERIES, dimension);
    List<float[]> queries = List.of(clustered.queries);
    print("vectors in clusters", i -> clustered.vectors[i], count, queries, k);
  }

  private static void print(
      String name, IntFunction<float[]> vectors, int count, List<float[]> queries, int k) {
    List<Set<Long>> truth = Exact.nearest(i -> vectors.apply((int) i - 1), count, queries, k);
    new NearestCells(vectors, count).print(name, queries, truth);
  }

  private void print(String name, List<float[]> queries, List<Set<Long>> truth) {
    List<Double> shares = new ArrayList<>();
    for (int i = 0; i < queries.size(); i++) {
      int[] passed = passed(queries.get(i));
      truth.get(i).forEach(id -> shares.add(passed[cells[(int) (id - 1)]] / (double) cells.length));
    }
    double[] sorted = shares.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    StringBuilder line = new StringBuilder();
    for (double recall : RECALLS) {
      line.append(
          String.format(
              " %.1f %% for a recall of %.2f,",
              100 * sorted[(int) Math.ceil(recall * sorted.length) - 1], recall));
    }
    System.out.printf(
        "a partition of %,d %s into %d cells would scan%s%n",
        cells.length, name, sizes.length, line.substring(0, line.length() - 1));
  }

  /** For each cell, how many vectors are in it and in those that are nearer to the query. */
  private int[] passed(float[] query) {
    int[] passed = new int[sizes.length];
    int sum = 0;
    for (int cell :
        IntStream.range(0, sizes.length)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> -Exact.dot(query, centroids[i])))
            .toList()) {
      sum += sizes[cell];
      passed[cell] = sum;
    }
    return passed;
  }

  /** The means of the sample's vectors around each centroid; a centroid without any stays. */
  private float[][] improved(float[][] sample) {
    int[] nearest =
        IntStream.range(0, sample.length).parallel().map(i -> nearest(sample[i])).toArray();
    float[][] sums = new float[centroids.length][centroids[0].length];
    for (int i = 0; i < sample.length; i++) {
      for (int j = 0; j < sample[i].length; j++) {
        sums[nearest[i]][j] += sample[i][j];
      }
    }
    for (int cell = 0; cell < sums.length; cell++) {
      float squares = Exact.dot(sums[cell], sums[cell]);
      if (squares == 0) {
        sums[cell] = centroids[cell];
      } else {
        for (int j = 0; j < sums[cell].length; j++) {
          sums[cell][j] /= (float) Math.sqrt(squares);
        }
      }
    }
    return sums;
  }

  private int nearest(float[] vector) {
    int best = 0;
    float most = Float.NEGATIVE_INFINITY;
    for (int cell = 0; cell < centroids.length; cell++) {
      float similarity = Exact.dot(vector, centroids[cell]);
      if (similarity > most) {
        best = cell;
        most = similarity;
      }
    }
    return best;
  }
}
