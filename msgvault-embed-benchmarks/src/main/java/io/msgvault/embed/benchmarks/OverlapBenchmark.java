package io.msgvault.embed.benchmarks;

import io.msgvault.embed.EmbedJob;
import io.msgvault.embed.RunOutcome;
import io.msgvault.embed.http.HttpEmbedder;
import io.msgvault.embed.sqlite.SqliteMessageStore;
import io.msgvault.embed.sqlite.SqliteVectorStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/**
 * Measures how much time a run adds to that of its embedder: 50 ms for each request, batches of 32,
 * 8 concurrent requests. Also measures how much longer a run takes at an endpoint whose load it has
 * to find out than with the best settings.
 */
final class OverlapBenchmark implements Bench.Benchmark {
  private static final int MILLIS = 50;
  private static final int IN_FLIGHT = 8;
  private static final int ROUNDS = 3;

  /** Settings of which one is the best. */
  private static final List<Tuned> TUNED =
      List.of(
          new Tuned(8, 32),
          new Tuned(16, 32),
          new Tuned(24, 32),
          new Tuned(32, 32),
          new Tuned(8, 64),
          new Tuned(16, 64),
          new Tuned(8, 128),
          new Tuned(16, 128),
          new Tuned(8, 256));

  /** The threads for requests and writes. */
  private static final int THREADS = IN_FLIGHT + 2;

  @Override
  public BenchmarkResult run(Scale scale, Workspace workspace) throws IOException {
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
    return new BenchmarkResult()
        .put("ratio", Measurements.median(ratios))
        .put("knee_ratio", kneeRatio(archive, workspace, messages));
  }

  /** The settings of an embedder. */
  private record Tuned(int concurrency, int batchSize) {}

  /** Compares default settings with the best fixed ones, in turn. */
  private static double kneeRatio(Path archive, Workspace workspace, int messages)
      throws IOException {
    double[] ratios = new double[ROUNDS];
    try (KneeEndpoint endpoint = new KneeEndpoint()) {
      Supplier<HttpEmbedder.Builder> untuned =
          () -> HttpEmbedder.builder(endpoint.uri(), "knee").dimension(KneeEndpoint.DIMENSION);
      millis(archive, workspace.path("warm-up.db"), messages, untuned.get());
      Tuned best = TUNED.get(0);
      double least = Double.MAX_VALUE;
      for (Tuned tuned : TUNED) {
        double millis = millis(archive, workspace.path(tuned + ".db"), messages, tuned, untuned);
        System.out.printf("at an endpoint: %.0f ms with %s%n", millis, tuned);
        if (millis < least) {
          best = tuned;
          least = millis;
        }
      }
      for (int round = 0; round < ROUNDS; round++) {
        double tuned =
            millis(archive, workspace.path("tuned-" + round + ".db"), messages, best, untuned);
        double found =
            millis(archive, workspace.path("found-" + round + ".db"), messages, untuned.get());
        ratios[round] = found / tuned;
        System.out.printf(
            "at an endpoint: %.0f ms with the best of them, %.0f ms without settings, ratio %.3f%n",
            tuned, found, ratios[round]);
      }
    }
    return Measurements.median(ratios);
  }

  private static double millis(
      Path archive, Path index, int messages, Tuned tuned, Supplier<HttpEmbedder.Builder> untuned) {
    return millis(
        archive,
        index,
        messages,
        untuned.get().concurrency(tuned.concurrency).batchSize(tuned.batchSize));
  }

  /** Returns how long a run takes with a new embedder. */
  private static double millis(
      Path archive, Path index, int messages, HttpEmbedder.Builder builder) {
    ExecutorService pool = Executors.newCachedThreadPool();
    try (SqliteMessageStore store = SqliteMessageStore.open(archive);
        SqliteVectorStore vectors = SqliteVectorStore.install(index);
        HttpEmbedder embedder = builder.build();
        EmbedJob job = EmbedJob.builder(store, vectors, embedder).executor(pool).build()) {
      long began = System.nanoTime();
      requireAll(job.runOnce(), messages);
      return (System.nanoTime() - began) / 1e6;
    } finally {
      pool.shutdown();
    }
  }

  private static RunOutcome.Completed requireAll(RunOutcome outcome, int messages) {
    if (outcome instanceof RunOutcome.Completed completed
        && completed.counts().embedded() == messages) {
      return completed;
    }
    throw new IllegalStateException("not all was embedded: " + outcome);
  }

  private static double round(Path archive, Path index, int messages) {
    ExecutorService pool = Executors.newFixedThreadPool(THREADS);
    try (SqliteMessageStore store = SqliteMessageStore.open(archive);
        SqliteVectorStore vectors = SqliteVectorStore.install(index);
        CannedEmbedder embedder = new CannedEmbedder(384, MILLIS, IN_FLIGHT);
        EmbedJob job = EmbedJob.builder(store, vectors, embedder).executor(pool).build()) {
      long began = System.nanoTime();
      RunOutcome.Completed completed = requireAll(job.runOnce(), messages);
      double wall = (System.nanoTime() - began) / 1e6;
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
