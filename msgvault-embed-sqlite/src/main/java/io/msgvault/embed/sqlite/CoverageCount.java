package io.msgvault.embed.sqlite;

import io.msgvault.embed.Coverage;
import io.msgvault.embed.Scope;
import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Counts the live messages by what their stamps say of a generation.
 *
 * <p>SQLite counts a whole table by the pages of its smallest index, many times as fast as it
 * counts some of its rows one by one. So the largest part is not counted but follows from the whole
 * and the others, which are small in an archive that is nearly embedded, or hardly. Which part is
 * the largest is guessed from a few rows; a wrong guess costs time only. In a scope that leaves
 * most messages out, the parts in scope are counted alone.
 */
final class CoverageCount {
  /** What a group of messages is to a generation and its scope. */
  enum Part {
    EMBEDDED,
    BLANK,
    REJECTED,
    MISSING,
    OUT_OF_SCOPE
  }

  static final String LIVE =
      """
      SELECT (SELECT count(*) FROM messages)
             - (SELECT count(*) FROM messages INDEXED BY messages_deleted
                 WHERE deleted_at IS NOT NULL)
      """;

  /** Rows at 64 places from the first id to the last. */
  static final String SAMPLE =
      """
      WITH RECURSIVE step (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM step WHERE i < 63)
      SELECT m.message_type, m.source_id, m.embed_gen, m.embed_outcome
        FROM step CROSS JOIN messages m
          ON m.id = (SELECT id FROM messages
                      WHERE id > (SELECT max(id) FROM messages) / 64 * step.i ORDER BY id LIMIT 1)
       WHERE m.deleted_at IS NULL
      """;

  private final long target;
  private final Scope scope;
  private final Set<Long> sources;

  private CoverageCount(Session session, long target, Scope scope) throws SQLException {
    this.target = target;
    this.scope = scope;
    this.sources = sources(session, scope);
  }

  /** The groups of one part. */
  static List<StampGroup> groups(Session session, long target, Scope scope, Part part)
      throws SQLException {
    CoverageCount count = new CoverageCount(session, target, scope);
    return StampGroup.all(session).stream().filter(group -> count.part(group) == part).toList();
  }

  static Coverage coverage(Session session, long target, Scope scope) throws SQLException {
    return new CoverageCount(session, target, scope).coverage(session);
  }

  private Coverage coverage(Session session) throws SQLException {
    Part largest = guessLargest(session);
    Map<Part, Long> parts = new EnumMap<>(Part.class);
    long counted = 0;
    for (StampGroup group : StampGroup.all(session)) {
      Part part = part(group);
      if (part != largest) {
        long count = group.count(session);
        counted += count;
        parts.merge(part, count, Long::sum);
      }
    }
    if (largest != Part.OUT_OF_SCOPE) {
      parts.put(largest, Sql.number(session.prepare(LIVE)) - counted);
    }
    long embedded = parts.getOrDefault(Part.EMBEDDED, 0L);
    long blank = parts.getOrDefault(Part.BLANK, 0L);
    long rejected = parts.getOrDefault(Part.REJECTED, 0L);
    long missing = parts.getOrDefault(Part.MISSING, 0L);
    return new Coverage(embedded + blank + rejected + missing, embedded, blank, rejected, missing);
  }

  private Part guessLargest(Session session) throws SQLException {
    Map<Part, Integer> seen = new EnumMap<>(Part.class);
    seen.put(Part.EMBEDDED, 0);
    try (ResultSet row = session.prepare(SAMPLE).executeQuery()) {
      while (row.next()) {
        seen.merge(part(StampGroup.read(row)), 1, Integer::sum);
      }
    }
    return Collections.max(seen.entrySet(), Map.Entry.comparingByValue()).getKey();
  }

  private Part part(StampGroup group) {
    if (!scope.types().isEmpty()
        && !scope.types().contains(new String(group.type(), StandardCharsets.UTF_8))) {
      return Part.OUT_OF_SCOPE;
    }
    if (!scope.sources().isEmpty() && !sources.contains(group.source())) {
      return Part.OUT_OF_SCOPE;
    }
    String outcome = group.outcome();
    return outcome == null || !group.isStampedFor(target) ? Part.MISSING : Part.valueOf(outcome);
  }

  private static Set<Long> sources(Session session, Scope scope) throws SQLException {
    PreparedStatement select = session.prepare("SELECT id FROM sources WHERE name = ?");
    Set<Long> ids = new TreeSet<>();
    for (String name : scope.sources()) {
      select.setString(1, name);
      for (long id : Sql.longs(select)) {
        ids.add(id);
      }
    }
    return ids;
  }
}
