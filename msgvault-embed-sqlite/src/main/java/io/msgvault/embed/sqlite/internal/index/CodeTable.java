package io.msgvault.embed.sqlite.internal.index;

import io.msgvault.embed.model.IndexSize;
import io.msgvault.embed.sqlite.internal.db.JsonIds;
import io.msgvault.embed.sqlite.internal.db.Results;
import io.msgvault.embed.sqlite.internal.db.Session;
import io.msgvault.embed.store.MessageRevision;
import io.msgvault.embed.store.support.SqlTemplate;
import java.nio.ByteBuffer;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The codes of one generation's vectors, one narrow row for each message. The transactions that
 * write the vectors write them too. This table also lists the messages and counts their chunks,
 * without touching the vectors.
 *
 * <p>A log beside it has one numbered row for each change, with the ids of the messages that were
 * written or deleted. A process that holds the codes in memory reads on from the last number it
 * knows, and so follows the changes of others. Old entries of the log are deleted. A process that
 * has seen none of the remaining ones reads all codes again.
 */
final class CodeTable {
  /** How many changes the log keeps, which is more than a host makes between two searches. */
  static final int MAX_LOGGED_CHANGES = 10_000;

  private final Session session;
  private final SqlTemplate names;

  CodeTable(Session session, long generation) {
    this.session = session;
    this.names =
        SqlTemplate.of(
            Map.of("table", "embed_codes_" + generation, "changes", "embed_changes_" + generation));
  }

  /** Returns whether all that was read is one state of the file. */
  boolean isCurrent() {
    return session.isCurrent();
  }

  /** Receives a message with its codes, one after the other, or with none if it has no vectors. */
  interface CodeReader {
    void accept(long messageId, ByteBuffer codes);
  }

  void create() throws SQLException {
    session.execute(
        names.render(
            """
            CREATE TABLE {table} (
              message_id INTEGER PRIMARY KEY,
              revision   INTEGER NOT NULL,
              chunks     INTEGER NOT NULL,
              codes      BLOB NOT NULL
            );
            CREATE TABLE {changes} (
              change      INTEGER PRIMARY KEY,
              message_ids TEXT NOT NULL -- a JSON array
            );
            """));
  }

  void drop() throws SQLException {
    session.execute(names.render("DROP TABLE IF EXISTS {table}"));
    session.execute(names.render("DROP TABLE IF EXISTS {changes}"));
  }

  void upsert(List<VectorRow> rows) throws SQLException {
    PreparedStatement upsert =
        prepare(
            """
            INSERT INTO {table} (message_id, revision, chunks, codes) VALUES (?, ?, ?, ?)
            ON CONFLICT (message_id) DO UPDATE
               SET revision = excluded.revision, chunks = excluded.chunks, codes = excluded.codes
            """);
    upsert.clearBatch();
    for (VectorRow row : rows) {
      upsert.setLong(1, row.messageId());
      upsert.setLong(2, row.revision());
      upsert.setInt(3, row.stored().chunks());
      upsert.setBytes(4, row.codes());
      upsert.addBatch();
    }
    upsert.executeBatch();
    for (String ids : JsonIds.arrays(rows.stream().mapToLong(VectorRow::messageId).toArray())) {
      log(ids);
    }
  }

  void delete(long[] messageIds) throws SQLException {
    PreparedStatement delete =
        prepare("DELETE FROM {table} WHERE message_id IN (SELECT value FROM json_each(?))");
    for (String ids : JsonIds.arrays(messageIds)) {
      delete.setString(1, ids);
      if (delete.executeUpdate() > 0) {
        log(ids);
      }
    }
  }

  private void log(String ids) throws SQLException {
    PreparedStatement insert = prepare("INSERT INTO {changes} (message_ids) VALUES (?)");
    insert.setString(1, ids);
    insert.executeUpdate();
    PreparedStatement prune =
        prepare(
            "DELETE FROM {changes} WHERE change <= (SELECT max(change) FROM {changes}) - "
                + MAX_LOGGED_CHANGES);
    prune.executeUpdate();
  }

  /** Deletes some rows without a log entry, and returns whether there were any. */
  boolean deleteSome(int limit) throws SQLException {
    PreparedStatement rows =
        prepare(
            """
            DELETE FROM {table}
             WHERE message_id IN (SELECT message_id FROM {table} ORDER BY message_id LIMIT ?)
            """);
    PreparedStatement entries =
        prepare(
            """
            DELETE FROM {changes}
             WHERE change IN (SELECT change FROM {changes} ORDER BY change LIMIT ?)
            """);
    rows.setInt(1, limit);
    entries.setInt(1, limit);
    return rows.executeUpdate() + entries.executeUpdate() > 0;
  }

  IndexSize size() throws SQLException {
    PreparedStatement select = prepare("SELECT count(*), ifnull(sum(chunks), 0) FROM {table}");
    try (ResultSet row = select.executeQuery()) {
      row.next();
      return new IndexSize(row.getLong(1), row.getLong(2));
    }
  }

  List<MessageRevision> messageIds(long afterId, int limit) throws SQLException {
    PreparedStatement select =
        prepare(
            """
            SELECT message_id, revision FROM {table}
             WHERE message_id > ? ORDER BY message_id LIMIT ?
            """);
    select.setLong(1, afterId);
    select.setInt(2, limit);
    List<MessageRevision> found = new ArrayList<>();
    try (ResultSet row = select.executeQuery()) {
      while (row.next()) {
        found.add(new MessageRevision(row.getLong(1), row.getLong(2)));
      }
    }
    return found;
  }

  /** Returns the number of the last change; 0 before the first. */
  long lastChange() throws SQLException {
    return Results.singleLong(prepare("SELECT ifnull(max(change), 0) FROM {changes}"));
  }

  /** Returns whether the log still has every change after this one. */
  boolean hasLogAfter(long change) throws SQLException {
    return Results.singleLong(prepare("SELECT ifnull(min(change), 1) FROM {changes}"))
        <= change + 1;
  }

  /** Reads all messages, by id ascending. */
  void readAll(CodeReader reader) throws SQLException {
    read(prepare("SELECT message_id, codes FROM {table} ORDER BY message_id"), reader);
  }

  /** Reads each message that changed after a change that the log still has. */
  void readChangesAfter(long change, CodeReader reader) throws SQLException {
    PreparedStatement select =
        prepare(
            """
            SELECT changed.id, ifnull(c.codes, x'')
              FROM (SELECT DISTINCT j.value AS id
                      FROM {changes} l CROSS JOIN json_each(l.message_ids) j
                     WHERE l.change > ?) changed
              LEFT JOIN {table} c ON c.message_id = changed.id
            """);
    select.setLong(1, change);
    read(select, reader);
  }

  private static void read(PreparedStatement select, CodeReader reader) throws SQLException {
    try (ResultSet row = select.executeQuery()) {
      while (row.next()) {
        reader.accept(row.getLong(1), ByteBuffer.wrap(row.getBytes(2)));
      }
    }
  }

  private PreparedStatement prepare(String sql) throws SQLException {
    return session.prepare(names.render(sql));
  }
}
