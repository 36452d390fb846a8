package io.msgvault.embed.pgvector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.msgvault.embed.mapping.ArchiveMapping;
import io.msgvault.embed.migration.LegacyQueue;
import io.msgvault.embed.migration.LegacyVectors;
import io.msgvault.embed.migration.MalformedVectorsException;
import io.msgvault.embed.migration.Migration;
import io.msgvault.embed.migration.MigrationOutcome;
import io.msgvault.embed.model.Fingerprint;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.store.MessageRevision;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Migrates a host's own vectors and queue, which existed before the installation. */
class MappedArchiveMigrationTest {
  private static final ArchiveMapping NOTES =
      ArchiveMapping.builder("notes", "id").text("body").build();

  private final String schema = TestDatabase.freshName();
  private final String index = TestDatabase.freshName();

  @AfterEach
  void drop() {
    TestDatabase.drop(schema);
    TestDatabase.drop(index);
  }

  @Test
  void migratesAndUninstallsWithoutTrace() {
    Migration migration =
        Migration.of(
                LegacyVectors.of(
                    "old", "note", "vector", new Fingerprint("model", 2, "text", Scope.ALL)))
            .withQueue(LegacyQueue.of("queue", "note"));
    execute(
        """
        CREATE SCHEMA %1$s;
        CREATE TABLE %1$s.notes (id bigint PRIMARY KEY, body text);
        CREATE TABLE %1$s.old (note bigint PRIMARY KEY, vector real[]);
        INSERT INTO %1$s.notes VALUES (1, 'one'), (2, 'two'), (3, 'three');
        INSERT INTO %1$s.old VALUES (1, '{1,2,3}'), (2, '{2,1}'), (3, '{3,1}')""");
    List<String> before = relations();
    execute("CREATE TABLE %1$s.queue AS SELECT 3 AS note");
    PgMessageStore.install(TestDatabase.pool(), schema, NOTES).close();
    try (PgMessageStore messages = PgMessageStore.open(TestDatabase.pool(), schema, NOTES);
        PgVectorStore vectors = PgVectorStore.builder(TestDatabase.pool(), index).install()) {
      assertThrows(MalformedVectorsException.class, () -> messages.migrate(vectors, migration));
      execute(
          """
          UPDATE %1$s.notes SET body = 'edited once it had begun' WHERE id = 2;
          UPDATE %1$s.old SET vector = '{1,2}' WHERE note = 1""");
      MigrationOutcome.Migrated migrated =
          assertInstanceOf(MigrationOutcome.Migrated.class, messages.migrate(vectors, migration));
      assertEquals(
          List.of(1L),
          messages.embeddedIds(migrated.generation(), 0, 10).stream()
              .map(MessageRevision::messageId)
              .toList());
    }
    PgMessageStore.uninstall(TestDatabase.pool(), schema, NOTES);
    assertEquals(before, relations());
  }

  private void execute(String script) {
    TestDatabase.jdbi().useHandle(handle -> handle.execute(script.formatted(schema)));
  }

  private List<String> relations() {
    return TestDatabase.jdbi()
        .withHandle(
            handle ->
                handle
                    .createQuery(
                        """
                        SELECT relname FROM pg_class
                         WHERE relnamespace = to_regnamespace(:schema) ORDER BY relname""")
                    .bind("schema", schema)
                    .mapTo(String.class)
                    .list());
  }
}
