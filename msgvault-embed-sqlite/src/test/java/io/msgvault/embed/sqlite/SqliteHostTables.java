package io.msgvault.embed.sqlite;

import io.msgvault.embed.migration.LegacyIndex;
import io.msgvault.embed.migration.Migration;
import io.msgvault.embed.store.MessageStore;
import io.msgvault.embed.testkit.LegacyTables;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A host's tables in an SQLite file. */
record SqliteHostTables(Path file) implements LegacyTables {
  @Override
  public LegacyIndex legacyIndex(MessageStore store, Migration migration) {
    return ((SqliteMessageStore) store).legacyIndex(migration);
  }

  @Override
  public void createQueue(String table, String messageId, String generation) {
    run(
        "CREATE TABLE \"%s\" (\"%s\" INTEGER NOT NULL, \"%s\" INTEGER NOT NULL)"
            .formatted(table, generation, messageId));
  }

  @Override
  public void enqueue(String table, long generation, List<Long> messageIds) {
    try (SqlClient sql = new SqlClient(file)) {
      sql.run("BEGIN IMMEDIATE");
      messageIds.forEach(
          id -> sql.run("INSERT INTO \"" + table + "\" VALUES (?, ?)", generation, id));
      sql.run("COMMIT");
    }
  }

  @Override
  public void createVectors(String table) {
    run(
        """
        CREATE TABLE "%s" (message INTEGER NOT NULL, part INTEGER, value,
                           PRIMARY KEY (message, part))
        """
            .formatted(table));
  }

  @Override
  public void addVectors(String table, Map<Long, List<float[]>> vectors) {
    try (SqlClient sql = new SqlClient(file)) {
      sql.run("BEGIN IMMEDIATE");
      vectors.forEach(
          (id, chunks) -> {
            // Backwards, so that only their numbers can order them.
            for (int i = chunks.size() - 1; i >= 0; i--) {
              add(sql, table, id, i, blob(chunks.get(i)));
            }
          });
      sql.run("COMMIT");
    }
  }

  @Override
  public void addNull(String table, long messageId) {
    try (SqlClient sql = new SqlClient(file)) {
      add(sql, table, messageId, 1000, null);
    }
  }

  @Override
  public void addMalformed(String table, long messageId) {
    try (SqlClient sql = new SqlClient(file)) {
      add(sql, table, messageId, 1001, new byte[] {1, 2, 3});
    }
  }

  private static void add(
      SqlClient sql, String table, long messageId, int part, @Nullable Object value) {
    sql.run("INSERT INTO \"" + table + "\" VALUES (?, ?, ?)", messageId, part, value);
  }

  @Override
  public void removeVectors(String table, long messageId) {
    run("DELETE FROM \"" + table + "\" WHERE message = ?", messageId);
  }

  @Override
  public boolean exists(String table) {
    try (SqlClient sql = new SqlClient(file)) {
      return !sql.rows("SELECT 1 FROM sqlite_schema WHERE name = ?", table).isEmpty();
    }
  }

  private void run(String statement, Object... parameters) {
    try (SqlClient sql = new SqlClient(file)) {
      sql.run(statement, parameters);
    }
  }

  static byte[] blob(float[] vector) {
    ByteBuffer blob =
        ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    blob.asFloatBuffer().put(vector);
    return blob.array();
  }
}
