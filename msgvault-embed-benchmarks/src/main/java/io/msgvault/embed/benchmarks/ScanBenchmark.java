package io.msgvault.embed.benchmarks;

import io.msgvault.embed.EmbedJob;
import io.msgvault.embed.RunOutcome;

/**
 * Measures an idle run and a count of the coverage, in SQLite and in PostgreSQL. One archive is
 * small, and one is a hundred times as large.
 */
final class ScanBenchmark implements Bench.Benchmark {
  private static final int WARM_UP_RUNS = 300;
  private static final int ROUNDS = 101;

  @Override
  public BenchmarkResult run(Scale scale, Workspace workspace) {
    int few = scale.of(10_000);
    int many = scale.of(1_000_000);
    Costs sqlite;
    try (SqliteScanArchive small = new SqliteScanArchive(workspace, few);
        SqliteScanArchive large = new SqliteScanArchive(workspace, many)) {
      sqlite = measure("SQLite", small.job(), few, large.job(), many);
    }
    Costs postgres;
    try (PgScanArchive small = new PgScanArchive(few);
        PgScanArchive large = new PgScanArchive(many)) {
      postgres = measure("PostgreSQL", small.job(), few, large.job(), many);
    }
    return new BenchmarkResult()
        .put("idle_ratio", Math.max(sqlite.idleRatio(), postgres.idleRatio()))
        .put("idle_ms", Math.max(sqlite.idleLarge, postgres.idleLarge))
        .put("coverage_ms", Math.max(sqlite.coverage, postgres.coverage));
  }

  /** The medians in milliseconds. */
  private record Costs(double idleSmall, double idleLarge, double coverage) {
    double idleRatio() {
      return idleLarge / idleSmall;
    }
  }

  private static Costs measure(String store, EmbedJob small, int few, EmbedJob large, int many) {
    for (int i = 0; i < WARM_UP_RUNS; i++) {
      idle(small);
      idle(large);
    }
    double[] idleSmall = new double[ROUNDS];
    double[] idleLarge = new double[ROUNDS];
    double[] coverage = new double[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
      idleSmall[i] = Measurements.millis(() -> idle(small));
      idleLarge[i] = Measurements.millis(() -> idle(large));
      coverage[i] = Measurements.millis(() -> coverage(large, many));
    }
    Costs costs =
        new Costs(
            Measurements.median(idleSmall),
            Measurements.median(idleLarge),
            Measurements.median(coverage));
    System.out.printf(
        "%s, medians of %d rounds: idle run %.3f ms over %,d messages, %.3f ms over %,d (ratio %.2f); coverage %.3f ms%n",
        store,
        ROUNDS,
        costs.idleSmall,
        few,
        costs.idleLarge,
        many,
        costs.idleRatio(),
        costs.coverage);
    return costs;
  }

  private static void idle(EmbedJob job) {
    RunOutcome outcome = job.runOnce();
    if (!(outcome instanceof RunOutcome.Idle)) {
      throw new IllegalStateException("the run was not idle: " + outcome);
    }
  }

  private static void coverage(EmbedJob job, int messages) {
    if (job.coverage().embedded() != messages) {
      throw new IllegalStateException("not all is embedded: " + job.coverage());
    }
  }
}
