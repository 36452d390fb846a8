package io.msgvault.embed.benchmarks;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * Measures the gain and the loss of a partition of the codes (an inverted file, IVF). Each vector
 * belongs to the cell of its nearest centroid. A search counts the differing signs only in the
 * cells nearest to the query. There are as many cells as the root of the number of vectors;
 * spherical k-means on a sample finds the centroids.
 *
 * <p>The number of scanned cells is the smallest that holds the required share of the ten nearest
 * of all queries. It is chosen with the answers known, so no real search can scan fewer.
 */
final class NearestCells {
  private static final int ITERATIONS = 8;
  private static final int SAMPLE_PER_CELL = 40;
  private static final double[] RECALLS = {0.9, 0.95, 0.99};
  private static final int ROUNDS = 5;

  private final IntFunction<float[]> vectors;
  private final int[] cells;
  private final int[] sizes;

  /** The first components of all centroids, then the second ones, and so on. */
  private float[][] components;

  private final CellCodes codes;

  /** Partitions the vectors from 0 on. */
  NearestCells(IntFunction<float[]> vectors, int count) {
    this.vectors = vectors;
    int number = (int) Math.sqrt(count);
    SplittableRandom random = new SplittableRandom(4);
    float[][] sample =
        random
            .ints(Math.min(count, number * SAMPLE_PER_CELL), 0, count)
            .mapToObj(vectors)
            .toArray(float[][]::new);
    components =
        transposed(random.ints(number, 0, count).mapToObj(vectors).toArray(float[][]::new));
    for (int i = 0; i < ITERATIONS; i++) {
      components = refineCentres(sample);
    }
    cells = IntStream.range(0, count).parallel().map(i -> nearest(vectors.apply(i))).toArray();
    sizes = new int[number];
    for (int cell : cells) {
      sizes[cell]++;
    }
    codes = new CellCodes(components.length, vectors, cells, number);
  }

  /**
   * Prints the share that must be scanned to find most of the nearest, and the time for it.
   *
   * @param label a name for the queries
   */
  void print(String label, List<float[]> queries, int k) {
    List<Set<Long>> truth =
        ExactSearch.nearest(i -> vectors.apply((int) i - 1), cells.length, queries, k);
    int[] places =
        IntStream.range(0, queries.size())
            .flatMap(i -> ranksOfCells(queries.get(i), truth.get(i)))
            .sorted()
            .toArray();
    System.out.printf(
        "a partition of %,d vectors into %d cells, asked for %d %s; the signs of all are counted in"
            + " %.2f ms%n",
        cells.length, sizes.length, queries.size(), label, median(queries, codes::countAll));
    for (double recall : RECALLS) {
      int looked = places[(int) Math.ceil(recall * places.length) - 1] + 1;
      System.out.printf(
          "  %.2f of the %d nearest are in %d cells, %.1f %% of the vectors, counted in %.2f ms%n",
          recall,
          k,
          looked,
          100
              * queries.stream()
                  .mapToDouble(query -> scannedShare(query, looked))
                  .average()
                  .orElse(0),
          median(queries, query -> codes.count(query, nearestFirst(query), looked)));
    }
  }

  /** Returns how many cells are nearer than the cell of each of these vectors. */
  private IntStream ranksOfCells(float[] query, Set<Long> nearest) {
    int[] order = nearestFirst(query);
    int[] places = new int[order.length];
    for (int place = 0; place < order.length; place++) {
      places[order[place]] = place;
    }
    return nearest.stream().mapToInt(id -> places[cells[(int) (id - 1)]]);
  }

  /** Returns the share of the vectors in the cells nearest to a query. */
  private double scannedShare(float[] query, int scannedCells) {
    return Arrays.stream(nearestFirst(query))
            .limit(scannedCells)
            .mapToLong(cell -> sizes[cell])
            .sum()
        / (double) cells.length;
  }

  /** Counts the differing signs for a query. */
  private interface Count {
    void count(float[] query);
  }

  private static double median(List<float[]> queries, Count count) {
    double[] millis = new double[ROUNDS * queries.size()];
    for (int i = -queries.size(); i < millis.length; i++) {
      float[] query = queries.get(Math.floorMod(i, queries.size()));
      double took = Measurements.millis(() -> count.count(query));
      if (i >= 0) {
        millis[i] = took;
      }
    }
    return Measurements.median(millis);
  }

  private int[] nearestFirst(float[] query) {
    float[] similarities = similarities(query);
    return IntStream.range(0, similarities.length)
        .boxed()
        .sorted(Comparator.comparingDouble(cell -> -similarities[cell]))
        .mapToInt(Integer::intValue)
        .toArray();
  }

  private int nearest(float[] vector) {
    float[] similarities = similarities(vector);
    int best = 0;
    for (int cell = 1; cell < similarities.length; cell++) {
      if (similarities[cell] > similarities[best]) {
        best = cell;
      }
    }
    return best;
  }

  /**
   * Computes the inner products with all centroids, in an order that the compiler can vectorise.
   */
  private float[] similarities(float[] vector) {
    float[] sums = new float[components[0].length];
    for (int i = 0; i < vector.length; i++) {
      add(vector[i], components[i], sums);
    }
    return sums;
  }

  private static void add(float factor, float[] values, float[] sums) {
    for (int i = 0; i < sums.length; i++) {
      sums[i] += factor * values[i];
    }
  }

  /** Returns the mean of the sample's vectors of each cell; an empty cell keeps its centroid. */
  private float[][] refineCentres(float[][] sample) {
    int[] nearest =
        IntStream.range(0, sample.length).parallel().map(i -> nearest(sample[i])).toArray();
    float[][] means = new float[components[0].length][components.length];
    for (int i = 0; i < sample.length; i++) {
      add(1, sample[i], means[nearest[i]]);
    }
    for (int cell = 0; cell < means.length; cell++) {
      float squares = ExactSearch.dot(means[cell], means[cell]);
      for (int i = 0; i < means[cell].length; i++) {
        means[cell][i] =
            squares == 0 ? components[i][cell] : (float) (means[cell][i] / Math.sqrt(squares));
      }
    }
    return transposed(means);
  }

  private static float[][] transposed(float[][] rows) {
    float[][] columns = new float[rows[0].length][rows.length];
    for (int i = 0; i < rows.length; i++) {
      for (int j = 0; j < columns.length; j++) {
        columns[j][i] = rows[i][j];
      }
    }
    return columns;
  }
}
