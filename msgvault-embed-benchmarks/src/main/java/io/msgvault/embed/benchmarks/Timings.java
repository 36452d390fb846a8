package io.msgvault.embed.benchmarks;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;

/**
 * How long searches took and how much of the truth they found.
 *
 * @param millis of each search
 * @param recall the share of the true nearest that were found
 * @param firstMillis the first search, which may have to load something
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Timings(double[] millis, double recall, double firstMillis) {
  /** Searches for each query, in as many rounds; one more before them is not counted. */
  static Timings of(
      List<float[]> queries,
      List<Set<Long>> truth,
      int rounds,
      Function<float[], Set<Long>> search,
      double firstMillis) {
    double[] millis = new double[rounds * queries.size()];
    long found = 0;
    long wanted = 0;
    for (int round = -1; round < rounds; round++) {
      for (int i = 0; i < queries.size(); i++) {
        long began = System.nanoTime();
        Set<Long> hits = search.apply(queries.get(i));
        double took = (System.nanoTime() - began) / 1e6;
        if (round >= 0) {
          millis[round * queries.size() + i] = took;
          found += truth.get(i).stream().filter(hits::contains).count();
          wanted += truth.get(i).size();
        }
      }
    }
    return new Timings(millis, (double) found / wanted, firstMillis);
  }

  double percentile(double percent) {
    return Rounds.percentile(percent, millis);
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "p50 %.2f ms, p99 %.2f ms, recall@10 %.4f, first search %.0f ms",
        percentile(50),
        percentile(99),
        recall,
        firstMillis);
  }
}
