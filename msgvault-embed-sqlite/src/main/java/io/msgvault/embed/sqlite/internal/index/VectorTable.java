package io.msgvault.embed.sqlite.internal.index;

import io.msgvault.embed.model.IndexSize;
import io.msgvault.embed.sqlite.internal.codes.CodeScan;
import io.msgvault.embed.sqlite.internal.db.JsonIds;
import io.msgvault.embed.sqlite.internal.db.Session;
import io.msgvault.embed.store.MessageRevision;
import io.msgvault.embed.store.MessageVectors;
import io.msgvault.embed.store.VectorHit;
import io.msgvault.embed.store.support.SqlTemplate;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The vectors of one generation, in a table of its own with one row for each message.
 *
 * <p>The message's id is the key, so that rows are written and scanned in the order of the ids. A
 * retired generation's table is dropped as a whole. The narrower {@link CodeTable} answers what
 * needs no vectors.
 */
public final class VectorTable {
  /** Up to this many vectors, comparing each one takes no longer than a search by codes. */
  private static final int EXACT_LIMIT = 2000;

  /** How many rows one batch has. The driver keeps a batch in memory. */
  private static final int ROWS_PER_BATCH = 256;

  private final Session session;
  private final int dimension;
  private final SqlTemplate names;
  private final CodeTable codes;

  VectorTable(Session session, long generation, int dimension) {
    this.session = session;
    this.dimension = dimension;
    this.names = SqlTemplate.of(Map.of("table", "embed_vectors_" + generation));
    this.codes = new CodeTable(session, generation);
  }

  void create() throws SQLException {
    session.execute(
        names.render(
            """
            CREATE TABLE {table} (
              message_id INTEGER PRIMARY KEY,
              revision   INTEGER NOT NULL,
              digest     TEXT NOT NULL,
              spans      BLOB NOT NULL,
              vectors    BLOB NOT NULL
            )
            """));
    codes.create();
  }

  void drop() throws SQLException {
    codes.drop();
    session.execute(names.render("DROP TABLE IF EXISTS {table}"));
  }

  /** Writes messages with their vectors, in place of those they had. */
  public void upsert(List<VectorRow> rows) throws SQLException {
    codes.upsert(rows);
    PreparedStatement upsert =
        prepare(
            """
            INSERT INTO {table} (message_id, revision, digest, spans, vectors)
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

  /** Deletes the vectors of messages. */
  public void delete(long[] messageIds) throws SQLException {
    codes.delete(messageIds);
    PreparedStatement delete =
        prepare("DELETE FROM {table} WHERE message_id IN (SELECT value FROM json_each(?))");
    for (String chunk : JsonIds.arrays(messageIds)) {
      delete.setString(1, chunk);
      delete.executeUpdate();
    }
  }

  /** Deletes some rows, and returns whether there were any. */
  boolean deleteSome(int limit) throws SQLException {
    PreparedStatement delete =
        prepare(
            """
            DELETE FROM {table}
             WHERE message_id IN (SELECT message_id FROM {table} ORDER BY message_id LIMIT ?)
            """);
    delete.setInt(1, limit);
    boolean more = codes.deleteSome(limit);
    return delete.executeUpdate() > 0 || more;
  }

  /** Counts messages and chunks. */
  public IndexSize size() throws SQLException {
    return codes.size();
  }

  /** Lists messages above an id, ascending. */
  public List<MessageRevision> messageIds(long afterId, int limit) throws SQLException {
    return codes.messageIds(afterId, limit);
  }

  /** Returns the vectors of those of the messages that have any. */
  public List<MessageVectors> vectors(long[] messageIds) throws SQLException {
    PreparedStatement select =
        prepare(
            """
            SELECT v.message_id, v.revision, v.digest, v.spans, v.vectors
              FROM json_each(?) j CROSS JOIN {table} v ON v.message_id = j.value
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

  /** Searches by the codes, or exactly if the generation is small. */
  public List<VectorHit> search(float[] query, int k, CodeIndex index) throws SQLException {
    index.refresh(codes);
    if (index.size() <= EXACT_LIMIT) {
      return searchExactly(query, k);
    }
    return new CodeSearch(this, query, k).run(index.scan(query));
  }

  /**
   * Searches among some messages by the codes, or exactly if they are few.
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
        prepare("SELECT message_id, revision, spans, vectors FROM {table}"),
        StoredVectors.unit(query),
        hits);
    return hits.bestFirst();
  }

  /** Compares the query with the vectors of some messages. */
  public List<VectorHit> searchExactly(float[] query, int k, long[] messageIds)
      throws SQLException {
    TopHits hits = new TopHits(k);
    offer(messageIds, StoredVectors.unit(query), hits);
    return hits.bestFirst();
  }

  /**
   * Offers the messages that are in this table.
   *
   * @param messageIds ascending, so that they are read in the order in which they are stored
   * @param unit the query, scaled to length 1
   */
  void offer(long[] messageIds, double[] unit, TopHits hits) throws SQLException {
    PreparedStatement select =
        prepare(
            """
            SELECT v.message_id, v.revision, v.spans, v.vectors
              FROM json_each(?) j CROSS JOIN {table} v ON v.message_id = j.value
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
    return session.prepare(names.render(sql));
  }
}
