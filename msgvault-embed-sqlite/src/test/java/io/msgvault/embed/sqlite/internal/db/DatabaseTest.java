package io.msgvault.embed.sqlite.internal.db;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.msgvault.embed.sqlite.SqlClient;
import io.msgvault.embed.sqlite.TempFolder;
import io.msgvault.embed.sqlite.internal.archive.Schema;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Checks the transactions of a file. */
class DatabaseTest {
  private static final long NORMAL = 1;
  private static final long FULL = 2;

  private static long synchronous(Session session) throws SQLException {
    try (PreparedStatement pragma = session.prepareOnce("PRAGMA synchronous")) {
      return Results.singleLong(pragma);
    }
  }

  @Test
  void commitsAreFlushedAsSchemaSets() {
    try (TempFolder folder = TempFolder.create();
        Database archive =
            Database.install(new SqliteConnections(folder.file("archive.db")), Schema.ARCHIVE);
        Database vectors =
            Database.install(new SqliteConnections(folder.file("vectors.db")), Schema.VECTORS)) {
      for (int round = 0; round < 3; round++) {
        assertEquals(NORMAL, archive.<Long>write(DatabaseTest::synchronous));
        assertEquals(FULL, archive.<Long>writeSynced(DatabaseTest::synchronous));
        assertEquals(FULL, vectors.<Long>write(DatabaseTest::synchronous));
      }
    }
  }

  @Test
  void syncWorksInInterruptedThread() {
    try (TempFolder folder = TempFolder.create();
        Database archive =
            Database.install(new SqliteConnections(folder.file("archive.db")), Schema.ARCHIVE)) {
      archive.change(session -> session.execute("INSERT INTO sources (name) VALUES ('one')"));
      Thread.currentThread().interrupt();
      archive.sync();
      assertTrue(Thread.interrupted());
    }
  }

  @Test
  void failedWorkIsRolledBack() {
    try (TempFolder folder = TempFolder.create();
        Database archive =
            Database.install(new SqliteConnections(folder.file("archive.db")), Schema.ARCHIVE);
        SqlClient other = new SqlClient(folder.file("archive.db"))) {
      assertThrows(
          UnsupportedOperationException.class,
          () ->
              archive.change(
                  session -> {
                    session.execute("INSERT INTO sources (name) VALUES ('half')");
                    throw new UnsupportedOperationException();
                  }));
      other.run("INSERT INTO sources (name) VALUES ('whole')");
      archive.change(session -> session.execute("INSERT INTO sources (name) VALUES ('next')"));
      assertEquals(
          List.of("next", "whole"), other.column("SELECT name FROM sources ORDER BY name"));
    }
  }
}
