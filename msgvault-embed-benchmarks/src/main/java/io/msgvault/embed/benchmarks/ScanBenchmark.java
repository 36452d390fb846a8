package io.msgvault.embed.benchmarks;

import io.msgvault.embed.EmbedJob;
import io.msgvault.embed.RunOutcome;
import io.msgvault.embed.sqlite.SqliteMessageStore;
import io.msgvault.embed.sqlite.SqliteVectorStore;
import java.nio.file.Path;

/**
 * What an idle run and a count of the coverage cost, on a small archive and on one a hundred times
 * as large.
 */
final class ScanBenchmark implements Bench.Benchmark {
  private static final int DIMENSION = 8;
  private static final int WARM_UP = 300;
  private static final int ROUNDS = 101;

  @Override
  public Figures run(Scale scale, Workspace workspace) {
    try (Archive small = new Archive(workspace, scale.of(10_000));
        Archive large = new Archive(workspace, scale.of(1_000_000))) {
      for (int i = 0; i < WARM_UP; i++) {
        small.idle();
        large.idle();
      }
      double[] idleSmall = new double[ROUNDS];
      double[] idleLarge = new double[ROUNDS];
      double[] coverage = new double[ROUNDS];
      for (int i = 0; i < ROUNDS; i++) {
        idleSmall[i] = Rounds.millis(small::idle);
        idleLarge[i] = Rounds.millis(large::idle);
        coverage[i] = Rounds.millis(large::coverage);
      }
      System.out.printf(
          "SQLite, medians of %d rounds: idle run %.3f ms over %,d messages, %.3f ms over %,d; coverage %.1f ms%n",
          ROUNDS,
          Rounds.median(idleSmall),
          small.messages,
          Rounds.median(idleLarge),
          large.messages,
          Rounds.median(coverage));
      return new Figures()
          .put("idle_ratio", Rounds.median(idleLarge) / Rounds.median(idleSmall))
          .put("idle_ms", Rounds.median(idleLarge))
          .put("coverage_ms", Rounds.median(coverage));
    }
  }

  /** An archive whose index is complete. */
  private static final class Archive implements AutoCloseable {
    private final int messages;
    private final SqliteMessageStore store;
    private final SqliteVectorStore vectors;
    private final EmbedJob job;

    Archive(Workspace workspace, int messages) {
      this.messages = messages;
      Path archive = workspace.path("archive-" + messages + ".db");
      double stored = Rounds.millis(() -> SyntheticMail.store(archive, messages, 20));
      store = SqliteMessageStore.open(archive);
      vectors = SqliteVectorStore.open(workspace.path("vectors-" + messages + ".db"));
      job = EmbedJob.builder(store, vectors, new FreeEmbedder(DIMENSION)).build();
      double filled =
          Rounds.millis(
              () -> {
                RunOutcome outcome = job.runOnce();
                if (!(outcome instanceof RunOutcome.Completed)) {
                  throw new IllegalStateException("the archive was not filled: " + outcome);
                }
              });
      System.out.printf(
          "%,d messages stored in %.1f s, filled in %.1f s%n",
          messages, stored / 1e3, filled / 1e3);
    }

    void idle() {
      RunOutcome outcome = job.runOnce();
      if (!(outcome instanceof RunOutcome.Idle)) {
        throw new IllegalStateException("the run was not idle: " + outcome);
      }
    }

    void coverage() {
      if (job.coverage().embedded() != messages) {
        throw new IllegalStateException("not all is embedded: " + job.coverage());
      }
    }

    @Override
    public void close() {
      job.close();
      vectors.close();
      store.close();
    }
  }
}
