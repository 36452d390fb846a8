package io.msgvault.embed.pgvector.internal.archive;

import io.msgvault.embed.model.Scope;
import io.msgvault.embed.pgvector.internal.db.Database;
import io.msgvault.embed.pgvector.internal.db.PgValues;
import io.msgvault.embed.store.Message;
import io.msgvault.embed.store.MessageRevision;
import io.msgvault.embed.store.ScanLimits;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/** Reads messages with their bodies, which the server cuts. */
public final class MessageReader {
  public static final RowMapper<Message> MESSAGE =
      (row, context) ->
          new Message(
              row.getLong("id"),
              row.getLong("embed_rev"),
              row.getString("subject"),
              row.getString("body_text"),
              row.getString("body_html"),
              row.getBoolean("truncated"));

  static final RowMapper<MessageRevision> REVISION =
      (row, context) -> new MessageRevision(row.getLong(1), row.getLong(2));

  /**
   * Selects bodies cut at the cap. Lengths in bytes are known without reading a body, and {@code
   * left} reads no more than it returns. A body of no more bytes than the cap has no more
   * characters either.
   */
  private static final String COLUMNS =
      """
      id, embed_rev, coalesce(subject, '') AS subject,
      coalesce(left(body_text, :cap), '') AS body_text,
      coalesce(left(body_html, :cap), '') AS body_html,
      (coalesce(octet_length(body_text) > :cap
                AND octet_length(body_text) > octet_length(left(body_text, :cap)), false)
       OR coalesce(octet_length(body_html) > :cap
                   AND octet_length(body_html) > octet_length(left(body_html, :cap)), false))
        AS truncated
      """;

  /**
   * Finds a page of messages that need work. They are in the groups of {@code embed_scan} whose
   * generation is not the target.
   *
   * <p>There are few groups, so the statement seeks from each to the next. In each it seeks the
   * head, which is the first message after the given id. It then merges the page from the groups
   * with the lowest heads. It needs no more groups than the page has messages.
   *
   * <p>Comparisons of the index's whole key bound a group. If its columns were set equal, the order
   * by the id could come from the primary key. The planner would then read all of that key while
   * its statistics are out of date. For the same reason the first group of a generation is the
   * first at or behind it.
   */
  private static final String CANDIDATES =
      """
      WITH RECURSIVE generations (gen) AS (
        SELECT min(coalesce(m.embed_gen, 0)) FROM {messages} AS m WHERE {m.live}
        UNION ALL
        SELECT (SELECT min(coalesce(m.embed_gen, 0)) FROM {messages} AS m
                 WHERE {m.live} AND coalesce(m.embed_gen, 0) > n.gen)
          FROM generations AS n WHERE n.gen IS NOT NULL
      ), groups (gen, type, source) AS (
        SELECT n.gen, first.* FROM generations AS n CROSS JOIN LATERAL (
          SELECT {m.type}, {m.source} FROM {messages} AS m
           WHERE {m.live} AND coalesce(m.embed_gen, 0) >= n.gen
           ORDER BY {m.group} LIMIT 1
        ) AS first WHERE n.gen <> :target
        UNION ALL
        SELECT g.gen, next.* FROM groups AS g CROSS JOIN LATERAL (
          SELECT {m.type}, {m.source} FROM {messages} AS m
           WHERE {m.live} AND {m.after_group}
           ORDER BY {m.group} LIMIT 1
        ) AS next
      ), heads AS (
        SELECT g.gen, g.type, g.source, head.id AS head FROM groups AS g CROSS JOIN LATERAL (
          SELECT {m.id} AS id FROM {messages} AS m
           WHERE {m.live} AND ({m.group}, {m.id}) > ({g.group_of}, :after)
             AND ({m.group}, {m.id}) <= ({g.group_of}, 9223372036854775807)
           ORDER BY {m.group}, {m.id} LIMIT 1
        ) AS head
        WHERE (:types = '{}' OR {g.type_in}) AND (:sources = '{}' OR {g.source_in})
        ORDER BY head.id LIMIT :messages
      ), candidates AS (
        SELECT candidate.* FROM heads AS g CROSS JOIN LATERAL (
          SELECT {m.id} AS id, m.embed_rev, {m.subject} AS subject FROM {messages} AS m
           WHERE {m.live} AND ({m.group}, {m.id}) >= ({g.group_of}, g.head)
             AND ({m.group}, {m.id}) <= ({g.group_of}, 9223372036854775807)
           ORDER BY {m.group}, {m.id} LIMIT :messages
        ) AS candidate
        ORDER BY candidate.id LIMIT :messages
      )
      """;

  /**
   * Reads the bodies of the page. The limit makes the server look up each body by itself. In a join
   * it would read all bodies once if it took their table for empty. It does so when it gathers
   * statistics during a large import.
   */
  private static final String SCAN =
      CANDIDATES
          + """
      , sized AS (
        SELECT c.id, c.embed_rev, c.subject, body.body_text, body.body_html,
               row_number() OVER by_id AS place,
               sum(coalesce(octet_length(c.subject), 0)::bigint
                   + least(coalesce(octet_length(body.body_text), 0), 4 * CAST(:cap AS bigint))
                   + least(coalesce(octet_length(body.body_html), 0), 4 * CAST(:cap AS bigint)))
                 OVER by_id AS total
          FROM candidates AS c LEFT JOIN LATERAL (
            SELECT {b.text} AS body_text, {b.html} AS body_html
              FROM {bodies} AS b WHERE {b.body_message_id} = c.id LIMIT 1
          ) AS body ON true
        WINDOW by_id AS (ORDER BY c.id)
      )
      SELECT %s FROM sized WHERE place = 1 OR total <= :characters ORDER BY id"""
              .formatted(COLUMNS);

  private static final String NEEDING_WORK =
      CANDIDATES + "SELECT id, embed_rev FROM candidates ORDER BY id";

  private static final String LIVE =
      """
      SELECT id, embed_rev FROM (
        SELECT {m.id} AS id, m.embed_rev, {m.type} AS type, {m.source} AS source
          FROM {messages} AS m WHERE {m.live} AND {m.id} > :after) AS g
       WHERE (:types = '{}' OR {g.type_in}) AND (:sources = '{}' OR {g.source_in})
       ORDER BY id LIMIT :messages""";

  private static final String FIND =
      """
      WITH found AS (
        SELECT {m.id} AS id, m.embed_rev, {m.subject} AS subject, body.body_text, body.body_html
          FROM {messages} AS m LEFT JOIN LATERAL (
            SELECT {b.text} AS body_text, {b.html} AS body_html
              FROM {bodies} AS b WHERE {b.body_message_id} = {m.id} LIMIT 1
          ) AS body ON true
         WHERE {m.id} = ANY (:ids) AND {m.live}
      )
      SELECT %s FROM found ORDER BY id"""
          .formatted(COLUMNS);

  private MessageReader() {}

  /** Returns the query for a page of messages that need work. */
  public static Query scan(
      Database.Session session, long target, Scope scope, long afterId, ScanLimits limits) {
    return bindScope(session.query(SCAN), scope)
        .bind("target", target)
        .bind("after", afterId)
        .bind("messages", limits.messages())
        .bind("characters", limits.characters())
        .bind("cap", limits.bodyCharacters());
  }

  /** Returns the messages that {@link #scan} reads, without their texts. */
  public static List<MessageRevision> needingWork(
      Database.Session session, long target, Scope scope, long afterId, int limit) {
    return bindScope(session.query(NEEDING_WORK), scope)
        .bind("target", target)
        .bind("after", afterId)
        .bind("messages", limit)
        .map(REVISION)
        .list();
  }

  /** Returns the live messages of a scope. */
  public static List<MessageRevision> live(
      Database.Session session, Scope scope, long afterId, int limit) {
    return bindScope(session.query(LIVE), scope)
        .bind("after", afterId)
        .bind("messages", limit)
        .map(REVISION)
        .list();
  }

  /** Returns the query for the live messages among these ids. */
  public static Query find(Database.Session session, Collection<Long> ids, int bodyCharacters) {
    return session.query(FIND).bindArray("ids", Long.class, ids).bind("cap", bodyCharacters);
  }

  static Query bindScope(Query query, Scope scope) {
    return query
        .bindArray("types", String.class, storableNames(scope.types()))
        .bindArray("sources", String.class, storableNames(scope.sources()));
  }

  /** Replaces a name that no row can have by NULL, which equals none. */
  private static List<@Nullable String> storableNames(Collection<String> names) {
    List<@Nullable String> possible = new ArrayList<>();
    for (String name : names) {
      possible.add(PgValues.isName(name) ? name : null);
    }
    return possible;
  }
}
