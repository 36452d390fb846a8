package io.msgvault.embed.sqlite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.msgvault.embed.EmbedJob;
import io.msgvault.embed.RunOutcome;
import io.msgvault.embed.archive.NewMessage;
import io.msgvault.embed.memory.HashEmbedder;
import io.msgvault.embed.migration.LegacyQueue;
import io.msgvault.embed.migration.LegacyVectors;
import io.msgvault.embed.migration.MalformedVectorsException;
import io.msgvault.embed.migration.Migration;
import io.msgvault.embed.migration.MigrationOutcome;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.model.StoreException;
import io.msgvault.embed.search.SearchMode;
import io.msgvault.embed.search.SearchRequest;
import io.msgvault.embed.search.Searcher;
import io.msgvault.embed.text.TextPolicy;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Checks where a host's vectors may be, and in which form. */
class SqliteMigrationTest {
  private static final int DIMENSION = 4;
  private static final float[] VECTOR = {1, 2, 3, 4};

  private final TempFolder folder = TempFolder.create();
  private final Path archive = folder.file("mail.db");
  private final Path index = folder.file("vectors.db");
  private final HashEmbedder embedder = new HashEmbedder(DIMENSION, 100);

  @AfterEach
  void clear() {
    folder.close();
  }

  @Test
  void vectorsMayBeJson() {
    fill(3);
    sql(
        archive,
        "CREATE TABLE old (mail INTEGER, vector TEXT)",
        "INSERT INTO old VALUES (1, '[1, 2.5, -3e-2, 4]'), (2, ' [0,0,0,1] '), (3, NULL)");
    assertEquals(2, embedded(migrate(Migration.of(old()))));
  }

  /** A mistake in the declaration must not count as a migration. */
  @Test
  void tableWithoutVectorsIsNotMigrated() {
    fill(2);
    sql(
        archive,
        "CREATE TABLE old (mail TEXT, vector TEXT)",
        "INSERT INTO old VALUES ('1', '[1,2,3,4]'), ('2', '[1,2,3,4]')");
    assertInstanceOf(MigrationOutcome.NothingFound.class, migrate(Migration.of(old())));
    sql(archive, "CREATE VIEW old_by_id AS SELECT CAST(mail AS INTEGER) AS mail, vector FROM old");
    LegacyVectors byId = LegacyVectors.of("old_by_id", "mail", "vector", old().fingerprint());
    assertEquals(2, embedded(migrate(Migration.of(byId))));
  }

  @Test
  void textThatIsNoNumberArrayIsRefused() {
    fill(1);
    sql(archive, "CREATE TABLE old (mail INTEGER PRIMARY KEY, vector)");
    for (String value : new String[] {"'1, 2, 3, 4'", "'[1, 2, 3, x]'", "'[]'", "7", "x'010203'"}) {
      sql(archive, "REPLACE INTO old VALUES (1, " + value + ")");
      MalformedVectorsException refused =
          assertThrows(MalformedVectorsException.class, () -> migrate(Migration.of(old())));
      assertEquals(1, refused.messageId());
      assertTrue(refused.getMessage().contains("delete the rows of message 1"));
    }
  }

  @Test
  void vectorsMayBeInAnotherFile() {
    fill(2);
    Path other = folder.file("other.db");
    LegacyVectors elsewhere = old().withFile(other);
    assertInstanceOf(MigrationOutcome.NothingFound.class, migrate(Migration.of(elsewhere)));
    try (SqlClient sql = new SqlClient(other)) {
      sql.run("CREATE TABLE old (mail INTEGER PRIMARY KEY, vector BLOB)");
      sql.run("INSERT INTO old VALUES (1, ?)", (Object) SqliteHostTables.blob(VECTOR));
    }
    assertEquals(1, embedded(migrate(Migration.of(elsewhere))));
  }

  @Test
  void vectorsAndQueueMayBeViews() {
    fill(3);
    sql(
        archive,
        "CREATE TABLE things (kind TEXT, ref INTEGER, data TEXT)",
        "INSERT INTO things VALUES ('v', 1, '[1,2,3,4]'), ('v', 2, '[1,2,3,4]'), ('q', 2, '')",
        "CREATE VIEW old AS SELECT ref AS mail, data AS vector FROM things WHERE kind = 'v'",
        "CREATE VIEW queue AS SELECT ref AS mail FROM things WHERE kind = 'q'");
    Migration migration = Migration.of(old()).withQueue(LegacyQueue.of("queue", "mail"));
    MigrationOutcome.Migrated migrated =
        assertInstanceOf(MigrationOutcome.Migrated.class, migrate(migration));
    assertEquals(1, migrated.embedded());
    assertEquals(OptionalLong.of(1), migrated.pending());
    try (SqlClient sql = new SqlClient(archive)) {
      assertTrue(sql.rows("SELECT 1 FROM sqlite_schema WHERE name = 'queue'").isEmpty());
      assertFalse(sql.rows("SELECT 1 FROM sqlite_schema WHERE name = 'old'").isEmpty());
    }
  }

  @Test
  void archiveAndIndexMayBeOneFile() {
    fill(2);
    sql(
        archive,
        "CREATE TABLE old (mail INTEGER PRIMARY KEY, vector)",
        "INSERT INTO old VALUES (1, '[1,2,3,4]')");
    try (SqliteMessageStore messages = SqliteMessageStore.install(archive);
        SqliteVectorStore vectors = SqliteVectorStore.install(archive)) {
      assertEquals(1, embedded(messages.migrate(vectors, Migration.of(old()))));
    }
  }

  @Test
  void importedVectorHasNoPassageUntilEmbeddedAgain() {
    fill(1);
    sql(
        archive,
        "CREATE TABLE old (mail INTEGER PRIMARY KEY, vector)",
        "INSERT INTO old VALUES (1, '[1,2,3,4]')");
    try (SqliteMessageStore messages = SqliteMessageStore.install(archive);
        SqliteVectorStore vectors = SqliteVectorStore.install(index)) {
      assertEquals(1, embedded(messages.migrate(vectors, Migration.of(old()))));
      Searcher searcher = Searcher.builder(messages, vectors, embedder).build();
      SearchRequest request = SearchRequest.of("something else").withMode(SearchMode.VECTOR);
      assertTrue(searcher.search(request).hits().get(0).passage().isEmpty());
      EmbedJob job = EmbedJob.builder(messages, vectors, embedder).build();
      job.repair(List.of(1L));
      assertInstanceOf(RunOutcome.Completed.class, job.runOnce());
      assertTrue(searcher.search(request).hits().get(0).passage().isPresent());
    }
  }

  /** SQLite takes an unknown name in quotation marks for a text. */
  @Test
  void missingColumnIsRefused() {
    fill(1);
    sql(
        archive,
        "CREATE TABLE old (mail INTEGER PRIMARY KEY, vector)",
        "INSERT INTO old VALUES (1, '[1,2,3,4]')",
        "CREATE TABLE queue (mail INTEGER, generation INTEGER)");
    for (LegacyQueue mistaken :
        List.of(
            LegacyQueue.of("queue", "mial"),
            LegacyQueue.of("queue", "mail").withGenerationColumn("generaton", 1))) {
      assertThrows(StoreException.class, () -> migrate(Migration.of(old()).withQueue(mistaken)));
    }
    assertThrows(StoreException.class, () -> migrate(Migration.of(old().withChunkColumn("prat"))));
    assertEquals(
        1, embedded(migrate(Migration.of(old()).withQueue(LegacyQueue.of("queue", "mail")))));
  }

  @Test
  void unfinishedMigrationIsGivenUp() {
    fill(2);
    sql(
        archive,
        "CREATE TABLE old (mail INTEGER PRIMARY KEY, vector)",
        "INSERT INTO old VALUES (1, '[1,2,3,4]'), (2, '[1,2,3,4]')");
    try (SqliteMessageStore messages = SqliteMessageStore.install(archive);
        SqliteVectorStore vectors = SqliteVectorStore.install(index)) {
      EmbedJob job = EmbedJob.builder(messages, vectors, embedder).build();
      assertFalse(messages.giveUpMigration());
      messages.legacyIndex(Migration.of(old())).begin();
      RunOutcome.Blocked blocked =
          assertInstanceOf(RunOutcome.Blocked.class, job.runOnce(), "a run before the end");
      assertEquals(RunOutcome.Blocked.Obstacle.MIGRATION_UNFINISHED, blocked.obstacle());
      assertTrue(blocked.remedy().contains("giveUpMigration()"), blocked.remedy());
      assertTrue(messages.giveUpMigration());
      assertFalse(messages.giveUpMigration());
      assertEquals(
          2, assertInstanceOf(RunOutcome.Completed.class, job.runOnce()).counts().embedded());
    }
  }

  @Test
  void invalidNamesAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> LegacyQueue.of("a\" --", "id"));
    assertThrows(IllegalArgumentException.class, () -> LegacyQueue.of("embed_ledger", "id"));
    assertThrows(IllegalArgumentException.class, () -> old().withChunkColumn(""));
    assertThrows(
        IllegalArgumentException.class,
        () ->
            Migration.of(old())
                .withQueue(LegacyQueue.of("queue", "mail").withGenerationColumn("generation_id")));
  }

  private LegacyVectors old() {
    return LegacyVectors.of(
        "old", "mail", "vector", embedder.model().fingerprint(TextPolicy.standard(), Scope.ALL));
  }

  private void fill(int count) {
    try (SqliteArchive mail = SqliteArchive.install(archive)) {
      for (int i = 1; i <= count; i++) {
        mail.store(NewMessage.builder("main", "m" + i).text("number " + i).build());
      }
    }
  }

  private static void sql(Path file, String... statements) {
    try (SqlClient sql = new SqlClient(file)) {
      for (String statement : statements) {
        sql.run(statement);
      }
    }
  }

  private MigrationOutcome migrate(Migration migration) {
    try (SqliteMessageStore messages = SqliteMessageStore.install(archive);
        SqliteVectorStore vectors = SqliteVectorStore.install(index)) {
      return messages.migrate(vectors, migration);
    }
  }

  private static long embedded(MigrationOutcome outcome) {
    return assertInstanceOf(MigrationOutcome.Migrated.class, outcome).embedded();
  }
}
