package io.msgvault.embed.sqlite;

import io.msgvault.embed.ChunkVector;
import io.msgvault.embed.MessageVectors;
import java.nio.ByteBuffer;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;

/**
 * The codes of one generation's vectors, one row for each message, written in the transactions that
 * write the vectors. Each row carries the number of the transaction that wrote it last, and a
 * message whose vectors were deleted keeps a row without codes: so whoever holds the codes in
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

  void put(Collection<MessageVectors> batch, Rotation rotation) throws SQLException {
    PreparedStatement upsert =
        prepare(
            """
            INSERT INTO <table> (message_id, change, codes) VALUES (?, ?, ?)
            ON CONFLICT (message_id) DO UPDATE
               SET change = excluded.change, codes = excluded.codes
            """);
    long change = lastChange() + 1;
    upsert.clearBatch();
    for (MessageVectors message : batch) {
      ByteBuffer codes = ByteBuffer.allocate(message.chunks().size() * BinaryCode.bytes(rotation));
      for (ChunkVector chunk : message.chunks()) {
        BinaryCode.of(chunk.vector(), rotation).write(codes);
      }
      upsert.setLong(1, message.messageId());
      upsert.setLong(2, change);
      upsert.setBytes(3, codes.array());
      upsert.addBatch();
    }
    upsert.executeBatch();
  }

  void delete(long[] messageIds) throws SQLException {
    PreparedStatement empty =
        prepare(
            """
            UPDATE <table> SET change = ?, codes = x''
             WHERE message_id IN (SELECT value FROM json_each(?)) AND codes <> x''
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
