package io.msgvault.embed.benchmarks;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;

/**
 * Holds the times of searches and their recall.
 *
 * @param millis of each search
 * @param processorMillis of each search, the time that its thread had a processor: waiting while
 *     other work has it is not counted
 * @param recall the share of the true nearest vectors that were found
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record SearchTimings(double[] millis, double[] processorMillis, double recall) {
  /** Searches for each query in a number of rounds, after one round of warm-up. */
  static SearchTimings of(
      List<float[]> queries,
      List<Set<Long>> truth,
      int rounds,
      Function<float[], Set<Long>> search) {
    return alternating(queries, truth, rounds, List.of(search)).get(0);
  }

  /**
   * Does the same as {@link #of} for several ways to search. They get each query in turn, so that
   * other work on the machine slows all of them alike.
   */
  static List<SearchTimings> alternating(
      List<float[]> queries,
      List<Set<Long>> truth,
      int rounds,
      List<Function<float[], Set<Long>>> searches) {
    List<Recorder> recorders =
        searches.stream().map(search -> new Recorder(search, rounds * queries.size())).toList();
    for (int round = -1; round < rounds; round++) {
      for (int i = 0; i < queries.size(); i++) {
        for (Recorder recorder : recorders) {
          recorder.search(queries.get(i), truth.get(i), round * queries.size() + i);
        }
      }
    }
    return recorders.stream().map(Recorder::timings).toList();
  }

  private static final class Recorder {
    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    private final Function<float[], Set<Long>> search;
    private final double[] millis;
    private final double[] processorMillis;
    private long found;
    private long expected;

    Recorder(Function<float[], Set<Long>> search, int searches) {
      this.search = search;
      this.millis = new double[searches];
      this.processorMillis = new double[searches];
    }

    /**
     * @param number below 0 for a search that is not counted
     */
    void search(float[] query, Set<Long> truth, int number) {
      long busy = threads.getCurrentThreadCpuTime();
      long began = System.nanoTime();
      Set<Long> hits = search.apply(query);
      long took = System.nanoTime() - began;
      busy = threads.getCurrentThreadCpuTime() - busy;
      if (number >= 0) {
        millis[number] = took / 1e6;
        processorMillis[number] = busy / 1e6;
        found += truth.stream().filter(hits::contains).count();
        expected += truth.size();
      }
    }

    SearchTimings timings() {
      return new SearchTimings(millis, processorMillis, (double) found / expected);
    }
  }

  double percentile(double percent) {
    return Measurements.percentile(percent, millis);
  }

  /** Measures only the times, if the true nearest are unknown. */
  String times() {
    return String.format(
        Locale.ROOT,
        "p50 %.2f ms (%.2f ms of a processor), p99 %.2f ms",
        percentile(50),
        Measurements.median(processorMillis),
        percentile(99));
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%s, recall@10 %.4f", times(), recall);
  }
}
