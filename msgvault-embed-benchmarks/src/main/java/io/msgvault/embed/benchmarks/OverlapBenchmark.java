package io.msgvault.embed.benchmarks;

import io.msgvault.embed.EmbedJob;
import io.msgvault.embed.RunOutcome;
import io.msgvault.embed.sqlite.SqliteMessageStore;
import io.msgvault.embed.sqlite.SqliteVectorStore;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Measures how much time a run adds to that of its embedder: 50 ms for each request, batches of 32,
 * 8 concurrent requests.
 */
final class OverlapBenchmark implements Bench.Benchmark {
  private static final int MILLIS = 50;
  private static final int IN_FLIGHT = 8;
  private static final int ROUNDS = 3;

  /** The threads for requests and writes. */
  private static final int THREADS = IN_FLIGHT + 2;

  @Override
  public BenchmarkResult run(Scale scale, Workspace workspace) {
    int messages = scale.of(50_000);
    Path archive = workspace.path("archive.db");
    SyntheticMail.store(archive, messages, 40);
    double[] ratios = new double[ROUNDS];
    for (int round = -1; round < ROUNDS; round++) {
      double ratio = round(archive, workspace.path("vectors-" + round + ".db"), messages);
      if (round >= 0) { // the first round is the warm-up
        ratios[round] = ratio;
      }
    }
    return new BenchmarkResult().put("ratio", Measurements.median(ratios));
  }

  private static double round(Path archive, Path index, int messages) {
    ExecutorService pool = Executors.newFixedThreadPool(THREADS);
    try (SqliteMessageStore store = SqliteMessageStore.open(archive);
        SqliteVectorStore vectors = SqliteVectorStore.install(index);
        CannedEmbedder embedder = new CannedEmbedder(384, MILLIS, IN_FLIGHT);
        EmbedJob job = EmbedJob.builder(store, vectors, embedder).executor(pool).build()) {
      long began = System.nanoTime();
      RunOutcome outcome = job.runOnce();
      double wall = (System.nanoTime() - began) / 1e6;
      if (!(outcome instanceof RunOutcome.Completed completed)
          || completed.counts().embedded() != messages) {
        throw new IllegalStateException("not all was embedded: " + outcome);
      }
      double bound = Math.ceil((double) completed.counts().requests() / IN_FLIGHT) * MILLIS;
      System.out.printf(
          "%,d messages in %,d requests: %.0f ms, the embedder alone at least %.0f ms, ratio %.3f%n",
          messages, completed.counts().requests(), wall, bound, wall / bound);
      return wall / bound;
    } finally {
      pool.shutdown();
    }
  }
}
