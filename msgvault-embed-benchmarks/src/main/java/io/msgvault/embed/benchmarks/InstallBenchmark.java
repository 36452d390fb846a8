package io.msgvault.embed.benchmarks;

/**
 * Measures an installation over a host's own table of a million messages while the host inserts 50
 * a second and reads: the longest that an insertion takes, and the time of the whole.
 */
final class InstallBenchmark implements Bench.Benchmark {
  private static final int MESSAGES = 1_000_000;

  @Override
  public BenchmarkResult run(Scale scale, Workspace workspace) throws InterruptedException {
    Times postgres;
    try (InstallHost host = new PgInstallHost(scale.of(MESSAGES))) {
      postgres = measure(host);
    }
    Times sqlite;
    try (InstallHost host = new SqliteInstallHost(workspace, scale.of(MESSAGES))) {
      sqlite = measure(host);
    }
    return new BenchmarkResult()
        .put("blocked_ms", Math.max(postgres.blocked, sqlite.blocked))
        .put("total_s", Math.max(postgres.total, sqlite.total))
        .put("pg_blocked_ms", postgres.blocked)
        .put("pg_total_s", postgres.total)
        .put("sqlite_blocked_ms", sqlite.blocked)
        .put("sqlite_total_s", sqlite.total);
  }

  /**
   * What an installation costs.
   *
   * @param blocked the longest time of one insertion, in milliseconds
   * @param total the time of the installation, in seconds
   */
  private record Times(double blocked, double total) {}

  private static Times measure(InstallHost host) throws InterruptedException {
    long messages = host.messages();
    Repetition writes = Repetition.start(host::write);
    Repetition reads = Repetition.start(host::read);
    double writeBefore;
    double readBefore;
    double total;
    try {
      Thread.sleep(Repetition.SETTLING_MILLIS);
      writeBefore = writes.takeLongest();
      readBefore = reads.takeLongest();
      total = Measurements.millis(host::install) / 1e3;
      Thread.sleep(Repetition.SETTLING_MILLIS); // a write that waits has not ended yet
    } finally {
      writes.stop();
      reads.stop();
    }
    Times times = new Times(writes.takeLongest(), total);
    System.out.printf(
        "%s: installed over %,d messages in %.1f s; the longest of %,d insertions took %.1f ms"
            + " (%.1f ms before), the longest of %,d readings %.1f ms (%.1f ms before)%n",
        host.name(),
        messages,
        total,
        writes.count(),
        times.blocked,
        writeBefore,
        reads.count(),
        reads.takeLongest(),
        readBefore);
    if (host.live() != host.messages()) {
      throw new IllegalStateException(
          "the store counts %,d of %,d messages".formatted(host.live(), host.messages()));
    }
    return times;
  }
}
