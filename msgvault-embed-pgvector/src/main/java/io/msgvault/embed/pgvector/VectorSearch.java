package io.msgvault.embed.pgvector;

import io.msgvault.embed.Generation;
import io.msgvault.embed.VectorHit;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.statement.Query;

/**
 * Searches one generation. A search ranks messages by the best of all their chunks, in full
 * precision; the index only proposes which messages to rank.
 */
final class VectorSearch {
  private static final String EVERY = "true";
  private static final String AMONG = "message_id = ANY (:ids)";
  private static final String NEAREST = "message_id = ANY (ARRAY (SELECT message_id FROM nearest))";

  /** Scores are worked out below OFFSET 0, so that no sort and no group carries vectors. */
  private static final String RANK =
      """
      best AS MATERIALIZED (
        SELECT message_id, max(score) AS score
          FROM (SELECT message_id,
                       1 - (embedding OPERATOR($vector.<=>) (SELECT vector FROM query)) AS score
                  FROM $schema.embed_chunks_%1$d WHERE %2$s OFFSET 0
               ) AS scored
         GROUP BY message_id
         ORDER BY score DESC, message_id LIMIT :k
      )
      SELECT best.message_id, revision, start_at, end_at, score
        FROM best
        JOIN $schema.embed_messages_%1$d m ON m.message_id = best.message_id
       CROSS JOIN LATERAL (
             SELECT start_at, end_at FROM $schema.embed_chunks_%1$d c
              WHERE c.message_id = best.message_id
              ORDER BY embedding OPERATOR($vector.<=>) (SELECT vector FROM query), chunk LIMIT 1
             ) AS chunk
       ORDER BY score DESC, best.message_id""";

  private static final String QUERY =
      "WITH query AS MATERIALIZED (SELECT CAST(:query AS $vector.vector) AS vector),\n";

  private static final int PROPOSALS_PER_HIT = 4;

  private final Database.Session session;
  private final Generation generation;
  private final float[] query;
  private final int k;

  VectorSearch(Database.Session session, Generation generation, float[] query, int k) {
    this.session = session;
    this.generation = generation;
    this.query = Chunks.unit(query);
    this.k = k;
  }

  /**
   * Asks the index, where there is one, for more until there are enough messages.
   *
   * @param exactUpTo the size of the table, in bytes, up to which it compares with every vector
   */
  List<VectorHit> best(long exactUpTo) {
    Optional<Indexed> indexed = indexed(exactUpTo);
    if (indexed.isPresent()) {
      long vectors = indexed.get().vectors;
      session.execute(HnswIndex.searchSettings(vectors));
      for (long proposals =
              Math.max(HnswIndex.leastProposals(vectors), (long) PROPOSALS_PER_HIT * k);
          proposals < vectors;
          proposals *= PROPOSALS_PER_HIT) {
        List<VectorHit> hits = among(indexed.get().index, proposals);
        if (hits.size() == k) {
          return hits;
        }
      }
    }
    return hits(session.query(QUERY + rank(EVERY)));
  }

  /** An index with about the number of its vectors, at least. */
  private record Indexed(HnswIndex index, long vectors) {}

  private Optional<Indexed> indexed(long exactUpTo) {
    return session
        .query(
            """
            SELECT indexed_as, bytes
              FROM $schema.embed_generations, pg_table_size(to_regclass(:table)) AS bytes
             WHERE id = :generation AND indexed_as IS NOT NULL AND bytes > :exactUpTo""")
        .bind("table", session.sql("$schema.embed_chunks_" + generation.id()))
        .bind("generation", generation.id())
        .bind("exactUpTo", exactUpTo)
        .map(
            (row, context) -> {
              int dimension = generation.fingerprint().dimension();
              return new Indexed(
                  new HnswIndex(
                      generation.id(),
                      dimension,
                      HnswIndex.Precision.of(row.getString("indexed_as"))),
                  row.getLong("bytes") / ((long) Float.BYTES * dimension));
            })
        .findFirst();
  }

  /** Compares with every vector of these messages. */
  List<VectorHit> among(Collection<Long> messageIds) {
    return hits(session.query(QUERY + rank(AMONG)).bindArray("ids", Long.class, messageIds));
  }

  /** Compares with every vector of the messages whose vectors the index proposes. */
  private List<VectorHit> among(HnswIndex index, long proposals) {
    String nearest =
        """
        nearest AS MATERIALIZED (
          SELECT message_id FROM %1$s
           ORDER BY %2$s OPERATOR($vector.<=>) (SELECT CAST(vector AS %3$s) FROM query)
           LIMIT :proposals
        ),
        """
            .formatted(index.table(), index.expression(), index.type());
    return hits(session.query(QUERY + nearest + rank(NEAREST)).bind("proposals", proposals));
  }

  private String rank(String condition) {
    return RANK.formatted(generation.id(), condition);
  }

  private List<VectorHit> hits(Query statement) {
    return statement
        .bind("query", Values.floats(query))
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
