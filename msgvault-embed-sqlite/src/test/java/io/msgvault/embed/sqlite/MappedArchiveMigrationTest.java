package io.msgvault.embed.sqlite;

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
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Migrates a host's own messages, vectors and queue. */
class MappedArchiveMigrationTest {
  private static final ArchiveMapping NOTES =
      ArchiveMapping.builder("notes", "id").text("body").build();

  @Test
  void migratesHostTablesAndUninstallsWithoutTrace() {
    Migration migration =
        Migration.of(
                LegacyVectors.of(
                    "old", "note", "vector", new Fingerprint("model", 2, "text", Scope.ALL)))
            .withQueue(LegacyQueue.of("queue", "note"));
    try (TempFolder folder = TempFolder.create();
        SqlClient sql = new SqlClient(folder.file("host.db"))) {
      Path file = folder.file("host.db");
      sql.run("CREATE TABLE notes (id INTEGER PRIMARY KEY, body TEXT)");
      sql.run("CREATE TABLE old (note INTEGER PRIMARY KEY, vector TEXT)");
      sql.run("INSERT INTO notes VALUES (1, 'one'), (2, 'two'), (3, 'three')");
      sql.run("INSERT INTO old VALUES (1, '[1,2,3]'), (2, '[2,1]'), (3, '[3,1]')");
      List<?> before = sql.rows("SELECT type, name, sql FROM sqlite_schema");
      sql.run("CREATE TABLE queue (note INTEGER)");
      sql.run("INSERT INTO queue VALUES (3)");
      SqliteMessageStore.install(file, NOTES).close();
      try (SqliteMessageStore messages = SqliteMessageStore.open(file, NOTES);
          SqliteVectorStore vectors = SqliteVectorStore.install(folder.file("vectors.db"))) {
        assertThrows(MalformedVectorsException.class, () -> messages.migrate(vectors, migration));
        sql.run("UPDATE notes SET body = 'edited once it had begun' WHERE id = 2");
        sql.run("UPDATE old SET vector = '[1,2]' WHERE note = 1");
        MigrationOutcome.Migrated migrated =
            assertInstanceOf(MigrationOutcome.Migrated.class, messages.migrate(vectors, migration));
        assertEquals(
            List.of(1L),
            messages.embeddedIds(migrated.generation(), 0, 10).stream()
                .map(MessageRevision::messageId)
                .toList());
      }
      SqliteMessageStore.uninstall(file, NOTES);
      assertEquals(before, sql.rows("SELECT type, name, sql FROM sqlite_schema"));
    }
  }
}
