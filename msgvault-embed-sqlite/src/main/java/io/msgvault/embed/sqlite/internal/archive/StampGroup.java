package io.msgvault.embed.sqlite.internal.archive;

import io.msgvault.embed.sqlite.internal.db.Results;
import io.msgvault.embed.sqlite.internal.db.Session;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The live messages of one type and source with the same stamp: a run of entries of the index
 * {@code embed_work}, in the order of the ids.
 *
 * <p>However large the archive, it has few such groups. They are found by seeking: from an entry,
 * one seek leads past all others of its group. What needs work is then whole groups, and a page of
 * it is merged from their beginnings.
 *
 * <p>A host's types and sources may be NULL or of any storage class. So a group is not named by
 * their values, but by one of its messages, and is all that agree with it. That holds within one
 * transaction.
 *
 * @param memberId the id of a message of the group
 * @param generation the stamp's generation; null where there is none
 * @param outcome the stamp's outcome; null where there is none
 * @param label tells the group from the others
 */
public record StampGroup(
    long memberId, @Nullable Long generation, @Nullable String outcome, String label) {
  /** All groups of the archive. */
  public static List<StampGroup> all(Session session, MappedSql sql) throws SQLException {
    List<StampGroup> groups = new ArrayList<>();
    try (ResultSet row = session.prepare(groups(sql)).executeQuery()) {
      while (row.next()) {
        long stamped = row.getLong(2);
        Long generation = row.wasNull() ? null : stamped;
        groups.add(new StampGroup(row.getLong(1), generation, row.getString(3), row.getString(4)));
      }
    }
    return groups;
  }

  /**
   * From the first entry of the index on, to the first one of the next group: one that agrees in
   * all keys but the last, and has a higher last; else one that agrees in all but the last two; and
   * so on. NULL comes before every value. The index is named, so that no statistics lead the
   * planner elsewhere.
   */
  public static String groups(MappedSql sql) {
    return sql.render(
        "groups",
        () ->
            """
        WITH RECURSIVE embed_step (id) AS (
          SELECT (SELECT n.{id} FROM {messages} n INDEXED BY embed_work
                   WHERE {n.live} ORDER BY %s LIMIT 1)
          UNION ALL
          SELECT coalesce(%s)
            FROM embed_step JOIN {messages} m ON m.{id} = embed_step.id
        )
        SELECT m.{id}, m.embed_gen, m.embed_outcome, %s
          FROM embed_step JOIN {messages} m ON m.{id} = embed_step.id
        """
                .formatted(String.join(", ", sql.groupingColumns("n")), next(sql), label(sql)));
  }

  private static String next(MappedSql sql) {
    List<String> theirs = sql.groupingColumns("n");
    List<String> ours = sql.groupingColumns("m");
    List<String> seeks = new ArrayList<>();
    for (int last = theirs.size() - 1; last >= 0; last--) {
      String higher = theirs.get(last) + " > " + ours.get(last);
      String notNull = ours.get(last) + " IS NULL AND " + theirs.get(last) + " IS NOT NULL";
      for (String beyond : List.of(higher, notNull)) {
        seeks.add(
            """

            (SELECT n.{id} FROM {messages} n INDEXED BY embed_work
              WHERE {n.live} AND %s%s
              ORDER BY %s LIMIT 1)"""
                .formatted(
                    agreeing(sql, last),
                    beyond,
                    String.join(", ", theirs.subList(last, theirs.size()))));
      }
    }
    return String.join(",", seeks);
  }

  /** That a message {@code n} agrees with {@code m} in the first keys. */
  private static String agreeing(MappedSql sql, int count) {
    StringBuilder terms = new StringBuilder();
    for (int i = 0; i < count; i++) {
      terms
          .append(sql.groupingColumns("n").get(i))
          .append(" IS ")
          .append(sql.groupingColumns("m").get(i));
      terms.append(" AND ");
    }
    return terms.toString();
  }

  /** What is different for messages of different groups. */
  static String label(MappedSql sql) {
    return sql.groupingColumns("m").stream()
        .map(key -> "quote(" + key + ")")
        .collect(Collectors.joining(" || ',' || "));
  }

  public static String ids(MappedSql sql) {
    return sql.render(
        "ids",
        () ->
            "SELECT n.{id}" + members(sql) + "n.{id} > ? AND n.{id} <= ? ORDER BY n.{id} LIMIT ?");
  }

  public static String count(MappedSql sql) {
    return sql.render("count", () -> "SELECT count(*)" + members(sql) + "1");
  }

  private static String members(MappedSql sql) {
    return """

      FROM {messages} m CROSS JOIN {messages} n INDEXED BY embed_work
     WHERE m.{id} = ? AND {n.live} AND\s"""
        + agreeing(sql, sql.groupingColumns("n").size());
  }

  /** The first ids above a bound in the union of these groups, ascending. */
  public static long[] ids(
      Session session, MappedSql sql, List<StampGroup> groups, long after, int limit)
      throws SQLException {
    long[] first = {};
    if (limit < 1) {
      return first;
    }
    for (StampGroup group : groups) {
      // Of the groups to come, only what is below the last of a full page can still enter it.
      long below = first.length < limit ? Long.MAX_VALUE : first[limit - 1];
      first = merge(first, group.ids(session, sql, after, below, limit), limit);
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

  private long[] ids(Session session, MappedSql sql, long after, long maxId, int limit)
      throws SQLException {
    PreparedStatement select = session.prepare(ids(sql));
    select.setLong(1, memberId);
    select.setLong(2, after);
    select.setLong(3, maxId);
    select.setInt(4, limit);
    return Results.allLongs(select);
  }

  public boolean isStampedFor(long target) {
    return generation != null && generation == target;
  }

  long count(Session session, MappedSql sql) throws SQLException {
    PreparedStatement select = session.prepare(count(sql));
    select.setLong(1, memberId);
    return Results.singleLong(select);
  }
}
