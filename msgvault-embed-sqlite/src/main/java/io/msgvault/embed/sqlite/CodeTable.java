package io.msgvault.embed.sqlite;

import io.msgvault.embed.IndexSize;
import io.msgvault.embed.MessageRevision;
import java.nio.ByteBuffer;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * The codes of one generation's vectors, one narrow row for each message, written in the
 * transactions that write the vectors; it also lists the messages and counts their chunks without
 * touching the vectors. Each row carries the number of the transaction that wrote it last, and a
 * message whose vectors were deleted keeps a row without chunks: so whoever holds the codes in
 * memory learns what others have changed by reading on from the last number it knows.
 */
final class CodeTable {
  private final Session session;
  private final String table;

  CodeTable(Session session, long generation) {
    this.session = session;
    this.table = "embed_codes_" + generation;
  }

  /** Takes a message with its codes, one behind the other; none if it has no vectors any more. */
  interface Reader {
    void accept(long messageId, ByteBuffer codes);
  }

  void create() throws SQLException {
    session.execute(
        """
        CREATE TABLE <table> (
          message_id INTEGER PRIMARY KEY,
          revision   INTEGER NOT NULL,
          chunks     INTEGER NOT NULL,
          change     INTEGER NOT NULL,
          codes      BLOB NOT NULL
        );
        CREATE INDEX <table>_change ON <table> (change);
        """
            .replace("<table>", table));
  }

  void drop() throws SQLException {
    session.execute("DROP TABLE IF EXISTS " + table);
  }

  void put(List<VectorRow> rows) throws SQLException {
    PreparedStatement upsert =
        prepare(
            """
            INSERT INTO <table> (message_id, revision, chunks, change, codes)
            VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (message_id) DO UPDATE
               SET revision = excluded.revision, chunks = excluded.chunks,
                   change = excluded.change, codes = excluded.codes
            """);
    long change = lastChange() + 1;
    upsert.clearBatch();
    for (VectorRow row : rows) {
      upsert.setLong(1, row.messageId());
      upsert.setLong(2, row.revision());
      upsert.setInt(3, row.stored().chunks());
      upsert.setLong(4, change);
      upsert.setBytes(5, row.codes());
      upsert.addBatch();
    }
    upsert.executeBatch();
  }

  void delete(long[] messageIds) throws SQLException {
    PreparedStatement empty =
        prepare(
            """
            UPDATE <table> SET chunks = 0, change = ?, codes = x''
             WHERE message_id IN (SELECT value FROM json_each(?)) AND chunks > 0
            """);
    long change = lastChange() + 1;
    for (String chunk : IdChunks.of(messageIds)) {
      empty.setLong(1, change);
      empty.setString(2, chunk);
      empty.executeUpdate();
    }
  }

  /** Deletes some rows for good; returns whether there were any. */
  boolean deleteSome(int limit) throws SQLException {
    PreparedStatement delete =
        prepare(
            """
            DELETE FROM <table>
             WHERE message_id IN (SELECT message_id FROM <table> ORDER BY message_id LIMIT ?)
            """);
    delete.setInt(1, limit);
    return delete.executeUpdate() > 0;
  }

  IndexSize size() throws SQLException {
    PreparedStatement select =
        prepare("SELECT count(*), ifnull(sum(chunks), 0) FROM <table> WHERE chunks > 0");
    try (ResultSet row = select.executeQuery()) {
      row.next();
      return new IndexSize(row.getLong(1), row.getLong(2));
    }
  }

  List<MessageRevision> messageIds(long afterId, int limit) throws SQLException {
    PreparedStatement select =
        prepare(
            """
            SELECT message_id, revision FROM <table>
             WHERE message_id > ? AND chunks > 0 ORDER BY message_id LIMIT ?
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

  /** The number of the last transaction that changed anything; 0 at first. */
  long lastChange() throws SQLException {
    return Sql.number(prepare("SELECT ifnull(max(change), 0) FROM <table>"));
  }

  /** Reads every message, by id ascending. */
  void readAll(Reader reader) throws SQLException {
    read(prepare("SELECT message_id, codes FROM <table> ORDER BY message_id"), reader);
  }

  /** Reads the messages that changed after a transaction. */
  void readAfter(long change, Reader reader) throws SQLException {
    PreparedStatement select =
        prepare("SELECT message_id, codes FROM <table> INDEXED BY <table>_change WHERE change > ?");
    select.setLong(1, change);
    read(select, reader);
  }

  private static void read(PreparedStatement select, Reader reader) throws SQLException {
    try (ResultSet row = select.executeQuery()) {
      while (row.next()) {
        reader.accept(row.getLong(1), ByteBuffer.wrap(row.getBytes(2)));
      }
    }
  }

  private PreparedStatement prepare(String sql) throws SQLException {
    return session.prepare(sql.replace("<table>", table));
  }
}
