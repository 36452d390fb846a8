package io.msgvault.embed.sqlite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.msgvault.embed.EmbedJob;
import io.msgvault.embed.archive.NewMessage;
import io.msgvault.embed.embedder.Embedder;
import io.msgvault.embed.embedder.InputType;
import io.msgvault.embed.memory.HashEmbedder;
import io.msgvault.embed.migration.LegacyQueue;
import io.msgvault.embed.migration.LegacyVectors;
import io.msgvault.embed.migration.Migration;
import io.msgvault.embed.migration.MigrationOutcome;
import io.msgvault.embed.model.Generation;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.store.Lease;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Checks that the example of {@code docs/migration.md} does what the page says. */
class SqliteUpgradeExampleTest {
  private static final Path PAGE = Path.of("..", "docs", "migration.md");
  private static final Path SOURCE =
      Path.of("src/test/java/io/msgvault/embed/sqlite/SqliteUpgradeExampleTest.java");
  private static final Pattern SPACE = Pattern.compile("\\s+");

  @Test
  void embedsOnlyMessagesThatWaitedOrHadNoVectors() {
    Embedder embedder = new HashEmbedder();
    try (TempFolder folder = TempFolder.create()) {
      Path mail = folder.file("mail.db");
      Path index = folder.file("mail-vectors.db");
      try (SqliteArchive archive = SqliteArchive.install(mail);
          SqlClient sql = new SqlClient(mail)) {
        sql.run("CREATE TABLE mail_vectors (mail_id INTEGER PRIMARY KEY, embedding BLOB)");
        sql.run("CREATE TABLE pending_embeddings (generation_id INTEGER, message_id INTEGER)");
        for (int i = 1; i <= 5; i++) {
          String text = "number " + i;
          archive.store(NewMessage.builder("main", "m" + i).text(text).build());
          sql.run(
              "INSERT INTO mail_vectors VALUES (?, ?)",
              i,
              SqliteHostTables.blob(embedder.embed(List.of(text), InputType.DOCUMENT).get(0)));
        }
        sql.run("INSERT INTO pending_embeddings VALUES (7, 2), (8, 3)");
      }
      assertBusyWhileAnotherMigrates(mail, index, embedder);
      MigrationOutcome outcome = upgrade(mail, index, embedder);
      assertEquals(new MigrationOutcome.Migrated(1, 4, OptionalLong.of(1)), outcome);
      assertEquals(new MigrationOutcome.AlreadyDone(), upgrade(mail, index, embedder));
      try (SqliteMessageStore messages = SqliteMessageStore.install(mail);
          SqliteVectorStore vectors = SqliteVectorStore.install(index);
          SqlClient sql = new SqlClient(mail)) {
        long active = vectors.active().map(Generation::id).orElseThrow();
        assertTrue(messages.coverage(active, Scope.ALL).complete());
        assertEquals(1, vectors.runs(1).get(0).counts().embedded());
        assertTrue(
            sql.rows("SELECT 1 FROM sqlite_schema WHERE name = 'pending_embeddings'").isEmpty());
      }
    }
  }

  private static void assertBusyWhileAnotherMigrates(Path mail, Path index, Embedder embedder) {
    try (SqliteMessageStore messages = SqliteMessageStore.install(mail);
        SqliteVectorStore vectors = SqliteVectorStore.install(index);
        EmbedJob job = EmbedJob.builder(messages, vectors, embedder).build()) {
      vectors.bind(messages.archiveId());
      vectors.create(job.fingerprint(), messages.reserveGenerationId(0));
      try (Lease lease = vectors.lease(1).orElseThrow()) {
        assertTrue(lease.isHeld());
        assertEquals(new MigrationOutcome.Busy(1), upgrade(mail, index, embedder));
      }
      assertEquals(List.of(), vectors.runs(1));
      assertEquals(0, messages.coverage(1, Scope.ALL).embedded());
    }
  }

  private static MigrationOutcome upgrade(Path mail, Path index, Embedder embedder) {
    // example
    try (SqliteMessageStore messages = SqliteMessageStore.install(mail);
        SqliteVectorStore vectors = SqliteVectorStore.install(index);
        EmbedJob job = EmbedJob.builder(messages, vectors, embedder).build()) {
      Migration migration =
          Migration.of(LegacyVectors.of("mail_vectors", "mail_id", "embedding", job.fingerprint()))
              .withQueue(
                  LegacyQueue.of("pending_embeddings", "message_id")
                      .withGenerationColumn("generation_id", 7));
      MigrationOutcome outcome = messages.migrate(vectors, migration);
      if (outcome instanceof MigrationOutcome.Busy) {
        return outcome; // without a run: call this again later
      }
      job.runOnce();
      // end
      return outcome;
    }
  }

  @Test
  void pageShowsThisCode() throws IOException {
    String source = Files.readString(SOURCE);
    String page = Files.readString(PAGE);
    assertTrue(
        withoutSpace(page)
            .contains(withoutSpace(part(source, "    // example\n", "      // end\n"))),
        "docs/migration.md shows other code");
  }

  private static String part(String text, String from, String to) {
    int start = text.indexOf(from) + from.length();
    return text.substring(start, text.indexOf(to, start));
  }

  private static String withoutSpace(String text) {
    return SPACE.matcher(text).replaceAll("");
  }
}
