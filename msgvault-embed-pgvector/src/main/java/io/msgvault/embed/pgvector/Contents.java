package io.msgvault.embed.pgvector;

import io.msgvault.embed.Message;
import io.msgvault.embed.ScanLimits;
import io.msgvault.embed.Scope;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/** Reads messages with their bodies, cut by the server. */
final class Contents {
  static final RowMapper<Message> MESSAGE =
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
   * Messages that need work are in the groups of {@code messages_embed} whose generation is not the
   * target. There are few groups, so they are found by seeking from each to the next, and so is the
   * head of each, its first message after the given id. The page is then merged from the groups
   * with the lowest heads: no group beyond as many as the page has messages can be in it.
   */
  private static final String SCAN =
      """
      WITH RECURSIVE generations (gen) AS (
        SELECT min(coalesce(embed_gen, 0)) FROM $schema.messages WHERE deleted_at IS NULL
        UNION ALL
        SELECT (SELECT min(coalesce(embed_gen, 0)) FROM $schema.messages
                 WHERE deleted_at IS NULL AND coalesce(embed_gen, 0) > gen)
          FROM generations WHERE gen IS NOT NULL
      ), groups (gen, type, source) AS (
        SELECT gen, first.* FROM generations CROSS JOIN LATERAL (
          SELECT message_type, source_id FROM $schema.messages
           WHERE deleted_at IS NULL AND coalesce(embed_gen, 0) = gen
           ORDER BY coalesce(embed_gen, 0), message_type, source_id LIMIT 1
        ) AS first WHERE gen <> :target
        UNION ALL
        SELECT gen, next.* FROM groups CROSS JOIN LATERAL (
          SELECT message_type, source_id FROM $schema.messages
           WHERE deleted_at IS NULL AND coalesce(embed_gen, 0) = gen
             AND (message_type, source_id) > (type, source)
           ORDER BY coalesce(embed_gen, 0), message_type, source_id LIMIT 1
        ) AS next
      ), heads AS (
        SELECT gen, type, source, head.id AS head FROM groups CROSS JOIN LATERAL (
          SELECT id FROM $schema.messages
           WHERE deleted_at IS NULL AND coalesce(embed_gen, 0) = gen AND message_type = type
             AND source_id = source AND id > :after
           ORDER BY coalesce(embed_gen, 0), message_type, source_id, id LIMIT 1
        ) AS head
        WHERE (:types = '{}' OR type = ANY (:types))
          AND (:sources = '{}' OR source IN (SELECT id FROM $schema.sources
                                              WHERE name = ANY (:sources)))
        ORDER BY head.id LIMIT :messages
      ), candidates AS (
        SELECT candidate.* FROM heads CROSS JOIN LATERAL (
          SELECT id, embed_rev, subject FROM $schema.messages
           WHERE deleted_at IS NULL AND coalesce(embed_gen, 0) = gen AND message_type = type
             AND source_id = source AND id >= head
           ORDER BY coalesce(embed_gen, 0), message_type, source_id, id LIMIT :messages
        ) AS candidate
        ORDER BY id LIMIT :messages
      ), sized AS (
        SELECT id, embed_rev, subject, body_text, body_html,
               row_number() OVER by_id AS place,
               sum(coalesce(octet_length(subject), 0)::bigint
                   + least(coalesce(octet_length(body_text), 0), 4 * CAST(:cap AS bigint))
                   + least(coalesce(octet_length(body_html), 0), 4 * CAST(:cap AS bigint)))
                 OVER by_id AS total
          FROM candidates LEFT JOIN $schema.message_bodies ON message_id = id
        WINDOW by_id AS (ORDER BY id)
      )
      SELECT %s FROM sized WHERE place = 1 OR total <= :characters ORDER BY id"""
          .formatted(COLUMNS);

  private static final String FIND =
      """
      SELECT %s FROM $schema.messages LEFT JOIN $schema.message_bodies ON message_id = id
       WHERE id = ANY (:ids) AND deleted_at IS NULL ORDER BY id"""
          .formatted(COLUMNS);

  private Contents() {}

  static Query scan(
      Database.Session session, long target, Scope scope, long afterId, ScanLimits limits) {
    return bindScope(session.query(SCAN), scope)
        .bind("target", target)
        .bind("after", afterId)
        .bind("messages", limits.messages())
        .bind("characters", limits.characters())
        .bind("cap", limits.bodyCharacters());
  }

  static Query find(Database.Session session, Collection<Long> ids, int bodyCharacters) {
    return session.query(FIND).bindArray("ids", Long.class, ids).bind("cap", bodyCharacters);
  }

  static Query bindScope(Query query, Scope scope) {
    return query
        .bindArray("types", String.class, names(scope.types()))
        .bindArray("sources", String.class, names(scope.sources()));
  }

  /** A name that PostgreSQL can't hold is in no row; NULL, in its stead, equals none. */
  private static List<@Nullable String> names(Collection<String> names) {
    List<@Nullable String> possible = new ArrayList<>();
    for (String name : names) {
      possible.add(Values.storable(name) ? name : null);
    }
    return possible;
  }
}
