package io.msgvault.embed.pgvector.internal.archive;

import io.msgvault.embed.pgvector.internal.db.Database;
import io.msgvault.embed.pgvector.internal.db.PgValues;
import io.msgvault.embed.store.MessageRevision;
import io.msgvault.embed.store.Rejection;
import io.msgvault.embed.store.Stamp;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jspecify.annotations.Nullable;

/** Writes and lists the stamps on the rows of the messages. */
public final class Stamps {
  /** Locks the rows in the order of their ids, as all writers of stamps do. */
  private static final String STAMP =
      """
      WITH stamps AS (
        SELECT * FROM unnest(CAST(:ids AS bigint[]), CAST(:revisions AS bigint[]),
                             CAST(:outcomes AS text[]), CAST(:reasons AS text[]))
                   AS g (id, revision, outcome, reason)
      ), locked AS MATERIALIZED (
        SELECT g.id, g.outcome, g.reason
          FROM stamps AS g JOIN {messages} AS m
            ON {m.id} = g.id AND m.embed_rev = g.revision AND {m.live}
         ORDER BY {m.id} FOR NO KEY UPDATE OF m
      ), stamped AS (
        UPDATE {messages} AS m
           SET embed_gen = :target, embed_outcome = l.outcome, embed_reason = l.reason
          FROM locked AS l WHERE {m.id} = l.id
        RETURNING l.id
      )
      SELECT id FROM stamps WHERE id NOT IN (SELECT id FROM stamped)""";

  private static final String UNSTAMP =
      """
      WITH locked AS MATERIALIZED (
        SELECT {m.id} AS id FROM {messages} AS m
         WHERE {m.id} = ANY (:ids) ORDER BY {m.id} FOR NO KEY UPDATE
      )
      UPDATE {messages} AS m SET embed_rev = {m.renewed} FROM locked AS l WHERE {m.id} = l.id""";

  private static final String RENEW_PAGE =
      """
      WITH page AS MATERIALIZED (
        SELECT {m.id} AS id FROM {messages} AS m
         WHERE {m.id} > :after ORDER BY {m.id} LIMIT :limit FOR NO KEY UPDATE
      ), renewed AS (
        UPDATE {messages} AS m SET embed_rev = {m.renewed} FROM page AS p WHERE {m.id} = p.id
      )
      SELECT max(id) FROM page""";

  private static final String STAMPED =
      """
      SELECT {m.id}, m.embed_rev, coalesce(m.embed_reason, '') FROM {messages} AS m
       WHERE {m.live} AND m.embed_gen = :target AND m.embed_outcome = '%s' AND {m.id} > :after
       ORDER BY {m.id} LIMIT :limit""";

  private static final String RESERVE =
      """
      UPDATE {schema}.embed_archive{own}
         SET generation = 1 + greatest(generation, :above,
               (SELECT max(coalesce(m.embed_gen, 0)) FROM {messages} AS m WHERE {m.live}))
      RETURNING generation""";

  private Stamps() {}

  /** Returns an id above the given one, above all stamps and above all that it has returned. */
  public static long reserveGenerationId(Database.Session session, long above) {
    return session.query(RESERVE).bind("above", above).mapTo(Long.class).one();
  }

  /** Stamps messages, and returns those whose revision is another by now. */
  public static Set<Long> stamp(Database.Session session, long target, Collection<Stamp> stamps) {
    List<Long> ids = new ArrayList<>(stamps.size());
    List<Long> revisions = new ArrayList<>(stamps.size());
    List<String> outcomes = new ArrayList<>(stamps.size());
    List<@Nullable String> reasons = new ArrayList<>(stamps.size());
    for (Stamp stamp : stamps) {
      ids.add(stamp.messageId());
      revisions.add(stamp.revision());
      outcomes.add(stamp.outcome().code());
      reasons.add(
          stamp.outcome() instanceof Stamp.Rejected rejected
              ? PgValues.sanitized(rejected.reason())
              : null);
    }
    return new HashSet<>(
        session
            .query(STAMP)
            .bind("target", target)
            .bindArray("ids", Long.class, ids)
            .bindArray("revisions", Long.class, revisions)
            .bindArray("outcomes", String.class, outcomes)
            .bindArray("reasons", String.class, reasons)
            .mapTo(Long.class)
            .list());
  }

  /** Makes messages need work, and returns their number. */
  public static int unstamp(Database.Session session, Collection<Long> ids) {
    return session.update(UNSTAMP).bindArray("ids", Long.class, ids).execute();
  }

  /**
   * Makes a page of messages need work, deleted ones too.
   *
   * @return the last of them; empty if there is none
   */
  static Optional<Long> renewPage(Database.Session session, long afterId, int limit) {
    return session
        .query(RENEW_PAGE)
        .bind("after", afterId)
        .bind("limit", limit)
        .mapTo(Long.class)
        .findOne();
  }

  /** Returns a page of the live messages that are stamped as embedded. */
  public static List<MessageRevision> embedded(
      Database.Session session, long target, long afterId, int limit) {
    return page(session, "EMBEDDED", target, afterId, limit, MessageReader.REVISION);
  }

  /** Returns a page of the live messages that are stamped as blank. */
  public static List<Long> blank(Database.Session session, long target, long afterId, int limit) {
    return page(session, "BLANK", target, afterId, limit, (row, context) -> row.getLong(1));
  }

  /** Returns a page of the live messages that are stamped as rejected. */
  public static List<Rejection> rejected(
      Database.Session session, long target, long afterId, int limit) {
    return page(
        session,
        "REJECTED",
        target,
        afterId,
        limit,
        (row, context) -> new Rejection(row.getLong(1), row.getString(3)));
  }

  private static <T> List<T> page(
      Database.Session session,
      String outcome,
      long target,
      long afterId,
      int limit,
      RowMapper<T> mapper) {
    return session
        .query(STAMPED.formatted(outcome))
        .bind("target", target)
        .bind("after", afterId)
        .bind("limit", limit)
        .map(mapper)
        .list();
  }
}
