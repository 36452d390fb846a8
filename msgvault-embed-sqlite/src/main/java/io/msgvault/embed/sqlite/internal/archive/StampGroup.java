package io.msgvault.embed.sqlite.internal.archive;

import io.msgvault.embed.sqlite.internal.db.Results;
import io.msgvault.embed.sqlite.internal.db.Session;
import io.msgvault.embed.store.MessageRevision;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The live messages of one type and source with the same stamp. They are a run of entries of the
 * index {@code embed_work}, in the order of the ids.
 *
 * <p>However large the archive, it has few such groups. A query finds them by seeking: one seek
 * leads from an entry past all others of its group. The messages that need work are then whole
 * groups, and a page of them is merged from the beginnings of the groups.
 *
 * <p>A host's types and sources may be NULL or of any storage class. So one of its messages names a
 * group, not their values, and the group is all messages that agree with it. That holds within one
 * transaction.
 *
 * @param memberId the id of a message of the group
 * @param generation the stamp's generation; null if there is none
 * @param outcome the code of the stamp's outcome; null if there is none
 * @param label tells the group from the others
 */
public record StampGroup(
    long memberId, @Nullable Long generation, @Nullable String outcome, String label) {
  /**
   * Walks from the first entry of the index to the first entry of each further group. The index is
   * named, so that no statistics lead the planner elsewhere.
   */
  public static final String GROUPS =
      """
      WITH RECURSIVE embed_step (id) AS (
        SELECT (SELECT n.id FROM embed_stamps{own} n INDEXED BY embed_work{own}
                 WHERE n.live ORDER BY {group_keys} LIMIT 1)
        UNION ALL
        SELECT coalesce({next_groups})
          FROM embed_step JOIN embed_stamps{own} m ON m.id = embed_step.id
      )
      SELECT m.id, m.generation, m.outcome, {group_label}
        FROM embed_step JOIN embed_stamps{own} m ON m.id = embed_step.id
      """;

  /** Lists ids and revisions of a group. */
  public static final String REVISIONS =
      """
      SELECT n.id, n.revision
        FROM embed_stamps{own} m CROSS JOIN embed_stamps{own} n INDEXED BY embed_work{own}
       WHERE m.id = ? AND n.live AND {same_group} AND n.id > ? AND n.id <= ?
       ORDER BY n.id LIMIT ?
      """;

  /** Counts the messages of a group. */
  public static final String COUNT =
      """
      SELECT count(*)
        FROM embed_stamps{own} m CROSS JOIN embed_stamps{own} n INDEXED BY embed_work{own}
       WHERE m.id = ? AND n.live AND {same_group}
      """;

  /** Returns all groups of the archive. */
  public static List<StampGroup> all(Session session, MappedSql sql) throws SQLException {
    List<StampGroup> groups = new ArrayList<>();
    try (ResultSet row = session.prepare(sql.render(GROUPS)).executeQuery()) {
      while (row.next()) {
        long stamped = row.getLong(2);
        Long generation = row.wasNull() ? null : stamped;
        groups.add(new StampGroup(row.getLong(1), generation, row.getString(3), row.getString(4)));
      }
    }
    return groups;
  }

  /** Returns the first messages above a bound in the union of groups, by id, ascending. */
  public static List<MessageRevision> first(
      Session session, MappedSql sql, List<StampGroup> groups, long after, int limit)
      throws SQLException {
    List<MessageRevision> first = List.of();
    if (limit < 1) {
      return first;
    }
    for (StampGroup group : groups) {
      // Once the page is full, only ids below its last one can still enter it.
      long below = first.size() < limit ? Long.MAX_VALUE : first.get(limit - 1).messageId();
      first = merge(first, group.first(session, sql, after, below, limit), limit);
    }
    return first;
  }

  private static List<MessageRevision> merge(
      List<MessageRevision> one, List<MessageRevision> other, int limit) {
    if (one.isEmpty()) {
      return other;
    }
    List<MessageRevision> both = new ArrayList<>(one);
    both.addAll(other);
    both.sort(Comparator.comparingLong(MessageRevision::messageId));
    return both.subList(0, Math.min(both.size(), limit));
  }

  private List<MessageRevision> first(
      Session session, MappedSql sql, long after, long maxId, int limit) throws SQLException {
    PreparedStatement select = session.prepare(sql.render(REVISIONS));
    select.setLong(1, memberId);
    select.setLong(2, after);
    select.setLong(3, maxId);
    select.setInt(4, limit);
    List<MessageRevision> found = new ArrayList<>();
    try (ResultSet row = select.executeQuery()) {
      while (row.next()) {
        found.add(new MessageRevision(row.getLong(1), row.getLong(2)));
      }
    }
    return found;
  }

  /** Returns whether the messages have a stamp for a generation. */
  public boolean isStampedFor(long target) {
    return generation != null && generation == target;
  }

  long count(Session session, MappedSql sql) throws SQLException {
    PreparedStatement select = session.prepare(sql.render(COUNT));
    select.setLong(1, memberId);
    return Results.singleLong(select);
  }
}
