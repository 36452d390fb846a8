package io.msgvault.embed.pgvector.internal.archive;

import io.msgvault.embed.model.Scope;
import io.msgvault.embed.pgvector.internal.db.Database;
import io.msgvault.embed.pgvector.internal.db.PgValues;
import io.msgvault.embed.store.Message;
import io.msgvault.embed.store.ScanLimits;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/** Reads messages with their bodies, cut by the server. */
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

  /**
   * Lengths in bytes are known without reading a body, and {@code left} reads no more than it
   * returns. A body of no more bytes than the cap has no more characters either.
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
   * Messages that need work are in the groups of {@code embed_scan} whose generation is not the
   * target. There are few groups, so they are found by seeking from each to the next, and so is the
   * head of each, its first message after the given id. The page is then merged from the groups
   * with the lowest heads: no group beyond as many as the page has messages can be in it. A group
   * is cut out by comparisons of the index's whole key: were its columns set equal, the order by
   * what is left, the id, could come from the primary key, and the planner would read all of that
   * where its statistics are of another day. For the same reason the first group of a generation is
   * the first at or behind it. And each body is looked up by itself, which the limit sees to:
   * joined, all bodies would be read once where the server took their table for empty, as it does
   * when it gathers statistics during a large import.
   */
  private static final String SCAN =
      """
      WITH RECURSIVE generations (gen) AS (
        SELECT min(coalesce(m.embed_gen, 0)) FROM $messages AS m WHERE $live(m)
        UNION ALL
        SELECT (SELECT min(coalesce(m.embed_gen, 0)) FROM $messages AS m
                 WHERE $live(m) AND coalesce(m.embed_gen, 0) > n.gen)
          FROM generations AS n WHERE n.gen IS NOT NULL
      ), groups (gen, type, source) AS (
        SELECT n.gen, first.* FROM generations AS n CROSS JOIN LATERAL (
          SELECT $type(m), $source(m) FROM $messages AS m
           WHERE $live(m) AND coalesce(m.embed_gen, 0) >= n.gen
           ORDER BY $group(m) LIMIT 1
        ) AS first WHERE n.gen <> :target
        UNION ALL
        SELECT g.gen, next.* FROM groups AS g CROSS JOIN LATERAL (
          SELECT $type(m), $source(m) FROM $messages AS m
           WHERE $live(m) AND $beyond(m)
           ORDER BY $group(m) LIMIT 1
        ) AS next
      ), heads AS (
        SELECT g.gen, g.type, g.source, head.id AS head FROM groups AS g CROSS JOIN LATERAL (
          SELECT $id(m) AS id FROM $messages AS m
           WHERE $live(m) AND ($group(m), $id(m)) > ($groupof(g), :after)
             AND ($group(m), $id(m)) <= ($groupof(g), 9223372036854775807)
           ORDER BY $group(m), $id(m) LIMIT 1
        ) AS head
        WHERE (:types = '{}' OR $oftype(g.type)) AND (:sources = '{}' OR $ofsource(g.source))
        ORDER BY head.id LIMIT :messages
      ), candidates AS (
        SELECT candidate.* FROM heads AS g CROSS JOIN LATERAL (
          SELECT $id(m) AS id, m.embed_rev, $subject(m) AS subject FROM $messages AS m
           WHERE $live(m) AND ($group(m), $id(m)) >= ($groupof(g), g.head)
             AND ($group(m), $id(m)) <= ($groupof(g), 9223372036854775807)
           ORDER BY $group(m), $id(m) LIMIT :messages
        ) AS candidate
        ORDER BY candidate.id LIMIT :messages
      ), sized AS (
        SELECT c.id, c.embed_rev, c.subject, body.body_text, body.body_html,
               row_number() OVER by_id AS place,
               sum(coalesce(octet_length(c.subject), 0)::bigint
                   + least(coalesce(octet_length(body.body_text), 0), 4 * CAST(:cap AS bigint))
                   + least(coalesce(octet_length(body.body_html), 0), 4 * CAST(:cap AS bigint)))
                 OVER by_id AS total
          FROM candidates AS c LEFT JOIN LATERAL (
            SELECT $text(b) AS body_text, $html(b) AS body_html
              FROM $bodies AS b WHERE $bodyof(b) = c.id LIMIT 1
          ) AS body ON true
        WINDOW by_id AS (ORDER BY c.id)
      )
      SELECT %s FROM sized WHERE place = 1 OR total <= :characters ORDER BY id"""
          .formatted(COLUMNS);

  private static final String FIND =
      """
      WITH found AS (
        SELECT $id(m) AS id, m.embed_rev, $subject(m) AS subject, body.body_text, body.body_html
          FROM $messages AS m LEFT JOIN LATERAL (
            SELECT $text(b) AS body_text, $html(b) AS body_html
              FROM $bodies AS b WHERE $bodyof(b) = $id(m) LIMIT 1
          ) AS body ON true
         WHERE $id(m) = ANY (:ids) AND $live(m)
      )
      SELECT %s FROM found ORDER BY id"""
          .formatted(COLUMNS);

  private MessageReader() {}

  public static Query scan(
      Database.Session session, long target, Scope scope, long afterId, ScanLimits limits) {
    return bindScope(session.query(SCAN), scope)
        .bind("target", target)
        .bind("after", afterId)
        .bind("messages", limits.messages())
        .bind("characters", limits.characters())
        .bind("cap", limits.bodyCharacters());
  }

  public static Query find(Database.Session session, Collection<Long> ids, int bodyCharacters) {
    return session.query(FIND).bindArray("ids", Long.class, ids).bind("cap", bodyCharacters);
  }

  static Query bindScope(Query query, Scope scope) {
    return query
        .bindArray("types", String.class, storableNames(scope.types()))
        .bindArray("sources", String.class, storableNames(scope.sources()));
  }

  /** What no row can have as its name; NULL, in its stead, equals none. */
  private static List<@Nullable String> storableNames(Collection<String> names) {
    List<@Nullable String> possible = new ArrayList<>();
    for (String name : names) {
      possible.add(PgValues.isName(name) ? name : null);
    }
    return possible;
  }
}
