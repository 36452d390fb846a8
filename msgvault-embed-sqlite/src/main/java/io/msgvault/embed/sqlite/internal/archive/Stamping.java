package io.msgvault.embed.sqlite.internal.archive;

import io.msgvault.embed.sqlite.internal.db.JsonIds;
import io.msgvault.embed.sqlite.internal.db.Results;
import io.msgvault.embed.sqlite.internal.db.Session;
import io.msgvault.embed.store.MessageRevision;
import io.msgvault.embed.store.Rejection;
import io.msgvault.embed.store.Stamp;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Writes stamps, clears them, and reads their reasons. */
public final class Stamping {
  /** Takes the stamps as a JSON object of revisions under ids. */
  public static final String STAMP =
      """
      UPDATE embed_stamps{own} AS s SET generation = ?1, outcome = ?2, reason = ?3
        FROM json_each(?4) j
       WHERE s.id = CAST(j.key AS INTEGER) AND s.revision = j.value AND s.live
      """;

  public static final String MISSED =
      """
      SELECT CAST(j.key AS INTEGER) FROM json_each(?) j
       WHERE NOT EXISTS (SELECT 1 FROM embed_stamps{own} s
                          WHERE s.id = CAST(j.key AS INTEGER) AND s.revision = j.value
                            AND s.live)
      """;

  private static final String UNSTAMP =
      """
      UPDATE embed_stamps{own}
         SET generation = NULL, outcome = NULL, reason = NULL,
             revision = (SELECT revision FROM embed_archive{own})
       WHERE id IN (SELECT value FROM json_each(?))
      """;

  private static final String REASONS =
      """
      SELECT s.id, ifnull(s.reason, '')
        FROM json_each(?) j CROSS JOIN embed_stamps{own} s ON s.id = j.value
      """;

  private Stamping() {}

  /** Stamps messages whose revisions are still the same, and returns the ids of the others. */
  public static Set<Long> stamp(
      Session session, MappedSql sql, long target, Collection<Stamp> stamps) throws SQLException {
    Map<Stamp.Outcome, List<Stamp>> byOutcome =
        stamps.stream()
            .collect(
                Collectors.groupingBy(Stamp::outcome, LinkedHashMap::new, Collectors.toList()));
    Set<Long> missed = new HashSet<>();
    for (Map.Entry<Stamp.Outcome, List<Stamp>> group : byOutcome.entrySet()) {
      missed.addAll(stampSameOutcome(session, sql, target, group.getKey(), group.getValue()));
    }
    return missed;
  }

  /** Stamps by one statement, because a batch has few outcomes and calls of the driver cost. */
  private static List<Long> stampSameOutcome(
      Session session, MappedSql sql, long target, Stamp.Outcome outcome, List<Stamp> stamps)
      throws SQLException {
    String revisions =
        stamps.stream()
            .map(stamp -> "\"" + stamp.messageId() + "\":" + stamp.revision())
            .collect(Collectors.joining(",", "{", "}"));
    PreparedStatement update = session.prepare(sql.render(STAMP));
    update.setLong(1, target);
    update.setString(2, outcome.code());
    update.setString(3, outcome instanceof Stamp.Rejected rejected ? rejected.reason() : null);
    update.setString(4, revisions);
    if (update.executeUpdate() == stamps.size()) {
      return List.of();
    }
    PreparedStatement select = session.prepare(sql.render(MISSED));
    select.setString(1, revisions);
    return Arrays.stream(Results.allLongs(select)).boxed().toList();
  }

  /** Clears the stamps of these messages, and gives them one new revision. */
  public static void unstamp(Session session, MappedSql sql, long[] ids) throws SQLException {
    session.dao(ArchiveRowDao.class).nextRevision();
    PreparedStatement update = session.prepare(sql.render(UNSTAMP));
    for (String chunk : JsonIds.arrays(ids)) {
      update.setString(1, chunk);
      update.executeUpdate();
    }
  }

  /** Returns the reasons of rejected messages, in their order. */
  public static List<Rejection> rejections(
      Session session, MappedSql sql, List<MessageRevision> rejected) throws SQLException {
    PreparedStatement select = session.prepare(sql.render(REASONS));
    List<Rejection> found = new ArrayList<>();
    long[] ids = rejected.stream().mapToLong(MessageRevision::messageId).toArray();
    for (String chunk : JsonIds.arrays(ids)) {
      select.setString(1, chunk);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          found.add(new Rejection(row.getLong(1), row.getString(2)));
        }
      }
    }
    return found;
  }
}
