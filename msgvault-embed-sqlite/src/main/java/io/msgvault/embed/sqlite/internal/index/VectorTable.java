package io.msgvault.embed.sqlite.internal.index;

import io.msgvault.embed.model.IndexSize;
import io.msgvault.embed.sqlite.internal.codes.CodeScan;
import io.msgvault.embed.sqlite.internal.db.JsonIds;
import io.msgvault.embed.sqlite.internal.db.Session;
import io.msgvault.embed.store.MessageRevision;
import io.msgvault.embed.store.MessageVectors;
import io.msgvault.embed.store.VectorHit;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * The vectors of one generation: a table of its own with one row for each message, under the
 * message's id. Rows are thus written and scanned in the order of the ids, without a search for
 * their place, and a retired generation's table is dropped as a whole. What is asked without the
 * vectors is answered by the narrower {@link CodeTable}.
 */
public final class VectorTable {
  /** So few vectors are compared one by one: it takes no longer. */
  private static final int EXACT_LIMIT = 2000;

  /** How many rows the driver is handed at once; it keeps them in memory until then. */
  private static final int ROWS_PER_BATCH = 256;

  private final Session session;
  private final int dimension;
  private final String table;
  private final CodeTable codes;

  VectorTable(Session session, long generation, int dimension) {
    this.session = session;
    this.dimension = dimension;
    this.table = "embed_vectors_" + generation;
    this.codes = new CodeTable(session, generation);
  }

  void create() throws SQLException {
    session.execute(
        """
        CREATE TABLE <table> (
          message_id INTEGER PRIMARY KEY,
          revision   INTEGER NOT NULL,
          digest     TEXT NOT NULL,
          spans      BLOB NOT NULL,
          vectors    BLOB NOT NULL
        )
        """
            .replace("<table>", table));
    codes.create();
  }

  void drop() throws SQLException {
    codes.drop();
    session.execute("DROP TABLE IF EXISTS " + table);
  }

  public void upsert(List<VectorRow> rows) throws SQLException {
    codes.upsert(rows);
    PreparedStatement upsert =
        prepare(
            """
            INSERT INTO <table> (message_id, revision, digest, spans, vectors)
            VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (message_id) DO UPDATE
               SET revision = excluded.revision, digest = excluded.digest,
                   spans = excluded.spans, vectors = excluded.vectors
            """);
    upsert.clearBatch();
    int waiting = 0;
    for (VectorRow row : rows) {
      upsert.setLong(1, row.messageId());
      upsert.setLong(2, row.revision());
      upsert.setString(3, row.digest());
      upsert.setBytes(4, row.stored().spans());
      upsert.setBytes(5, row.stored().vectors());
      upsert.addBatch();
      if (++waiting == ROWS_PER_BATCH) {
        upsert.executeBatch();
        waiting = 0;
      }
    }
    upsert.executeBatch();
  }

  public void delete(long[] messageIds) throws SQLException {
    codes.delete(messageIds);
    PreparedStatement delete =
        prepare("DELETE FROM <table> WHERE message_id IN (SELECT value FROM json_each(?))");
    for (String chunk : JsonIds.arrays(messageIds)) {
      delete.setString(1, chunk);
      delete.executeUpdate();
    }
  }

  /** Deletes some rows; returns whether there were any. */
  boolean deleteSome(int limit) throws SQLException {
    PreparedStatement delete =
        prepare(
            """
            DELETE FROM <table>
             WHERE message_id IN (SELECT message_id FROM <table> ORDER BY message_id LIMIT ?)
            """);
    delete.setInt(1, limit);
    boolean more = codes.deleteSome(limit);
    return delete.executeUpdate() > 0 || more;
  }

  public IndexSize size() throws SQLException {
    return codes.size();
  }

  public List<MessageRevision> messageIds(long afterId, int limit) throws SQLException {
    return codes.messageIds(afterId, limit);
  }

  public List<MessageVectors> vectors(long[] messageIds) throws SQLException {
    PreparedStatement select =
        prepare(
            """
            SELECT v.message_id, v.revision, v.digest, v.spans, v.vectors
              FROM json_each(?) j CROSS JOIN <table> v ON v.message_id = j.value
            """);
    List<MessageVectors> found = new ArrayList<>();
    for (String chunk : JsonIds.arrays(messageIds)) {
      select.setString(1, chunk);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          StoredVectors stored = new StoredVectors(row.getBytes(4), row.getBytes(5));
          found.add(
              new MessageVectors(
                  row.getLong(1), row.getLong(2), row.getString(3), stored.toChunks(dimension)));
        }
      }
    }
    return found;
  }

  /** Searches by the codes; a small generation is searched exactly. */
  public List<VectorHit> search(float[] query, int k, CodeIndex index) throws SQLException {
    index.refresh(codes);
    if (index.size() <= EXACT_LIMIT) {
      return searchExactly(query, k);
    }
    return new CodeSearch(this, query, k).run(index.scan(query));
  }

  /**
   * As {@link #search}, among these messages; few are compared exactly.
   *
   * @param messageIds ascending
   */
  public List<VectorHit> search(float[] query, int k, long[] messageIds, CodeIndex index)
      throws SQLException {
    index.refresh(codes);
    if (Math.min(index.size(), messageIds.length) <= EXACT_LIMIT) {
      return searchExactly(query, k, messageIds);
    }
    CodeScan scan = index.scan(query);
    scan.keepOnly(messageIds);
    return new CodeSearch(this, query, k).run(scan);
  }

  /** Compares the query with every vector. */
  public List<VectorHit> searchExactly(float[] query, int k) throws SQLException {
    TopHits hits = new TopHits(k);
    offer(
        prepare("SELECT message_id, revision, spans, vectors FROM <table>"),
        StoredVectors.unit(query),
        hits);
    return hits.bestFirst();
  }

  public List<VectorHit> searchExactly(float[] query, int k, long[] messageIds)
      throws SQLException {
    TopHits hits = new TopHits(k);
    offer(messageIds, StoredVectors.unit(query), hits);
    return hits.bestFirst();
  }

  /**
   * Offers those of the messages that are in this table.
   *
   * @param messageIds ascending, so that they are read in the order in which they are stored
   * @param unit the query, scaled to length 1
   */
  void offer(long[] messageIds, double[] unit, TopHits hits) throws SQLException {
    PreparedStatement select =
        prepare(
            """
            SELECT v.message_id, v.revision, v.spans, v.vectors
              FROM json_each(?) j CROSS JOIN <table> v ON v.message_id = j.value
            """);
    for (String chunk : JsonIds.arrays(messageIds)) {
      select.setString(1, chunk);
      offer(select, unit, hits);
    }
  }

  private static void offer(PreparedStatement select, double[] unit, TopHits hits)
      throws SQLException {
    try (ResultSet row = select.executeQuery()) {
      while (row.next()) {
        StoredVectors stored = new StoredVectors(row.getBytes(3), row.getBytes(4));
        hits.offer(row.getLong(1), row.getLong(2), stored, unit);
      }
    }
  }

  private PreparedStatement prepare(String sql) throws SQLException {
    return session.prepare(sql.replace("<table>", table));
  }
}
