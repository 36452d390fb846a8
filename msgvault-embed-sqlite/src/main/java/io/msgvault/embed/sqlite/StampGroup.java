package io.msgvault.embed.sqlite;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The live messages of one type and source with the same stamp: a run of entries of the index
 * {@code messages_embed}, in the order of the ids.
 *
 * <p>However large the archive, it has few such groups. They are found by seeking: from an entry,
 * one seek leads past all others of its group. What needs work is then whole groups, and a page of
 * it is merged from their beginnings.
 *
 * @param type the message type in UTF-8; bytes, so that an odd value still equals itself
 * @param source the source's id
 * @param generation the stamp's generation; null where there is none
 * @param outcome the stamp's outcome; null where there is none
 */
@SuppressWarnings("ArrayRecordComponent") // groups are not compared
record StampGroup(byte[] type, long source, @Nullable Long generation, @Nullable String outcome) {
  /** The index is named, so that no statistics lead the planner elsewhere. */
  static final String GROUPS =
      """
      WITH RECURSIVE step (id) AS (
        SELECT (SELECT id FROM messages INDEXED BY messages_embed
                 WHERE deleted_at IS NULL
                 ORDER BY message_type, source_id, embed_gen, embed_outcome LIMIT 1)
        UNION ALL
        SELECT coalesce(
            (SELECT n.id FROM messages n INDEXED BY messages_embed
              WHERE n.deleted_at IS NULL
                AND n.message_type = m.message_type AND n.source_id = m.source_id
                AND n.embed_gen IS m.embed_gen
                AND n.embed_outcome > ifnull(m.embed_outcome, '')
              ORDER BY n.embed_outcome LIMIT 1),
            (SELECT n.id FROM messages n INDEXED BY messages_embed
              WHERE n.deleted_at IS NULL
                AND n.message_type = m.message_type AND n.source_id = m.source_id
                AND n.embed_gen > ifnull(m.embed_gen, 0)
              ORDER BY n.embed_gen, n.embed_outcome LIMIT 1),
            (SELECT n.id FROM messages n INDEXED BY messages_embed
              WHERE n.deleted_at IS NULL
                AND n.message_type = m.message_type AND n.source_id > m.source_id
              ORDER BY n.source_id, n.embed_gen, n.embed_outcome LIMIT 1),
            (SELECT n.id FROM messages n INDEXED BY messages_embed
              WHERE n.deleted_at IS NULL AND n.message_type > m.message_type
              ORDER BY n.message_type, n.source_id, n.embed_gen, n.embed_outcome LIMIT 1))
          FROM step JOIN messages m ON m.id = step.id
      )
      SELECT m.message_type, m.source_id, m.embed_gen, m.embed_outcome
        FROM step JOIN messages m ON m.id = step.id
      """;

  private static final String MEMBERS =
      """
        FROM messages INDEXED BY messages_embed
       WHERE deleted_at IS NULL AND message_type = CAST(? AS TEXT) AND source_id = ?
         AND embed_gen IS ? AND embed_outcome IS ?
      """;

  static final String IDS = "SELECT id " + MEMBERS + " AND id > ? AND id <= ? ORDER BY id LIMIT ?";

  static final String COUNT = "SELECT count(*) " + MEMBERS;

  /** All groups of the archive. */
  static List<StampGroup> all(Session session) throws SQLException {
    List<StampGroup> groups = new ArrayList<>();
    try (ResultSet row = session.prepare(GROUPS).executeQuery()) {
      while (row.next()) {
        groups.add(read(row));
      }
    }
    return groups;
  }

  /** The group of a row with the four columns of the index. */
  static StampGroup read(ResultSet row) throws SQLException {
    byte[] type = row.getBytes(1);
    long source = row.getLong(2);
    long stamped = row.getLong(3);
    Long generation = row.wasNull() ? null : stamped;
    return new StampGroup(type, source, generation, row.getString(4));
  }

  /** The first ids above a bound in the union of these groups, ascending. */
  static long[] ids(Session session, List<StampGroup> groups, long after, int limit)
      throws SQLException {
    long[] first = {};
    if (limit < 1) {
      return first;
    }
    for (StampGroup group : groups) {
      // Of the groups to come, only what is below the last of a full page can still enter it.
      long below = first.length < limit ? Long.MAX_VALUE : first[limit - 1];
      first = merge(first, group.ids(session, after, below, limit), limit);
    }
    return first;
  }

  private static long[] merge(long[] one, long[] other, int limit) {
    if (one.length == 0) {
      return other;
    }
    long[] both = Arrays.copyOf(one, one.length + other.length);
    System.arraycopy(other, 0, both, one.length, other.length);
    Arrays.sort(both);
    return Arrays.copyOf(both, Math.min(both.length, limit));
  }

  private long[] ids(Session session, long after, long upTo, int limit) throws SQLException {
    PreparedStatement select = session.prepare(IDS);
    bind(select);
    select.setLong(5, after);
    select.setLong(6, upTo);
    select.setInt(7, limit);
    return Sql.longs(select);
  }

  boolean isStampedFor(long target) {
    return generation != null && generation == target;
  }

  long count(Session session) throws SQLException {
    PreparedStatement select = session.prepare(COUNT);
    bind(select);
    return Sql.number(select);
  }

  private void bind(PreparedStatement select) throws SQLException {
    select.setBytes(1, type);
    select.setLong(2, source);
    if (generation == null) {
      select.setNull(3, Types.INTEGER);
    } else {
      select.setLong(3, generation);
    }
    select.setString(4, outcome);
  }
}
