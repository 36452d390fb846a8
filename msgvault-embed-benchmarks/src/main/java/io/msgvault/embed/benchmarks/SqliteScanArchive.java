package io.msgvault.embed.benchmarks;

import io.msgvault.embed.EmbedJob;
import io.msgvault.embed.RunOutcome;
import io.msgvault.embed.sqlite.SqliteMessageStore;
import io.msgvault.embed.sqlite.SqliteVectorStore;
import java.nio.file.Path;

/** An archive in SQLite files whose index is complete. */
final class SqliteScanArchive implements AutoCloseable {
  private static final int DIMENSION = 8;
  private static final int WORDS = 20;

  private final SqliteMessageStore store;
  private final SqliteVectorStore vectors;
  private final EmbedJob job;

  SqliteScanArchive(Workspace workspace, int messages) {
    Path archive = workspace.path("archive-" + messages + ".db");
    double stored = Measurements.millis(() -> SyntheticMail.store(archive, messages, WORDS));
    store = SqliteMessageStore.open(archive);
    vectors = SqliteVectorStore.install(workspace.path("vectors-" + messages + ".db"));
    job = EmbedJob.builder(store, vectors, new CannedEmbedder(DIMENSION)).build();
    double filled =
        Measurements.millis(
            () -> {
              RunOutcome outcome = job.runOnce();
              if (!(outcome instanceof RunOutcome.Completed)) {
                throw new IllegalStateException("the archive was not filled: " + outcome);
              }
            });
    System.out.printf(
        "SQLite: %,d messages stored in %.1f s, filled in %.1f s%n",
        messages, stored / 1e3, filled / 1e3);
  }

  EmbedJob job() {
    return job;
  }

  @Override
  public void close() {
    job.close();
    vectors.close();
    store.close();
  }
}
