package io.msgvault.embed.sqlite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.msgvault.embed.Fingerprint;
import io.msgvault.embed.MessageRevision;
import io.msgvault.embed.Scope;
import io.msgvault.embed.archive.ArchiveMapping;
import io.msgvault.embed.archive.FormerQueue;
import io.msgvault.embed.archive.FormerVectors;
import io.msgvault.embed.archive.MalformedVectorsException;
import io.msgvault.embed.archive.Takeover;
import io.msgvault.embed.archive.TakeoverOutcome;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A host's own messages, vectors and queue, which were there before anything was installed. */
class HostTablesTakeoverTest {
  private static final ArchiveMapping NOTES = ArchiveMapping.of("notes", "id").text("body").build();

  @Test
  void takesOverWhatTheHostHadAndUninstallsWithoutATrace() {
    Takeover takeover =
        Takeover.of(
                FormerVectors.of(
                    "old", "note", "vector", new Fingerprint("model", 2, "text", Scope.ALL)))
            .with(FormerQueue.of("queue", "note"));
    try (TempFolder folder = TempFolder.create();
        RawSql sql = new RawSql(folder.file("host.db"))) {
      Path file = folder.file("host.db");
      sql.run("CREATE TABLE notes (id INTEGER PRIMARY KEY, body TEXT)");
      sql.run("CREATE TABLE old (note INTEGER PRIMARY KEY, vector TEXT)");
      sql.run("INSERT INTO notes VALUES (1, 'one'), (2, 'two'), (3, 'three')");
      sql.run("INSERT INTO old VALUES (1, '[1,2,3]'), (2, '[2,1]'), (3, '[3,1]')");
      List<?> before = sql.rows("SELECT type, name, sql FROM sqlite_schema");
      sql.run("CREATE TABLE queue (note INTEGER)");
      sql.run("INSERT INTO queue VALUES (3)");
      SqliteArchiveSchema.install(file, NOTES);
      try (SqliteMessageStore messages = SqliteMessageStore.open(file, NOTES);
          SqliteVectorStore vectors = SqliteVectorStore.open(folder.file("vectors.db"))) {
        assertThrows(MalformedVectorsException.class, () -> messages.takeOver(vectors, takeover));
        sql.run("UPDATE notes SET body = 'edited once it had begun' WHERE id = 2");
        sql.run("UPDATE old SET vector = '[1,2]' WHERE note = 1");
        TakeoverOutcome.TakenOver taken =
            assertInstanceOf(TakeoverOutcome.TakenOver.class, messages.takeOver(vectors, takeover));
        assertEquals(
            List.of(1L),
            messages.embeddedIds(taken.generation(), 0, 10).stream()
                .map(MessageRevision::messageId)
                .toList());
      }
      SqliteArchiveSchema.uninstall(file, NOTES);
      assertEquals(before, sql.rows("SELECT type, name, sql FROM sqlite_schema"));
    }
  }
}
