package io.msgvault.embed.pgvector;

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
import io.msgvault.embed.migration.Migration;
import io.msgvault.embed.migration.MigrationOutcome;
import io.msgvault.embed.model.Fingerprint;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.store.MessageRevision;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tests the forms of a host's own vectors. */
class PgMigrationTest {
  private static final Fingerprint FINGERPRINT = new Fingerprint("model", 3, "text", Scope.ALL);

  private final String schema = TestDatabase.freshName();

  @AfterEach
  void drop() {
    TestDatabase.drop(schema);
  }

  @Test
  void vectorsOfEveryTypeAreImported() {
    for (String type :
        List.of("vector", "halfvec", "sparsevec", "double precision[]", "numeric[]")) {
      try (PgArchive archive = PgArchive.install(TestDatabase.pool(), schema);
          PgMessageStore messages = PgMessageStore.open(TestDatabase.pool(), schema);
          PgVectorStore vectors = PgVectorStore.builder(TestDatabase.pool(), schema).install()) {
        long id = archive.store(NewMessage.builder("main", "1").text("text").build()).id();
        String literal =
            switch (type) {
              case "vector", "halfvec" -> "[1,2,3]";
              case "sparsevec" -> "{1:1,2:2,3:3}/3";
              default -> "{1,2,3}";
            };
        TestDatabase.jdbi()
            .useHandle(
                handle ->
                    handle.execute(
                        """
                        CREATE VIEW %s.old AS
                        SELECT CAST(%d AS int) AS mail, CAST('%s' AS %s) AS value"""
                            .formatted(schema, id, literal, type)));
        MigrationOutcome.Migrated migrated =
            assertInstanceOf(
                MigrationOutcome.Migrated.class,
                messages.migrate(
                    vectors, Migration.of(LegacyVectors.of("old", "mail", "value", FINGERPRINT))),
                type);
        assertEquals(
            1.0,
            vectors
                .searchExactly(migrated.generation(), new float[] {1, 2, 3}, 1, Set.of(id))
                .get(0)
                .score(),
            1e-5,
            type);
      }
      TestDatabase.drop(schema);
    }
  }

  @Test
  void unusualNamesWork() throws SQLException {
    String odd = "a.b $schema :c ?\\d";
    try (PgArchive archive = PgArchive.install(TestDatabase.pool(), schema);
        PgMessageStore messages = PgMessageStore.open(TestDatabase.pool(), schema);
        PgVectorStore vectors = PgVectorStore.builder(TestDatabase.pool(), schema).install()) {
      long id = archive.store(NewMessage.builder("main", "1").text("text").build()).id();
      archive.store(NewMessage.builder("main", "2").text("text").build());
      TestDatabase.jdbi()
          .useHandle(
              handle -> {
                try (var statement = handle.getConnection().createStatement()) {
                  String name = schema + ".\"" + odd + '"';
                  statement.execute(
                      "CREATE TABLE "
                          + name
                          + " AS SELECT id AS \""
                          + odd
                          + "\","
                          + " ARRAY[1, 2, 3] AS \"value"
                          + odd
                          + "\" FROM "
                          + schema
                          + ".messages");
                  statement.execute(
                      "CREATE TABLE "
                          + schema
                          + ".\"queue"
                          + odd
                          + "\" AS"
                          + " SELECT max(id) AS \""
                          + odd
                          + "\" FROM "
                          + schema
                          + ".messages");
                }
              });
      MigrationOutcome.Migrated migrated =
          assertInstanceOf(
              MigrationOutcome.Migrated.class,
              messages.migrate(
                  vectors,
                  Migration.of(LegacyVectors.of(odd, odd, "value" + odd, FINGERPRINT))
                      .withQueue(LegacyQueue.of("queue" + odd, odd))));
      assertEquals(
          List.of(id),
          messages.embeddedIds(migrated.generation(), 0, 10).stream()
              .map(MessageRevision::messageId)
              .toList());
    }
  }

  @Test
  void unfinishedMigrationIsGivenUp() {
    try (PgArchive archive = PgArchive.install(TestDatabase.pool(), schema);
        PgMessageStore messages = PgMessageStore.open(TestDatabase.pool(), schema);
        PgVectorStore vectors = PgVectorStore.builder(TestDatabase.pool(), schema).install()) {
      archive.store(NewMessage.builder("main", "1").text("text").build());
      EmbedJob job = EmbedJob.builder(messages, vectors, new HashEmbedder()).build();
      assertFalse(messages.giveUpMigration());
      messages.legacyIndex(Migration.ofActiveGeneration()).begin();
      RunOutcome.Blocked blocked =
          assertInstanceOf(RunOutcome.Blocked.class, job.runOnce(), "a run before the end");
      assertEquals(RunOutcome.Blocked.Obstacle.MIGRATION_UNFINISHED, blocked.obstacle());
      assertTrue(messages.giveUpMigration());
      assertFalse(messages.giveUpMigration());
      assertEquals(
          1, assertInstanceOf(RunOutcome.Completed.class, job.runOnce()).counts().embedded());
    }
  }

  @Test
  void vectorFileIsRefused() {
    try (PgArchive archive = PgArchive.install(TestDatabase.pool(), schema);
        PgMessageStore messages = PgMessageStore.open(TestDatabase.pool(), schema);
        PgVectorStore vectors = PgVectorStore.builder(TestDatabase.pool(), schema).install()) {
      Migration migration =
          Migration.of(
              LegacyVectors.of("old", "mail", "value", FINGERPRINT).withFile(Path.of("old.db")));
      assertThrows(IllegalArgumentException.class, () -> messages.migrate(vectors, migration));
      assertEquals(List.of(), vectors.generations());
      assertEquals(0, archive.headers(Set.of()).size());
    }
  }
}
