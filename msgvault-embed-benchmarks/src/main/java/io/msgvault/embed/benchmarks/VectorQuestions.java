package io.msgvault.embed.benchmarks;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The questions of a set of vectors, with the true nearest of each. */
final class VectorQuestions {
  private static final int K = 10;
  private static final int WARM_UP = 50;

  /** What a backend found, and in what time. */
  record Answers(double recall, double p50, double p99) {}

  private final float[][] queries;
  private final int[][] nearest;

  VectorQuestions(SyntheticVectors data) {
    queries = data.queries;
    nearest = Arrays.stream(queries).map(query -> data.nearest(query, K)).toArray(int[][]::new);
  }

  /** Asks all questions, one after the other. */
  Answers ask(VectorBackend backend) {
    for (int i = 0; i < Math.min(WARM_UP, queries.length); i++) {
      backend.search(queries[i], K);
    }
    double[] millis = new double[queries.length];
    double found = 0;
    for (int i = 0; i < queries.length; i++) {
      long began = System.nanoTime();
      List<Integer> hits = backend.search(queries[i], K);
      millis[i] = (System.nanoTime() - began) / 1e6;
      Set<Integer> distinct = new HashSet<>(hits);
      found += Arrays.stream(nearest[i]).filter(distinct::contains).count();
    }
    return new Answers(
        found / (queries.length * K),
        Measurements.median(millis),
        Measurements.percentile(99, millis));
  }
}
