package io.msgvault.embed.benchmarks;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;

/**
 * How long searches took and how much of the truth they found.
 *
 * @param millis of each search
 * @param processorMillis of each search, the time that its thread had a processor: what is left of
 *     {@code millis} when other work waits for the same processors is not counted
 * @param recall the share of the true nearest that were found
 * @param firstMillis the first search, which may have to load something
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Timings(double[] millis, double[] processorMillis, double recall, double firstMillis) {
  /** Searches for each query, in as many rounds; one more before them is not counted. */
  static Timings of(
      List<float[]> queries,
      List<Set<Long>> truth,
      int rounds,
      Function<float[], Set<Long>> search,
      double firstMillis) {
    ThreadMXBean thread = ManagementFactory.getThreadMXBean();
    double[] millis = new double[rounds * queries.size()];
    double[] processor = new double[millis.length];
    long found = 0;
    long wanted = 0;
    for (int round = -1; round < rounds; round++) {
      for (int i = 0; i < queries.size(); i++) {
        long busy = thread.getCurrentThreadCpuTime();
        long began = System.nanoTime();
        Set<Long> hits = search.apply(queries.get(i));
        double took = (System.nanoTime() - began) / 1e6;
        if (round >= 0) {
          millis[round * queries.size() + i] = took;
          processor[round * queries.size() + i] = (thread.getCurrentThreadCpuTime() - busy) / 1e6;
          found += truth.get(i).stream().filter(hits::contains).count();
          wanted += truth.get(i).size();
        }
      }
    }
    return new Timings(millis, processor, (double) found / wanted, firstMillis);
  }

  double percentile(double percent) {
    return Rounds.percentile(percent, millis);
  }

  /** The times alone, for where there is nothing to hold the recall against. */
  String times() {
    return String.format(
        Locale.ROOT,
        "p50 %.2f ms (%.2f ms of a processor), p99 %.2f ms",
        percentile(50),
        Rounds.median(processorMillis),
        percentile(99));
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%s, recall@10 %.4f", times(), recall);
  }
}
