package io.msgvault.embed.pgvector.internal.index;

import com.pgvector.PGvector;
import io.msgvault.embed.store.VectorHit;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.statement.StatementContext;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.config.RegisterRowMapper;
import org.jdbi.v3.sqlobject.customizer.Define;
import org.jdbi.v3.sqlobject.statement.SqlQuery;

/**
 * The searches of one generation. They read its partitions by their own names. Each ranks messages
 * by the best of their chunks, and differs in the chunks that it compares.
 */
@RegisterRowMapper(SearchDao.HitMapper.class)
interface SearchDao {
  String QUERY = "WITH query AS MATERIALIZED (SELECT CAST(:query AS {vector}.vector) AS vector),\n";

  /** Computes scores below OFFSET 0, so that no sort and no group carries vectors. */
  String SCORES =
      """
      best AS MATERIALIZED (
        SELECT message_id, max(score) AS score
          FROM (SELECT message_id,
                       1 - (embedding OPERATOR({vector}.<=>) (SELECT vector FROM query)) AS score
                  FROM {schema}.embed_chunks_{generation}""";

  String RANK =
      """
       OFFSET 0
               ) AS scored
         GROUP BY message_id
         ORDER BY score DESC, message_id LIMIT :k
      )
      SELECT best.message_id, revision, start_at, end_at, score
        FROM best
        JOIN {schema}.embed_messages_{generation} m ON m.message_id = best.message_id
       CROSS JOIN LATERAL (
             SELECT start_at, end_at FROM {schema}.embed_chunks_{generation} c
              WHERE c.message_id = best.message_id
              ORDER BY embedding OPERATOR({vector}.<=>) (SELECT vector FROM query), chunk LIMIT 1
             ) AS chunk
       ORDER BY score DESC, best.message_id""";

  /** Compares with every vector. */
  @SqlQuery(QUERY + SCORES + RANK)
  List<VectorHit> searchAll(@Define long generation, PGvector query, int k);

  /** Compares with every vector of these messages. */
  @SqlQuery(QUERY + SCORES + " WHERE message_id = ANY (:ids)" + RANK)
  List<VectorHit> searchIds(@Define long generation, PGvector query, int k, Collection<Long> ids);

  /**
   * Compares with every vector of the messages whose vectors the index proposes, if the generation
   * and its index are as known.
   */
  @SqlQuery(
      """
      WITH query AS MATERIALIZED (
        SELECT CAST(:query AS {vector}.vector) AS vector
          FROM {schema}.embed_generations,
               pg_table_size(CAST(:table AS regclass)) AS bytes
         WHERE id = {generation} AND state <> 'RETIRED'
           AND indexed_as = '{precision}' AND dimension = {dimension}
           AND bytes > :exactUpTo AND bytes <= :validUpTo
      ), nearest AS MATERIALIZED (
        SELECT message_id FROM {schema}.embed_chunks_{generation}
         ORDER BY CAST(embedding AS {vector}.{precision}({dimension}))
                  OPERATOR({vector}.<=>)
                  (SELECT CAST(vector AS {vector}.{precision}({dimension})) FROM query)
         LIMIT {proposals}
      ), scored AS MATERIALIZED (
        SELECT message_id, chunk, start_at, end_at,
               1 - (embedding OPERATOR({vector}.<=>) vector) AS score
          FROM query CROSS JOIN {schema}.embed_chunks_{generation}
         WHERE message_id = ANY (ARRAY (SELECT message_id FROM nearest))
      ), best AS (
        SELECT DISTINCT ON (message_id) * FROM scored ORDER BY message_id, score DESC, chunk
      ), head AS MATERIALIZED (
        SELECT * FROM best ORDER BY score DESC, message_id LIMIT :k
      )
      SELECT head.message_id, revision, start_at, end_at, score
        FROM head
        JOIN {schema}.embed_messages_{generation} m ON m.message_id = head.message_id
       ORDER BY score DESC, head.message_id""")
  List<VectorHit> searchProposed(
      @Define long generation,
      String table,
      @Define String precision,
      @Define int dimension,
      long exactUpTo,
      long validUpTo,
      PGvector query,
      int k,
      @Define long proposals);

  /** Finds the generation's index, if its table is larger than a number of bytes. */
  @SqlQuery(
      """
      SELECT indexed_as AS precision, dimension, bytes,
             coalesce(measured_bytes, 0) AS measured_bytes,
             coalesce(measured_candidates, 0) AS measured_candidates
        FROM {schema}.embed_generations, pg_table_size(to_regclass(:table)) AS bytes
       WHERE id = :generation AND indexed_as IS NOT NULL AND bytes > :exactUpTo""")
  @RegisterConstructorMapper(SearchedIndex.class)
  Optional<SearchedIndex> index(long generation, String table, long exactUpTo);

  /** Reads a hit. */
  final class HitMapper implements RowMapper<VectorHit> {
    @Override
    public VectorHit map(ResultSet row, StatementContext context) throws SQLException {
      return new VectorHit(
          row.getLong("message_id"),
          row.getLong("revision"),
          row.getInt("start_at"),
          row.getInt("end_at"),
          Math.max(-1, Math.min(1, row.getDouble("score"))));
    }
  }
}
