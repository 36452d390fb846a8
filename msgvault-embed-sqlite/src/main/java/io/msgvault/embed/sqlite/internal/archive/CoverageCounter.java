package io.msgvault.embed.sqlite.internal.archive;

import io.msgvault.embed.model.Coverage;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.sqlite.internal.db.JsonIds;
import io.msgvault.embed.sqlite.internal.db.Results;
import io.msgvault.embed.sqlite.internal.db.Session;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Counts the live messages by what their stamps say about a generation.
 *
 * <p>SQLite counts a whole table by the pages of its smallest index, many times as fast as it
 * counts some of its rows. So this class does not count the largest part. That part follows from
 * the whole and the other parts, which are small in an archive that is nearly or hardly embedded. A
 * sample of rows suggests which part is the largest. A wrong guess only costs time. In a scope that
 * leaves most messages out, only the parts in scope are counted.
 */
public final class CoverageCounter {
  /** Says what a group of messages is to a generation and its scope. */
  private enum Part {
    EMBEDDED,
    BLANK,
    REJECTED,
    MISSING,
    OUT_OF_SCOPE
  }

  /** Counts the live messages. */
  public static final String LIVE =
      """
      SELECT (SELECT count(*) FROM embed_stamps{own} INDEXED BY embed_live{own})
             - (SELECT count(*) FROM embed_stamps{own} INDEXED BY embed_live{own} WHERE live = 0)
      """;

  /** Reads rows at 64 places from the first id to the last. */
  public static final String SAMPLE =
      """
      WITH RECURSIVE embed_step (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM embed_step WHERE i < 63)
      SELECT {group_label}
        FROM embed_step CROSS JOIN embed_stamps{own} m
          ON m.id = (SELECT id FROM embed_stamps{own}
                      WHERE id > (SELECT max(id) FROM embed_stamps{own}) / 64 * embed_step.i
                      ORDER BY id LIMIT 1)
       WHERE m.live
      """;

  private final Session session;
  private final MappedSql sql;
  private final long target;
  private final List<StampGroup> groups;
  private final Set<Long> inScope;

  private CoverageCounter(Session session, MappedSql sql, long target, Scope scope)
      throws SQLException {
    this.session = session;
    this.sql = sql;
    this.target = target;
    this.groups = StampGroup.all(session, sql);
    this.inScope = inScope(scope);
  }

  /** Returns the groups whose messages need work. */
  public static List<StampGroup> groupsMissing(
      Session session, MappedSql sql, long target, Scope scope) throws SQLException {
    CoverageCounter count = new CoverageCounter(session, sql, target, scope);
    return count.groups.stream().filter(group -> count.part(group) == Part.MISSING).toList();
  }

  /** Returns the groups in scope. */
  public static List<StampGroup> groupsInScope(Session session, MappedSql sql, Scope scope)
      throws SQLException {
    CoverageCounter count = new CoverageCounter(session, sql, 0, scope);
    return count.groups.stream().filter(group -> count.inScope.contains(group.memberId())).toList();
  }

  /** Counts the live messages in scope. */
  public static Coverage coverage(Session session, MappedSql sql, long target, Scope scope)
      throws SQLException {
    return new CoverageCounter(session, sql, target, scope).coverage();
  }

  /** Returns the number of live messages. */
  static long live(Session session, MappedSql sql) throws SQLException {
    return Results.singleLong(session.prepare(sql.render(LIVE)));
  }

  private Coverage coverage() throws SQLException {
    Part largest = guessLargest();
    Map<Part, Long> parts = new EnumMap<>(Part.class);
    long counted = 0;
    for (StampGroup group : groups) {
      Part part = part(group);
      if (part != largest) {
        long count = group.count(session, sql);
        counted += count;
        parts.merge(part, count, Long::sum);
      }
    }
    if (largest != Part.OUT_OF_SCOPE) {
      parts.put(largest, live(session, sql) - counted);
    }
    long embedded = parts.getOrDefault(Part.EMBEDDED, 0L);
    long blank = parts.getOrDefault(Part.BLANK, 0L);
    long rejected = parts.getOrDefault(Part.REJECTED, 0L);
    long missing = parts.getOrDefault(Part.MISSING, 0L);
    return new Coverage(embedded + blank + rejected + missing, embedded, blank, rejected, missing);
  }

  private Part guessLargest() throws SQLException {
    Map<String, Part> byLabel = new HashMap<>();
    groups.forEach(group -> byLabel.put(group.label(), part(group)));
    Map<Part, Integer> seen = new EnumMap<>(Part.class);
    seen.put(Part.EMBEDDED, 0);
    try (ResultSet row = session.prepare(sql.render(SAMPLE)).executeQuery()) {
      while (row.next()) {
        seen.merge(byLabel.getOrDefault(row.getString(1), Part.MISSING), 1, Integer::sum);
      }
    }
    return Collections.max(seen.entrySet(), Map.Entry.comparingByValue()).getKey();
  }

  private Part part(StampGroup group) {
    if (!inScope.contains(group.memberId())) {
      return Part.OUT_OF_SCOPE;
    }
    String outcome = group.outcome();
    return outcome == null || !group.isStampedFor(target) ? Part.MISSING : Part.valueOf(outcome);
  }

  /** Returns the groups' members in scope. The whole group is in scope if its member is. */
  private Set<Long> inScope(Scope scope) throws SQLException {
    List<Long> members = groups.stream().map(StampGroup::memberId).toList();
    return scope.equals(Scope.ALL)
        ? new HashSet<>(members)
        : new FilterSql(sql, scope.asFilter()).filterIds(session, JsonIds.sorted(members));
  }
}
