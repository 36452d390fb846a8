package io.msgvault.embed.pgvector.internal.index;

import io.msgvault.embed.model.Generation;
import io.msgvault.embed.pgvector.internal.db.Database;
import io.msgvault.embed.pgvector.internal.db.PgValues;
import io.msgvault.embed.store.VectorHit;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.statement.Query;

/**
 * Searches one generation. A search ranks messages by the best of all their chunks, in full
 * precision; the index only proposes which messages to rank.
 */
public final class VectorSearch {
  private static final String ALL_ROWS = "true";
  private static final String GIVEN_IDS = "message_id = ANY (:ids)";
  private static final String PROPOSED_IDS =
      "message_id = ANY (ARRAY (SELECT message_id FROM nearest))";

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

  public VectorSearch(Database.Session session, Generation generation, float[] query, int k) {
    this.session = session;
    this.generation = generation;
    this.query = VectorTable.unit(query);
    this.k = k;
  }

  /**
   * Asks the index, where there is one, for more until there are enough messages.
   *
   * @param exactUpTo the size of the table, in bytes, up to which it compares with every vector
   */
  public List<VectorHit> search(long exactUpTo) {
    Optional<SearchableIndex> indexed = indexed(exactUpTo);
    if (indexed.isPresent()) {
      long vectors = indexed.get().vectors;
      session.execute(HnswIndex.searchSettings(vectors));
      for (long proposals = Math.max(HnswIndex.minProposals(vectors), (long) PROPOSALS_PER_HIT * k);
          proposals < vectors;
          proposals *= PROPOSALS_PER_HIT) {
        List<VectorHit> hits = searchExactly(indexed.get().index, proposals);
        if (hits.size() == k) {
          return hits;
        }
      }
    }
    return hits(session.query(QUERY + rank(ALL_ROWS)));
  }

  /** An index with about the number of its vectors, at least. */
  private record SearchableIndex(HnswIndex index, long vectors) {}

  private Optional<SearchableIndex> indexed(long exactUpTo) {
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
              return new SearchableIndex(
                  new HnswIndex(
                      generation.id(),
                      dimension,
                      HnswIndex.Precision.of(row.getString("indexed_as"))),
                  row.getLong("bytes") / ((long) Float.BYTES * dimension));
            })
        .findFirst();
  }

  /** Compares with every vector of these messages. */
  public List<VectorHit> searchExactly(Collection<Long> messageIds) {
    return hits(session.query(QUERY + rank(GIVEN_IDS)).bindArray("ids", Long.class, messageIds));
  }

  /** Compares with every vector of the messages whose vectors the index proposes. */
  private List<VectorHit> searchExactly(HnswIndex index, long proposals) {
    String nearest =
        """
        nearest AS MATERIALIZED (
          SELECT message_id FROM %1$s
           ORDER BY %2$s OPERATOR($vector.<=>) (SELECT CAST(vector AS %3$s) FROM query)
           LIMIT :proposals
        ),
        """
            .formatted(index.table(), index.expression(), index.type());
    return hits(session.query(QUERY + nearest + rank(PROPOSED_IDS)).bind("proposals", proposals));
  }

  private String rank(String condition) {
    return RANK.formatted(generation.id(), condition);
  }

  private List<VectorHit> hits(Query statement) {
    return statement
        .bind("query", PgValues.floats(query))
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
