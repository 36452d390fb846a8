package io.msgvault.embed.pgvector;

import io.msgvault.embed.VectorHit;
import java.util.Collection;
import java.util.List;
import org.jdbi.v3.core.statement.Query;

/**
 * Searches one generation. A search ranks messages by the best of all their chunks, in full
 * precision; the index only proposes which messages to rank.
 */
final class VectorSearch {
  private static final String EVERY = "true";
  private static final String AMONG = "message_id IN (SELECT unnest(:ids))";
  private static final String NEAREST = "message_id IN (SELECT message_id FROM nearest)";

  private static final String RANK =
      """
      best AS MATERIALIZED (
        SELECT message_id, max(1 - (embedding OPERATOR($vector.<=>) (SELECT vector FROM query)))
                 AS score
          FROM $schema.embed_chunks
         WHERE generation = :generation AND %s
         GROUP BY message_id
         ORDER BY score DESC, message_id LIMIT :k
      )
      SELECT best.message_id, revision, start_at, end_at, score
        FROM best
        JOIN $schema.embed_messages m
          ON m.generation = :generation AND m.message_id = best.message_id
       CROSS JOIN LATERAL (
             SELECT start_at, end_at FROM $schema.embed_chunks c
              WHERE c.generation = :generation AND c.message_id = best.message_id
              ORDER BY embedding OPERATOR($vector.<=>) (SELECT vector FROM query), chunk LIMIT 1
             ) AS chunk
       ORDER BY score DESC, best.message_id""";

  private static final String QUERY =
      "WITH query AS MATERIALIZED (SELECT CAST(:query AS $vector.vector) AS vector),\n";

  private final Database.Session session;
  private final long generation;
  private final float[] query;
  private final int k;

  VectorSearch(Database.Session session, long generation, float[] query, int k) {
    this.session = session;
    this.generation = generation;
    this.query = Chunks.unit(query);
    this.k = k;
  }

  /** Compares with every vector. */
  List<VectorHit> exact() {
    return hits(session.query(QUERY + RANK.formatted(EVERY)));
  }

  /** Compares with every vector of these messages. */
  List<VectorHit> among(Collection<Long> messageIds) {
    return hits(
        session.query(QUERY + RANK.formatted(AMONG)).bindArray("ids", Long.class, messageIds));
  }

  /** Compares with the vectors of the messages that the index proposes. */
  List<VectorHit> indexed(HnswIndex index, int proposals) {
    String nearest =
        """
        nearest AS MATERIALIZED (
          SELECT message_id FROM %1$s
           ORDER BY %2$s OPERATOR($vector.<=>) (SELECT CAST(vector AS %3$s) FROM query)
           LIMIT :proposals
        ),
        """
            .formatted(index.table(), index.expression(), index.type());
    return hits(
        session.query(QUERY + nearest + RANK.formatted(NEAREST)).bind("proposals", proposals));
  }

  private List<VectorHit> hits(Query statement) {
    return statement
        .bind("query", Values.floats(query))
        .bind("generation", generation)
        .bind("k", k)
        .map(
            (row, context) ->
                new VectorHit(
                    row.getLong("message_id"),
                    row.getLong("revision"),
                    row.getInt("start_at"),
                    row.getInt("end_at"),
                    Math.max(-1, Math.min(1, row.getDouble("score")))))
        .list();
  }
}
