package io.msgvault.embed.sqlite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.msgvault.embed.EmbedJob;
import io.msgvault.embed.RunOutcome;
import io.msgvault.embed.archive.NewMessage;
import io.msgvault.embed.memory.HashEmbedder;
import io.msgvault.embed.model.BackstopFindings;
import io.msgvault.embed.search.SearchMode;
import io.msgvault.embed.search.SearchRequest;
import io.msgvault.embed.search.Searcher;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Follows the recipe for backups in {@code docs/operations.md}. */
class RestoreTest {
  private static final int MESSAGES = 40;

  @TempDir private Path folder;

  private Path archive() {
    return folder.resolve("mail.db");
  }

  private Path vectors() {
    return folder.resolve("mail-vectors.db");
  }

  private static NewMessage message(int number, String text) {
    return NewMessage.builder("main", "m" + number).text(text).build();
  }

  private void store(int from, int to, String text) {
    try (SqliteArchive archive = SqliteArchive.install(archive())) {
      for (int i = from; i <= to; i++) {
        archive.store(message(i, text + " " + i));
      }
    }
  }

  private void update(long id, String text) {
    try (SqliteArchive archive = SqliteArchive.open(archive())) {
      archive.update(id, "", text, "");
    }
  }

  private interface Work {
    void with(EmbedJob job, Searcher searcher);
  }

  private void withJob(Work work) {
    try (SqliteMessageStore messages = SqliteMessageStore.open(archive());
        SqliteVectorStore vectors = SqliteVectorStore.install(vectors());
        HashEmbedder embedder = new HashEmbedder();
        EmbedJob job = EmbedJob.builder(messages, vectors, embedder).comparedTexts(1).build()) {
      work.with(job, Searcher.builder(messages, vectors, embedder).build());
    }
  }

  /** Copies the archive while another connection has its last commits in the -wal file. */
  private void backUp(Path copy) throws IOException, SQLException {
    try (SqliteMessageStore open = SqliteMessageStore.open(archive());
        SqliteArchive writer = SqliteArchive.open(archive())) {
      writer.store(message(MESSAGES + 1, "only in the log"));
      assertTrue(Files.size(Path.of(archive() + "-wal")) > 0);
      try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + archive());
          Statement statement = connection.createStatement()) {
        statement.execute("VACUUM INTO '" + copy + "'");
      }
      assertNotEquals(0, open.archiveId().getLeastSignificantBits());
    }
  }

  private void restore(Path copy) throws IOException {
    Files.deleteIfExists(Path.of(archive() + "-wal"));
    Files.deleteIfExists(Path.of(archive() + "-shm"));
    Files.copy(copy, archive(), StandardCopyOption.REPLACE_EXISTING);
  }

  /** After the backup, runs embed new texts. After the restore, others are written. */
  @Test
  void backstopAfterRestoreMakesIndexExact() throws Exception {
    Path copy = folder.resolve("backup.db");
    store(1, MESSAGES, "first text");
    withJob((job, searcher) -> assertInstanceOf(RunOutcome.Completed.class, job.runOnce()));
    backUp(copy);
    update(3, "a secret plan");
    update(4, "another plan");
    store(MESSAGES + 2, MESSAGES + 9, "lost by the restore");
    withJob((job, searcher) -> assertInstanceOf(RunOutcome.Completed.class, job.runOnce()));

    restore(copy);
    update(4, "quite another thing");

    withJob(
        (job, searcher) -> {
          assertNotEquals(BackstopFindings.NONE, job.verify());
          assertInstanceOf(RunOutcome.Completed.class, job.runBackstop());
          assertEquals(BackstopFindings.NONE, job.verify());
          assertEquals(MESSAGES + 1, job.coverage().embedded());
          assertEquals(4, first(searcher, "quite another thing"));
          assertEquals(3, first(searcher, "first text 3"));
          assertEquals(MESSAGES + 1, first(searcher, "only in the log"));
        });
  }

  /**
   * Two copies go on from one backup, each with an edit of its own, and both are indexed. No text
   * is compared: the revisions alone tell that the stamp of one stands beside vectors of the other.
   */
  @Test
  void copiesThatArePutBackOneAfterTheOtherAreToldApart() throws Exception {
    Path backup = folder.resolve("backup.db");
    Path other = folder.resolve("other.db");
    store(1, MESSAGES, "first text");
    withJob((job, searcher) -> assertInstanceOf(RunOutcome.Completed.class, job.runOnce()));
    copy(archive(), backup);
    for (int i = 1; i <= MESSAGES; i++) {
      update(i, "one story " + i);
    }
    withJob((job, searcher) -> assertInstanceOf(RunOutcome.Completed.class, job.runOnce()));
    copy(archive(), other);

    restore(backup);
    for (int i = 1; i <= MESSAGES; i++) {
      update(i, "another tale " + i);
    }
    withJob((job, searcher) -> assertInstanceOf(RunOutcome.Completed.class, job.runOnce()));
    restore(other);

    withJob(
        (job, searcher) -> {
          assertEquals(MESSAGES, job.verify().stale());
          assertInstanceOf(RunOutcome.Completed.class, job.runBackstop());
          assertEquals(BackstopFindings.NONE, job.verify());
          assertEquals(3, first(searcher, "one story 3"));
        });
  }

  /** Copies a file that no connection has open, so nothing is beside it. */
  private static void copy(Path file, Path copy) throws IOException {
    assertFalse(Files.exists(Path.of(file + "-wal")));
    Files.copy(file, copy);
  }

  private static long first(Searcher searcher, String question) {
    return searcher
        .search(SearchRequest.of(question).withMode(SearchMode.VECTOR))
        .hits()
        .get(0)
        .messageId();
  }
}
