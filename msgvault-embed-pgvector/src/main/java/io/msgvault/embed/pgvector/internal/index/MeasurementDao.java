package io.msgvault.embed.pgvector.internal.index;

import com.pgvector.PGvector;
import io.msgvault.embed.pgvector.internal.db.PgVectors;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.statement.StatementContext;
import org.jdbi.v3.sqlobject.customizer.Define;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;
import org.jdbi.v3.sqlobject.statement.UseRowMapper;

/** What the measurement of an index reads and writes. */
interface MeasurementDao {
  /** Returns the size of the table if it has an index and has doubled since that was measured. */
  @SqlQuery(
      """
      SELECT bytes FROM {schema}.embed_generations,
             pg_table_size(to_regclass(:table)) AS bytes
       WHERE id = :generation AND bytes >= 2 * coalesce(measured_bytes, 0)
         AND to_regclass(:index) IS NOT NULL""")
  Optional<Long> bytesToMeasure(long generation, String table, String index);

  @SqlUpdate(
      """
      UPDATE {schema}.embed_generations
         SET measured_candidates = :candidates, measured_bytes = :bytes
       WHERE id = :generation""")
  void record(long generation, int candidates, long bytes);

  /** Returns some of the vectors on a share of the table's pages, in random order. */
  @SqlQuery(
      """
      SELECT {vector}.vector_send(embedding) AS vector
        FROM {schema}.embed_chunks_{generation} TABLESAMPLE SYSTEM (:percent)
       ORDER BY random() LIMIT :limit""")
  @UseRowMapper(VectorMapper.class)
  List<float[]> sample(@Define long generation, double percent, int limit);

  @SqlQuery(
      """
      SELECT message_id FROM {schema}.embed_chunks_{generation}
       ORDER BY CAST(embedding AS {vector}.{precision}({dimension}))
                OPERATOR({vector}.<=>) CAST(:question AS {vector}.{precision}({dimension}))
       LIMIT :limit""")
  List<Long> nearest(
      @Define long generation,
      @Define String precision,
      @Define int dimension,
      PGvector question,
      int limit);

  /** Reads a vector. */
  final class VectorMapper implements RowMapper<float[]> {
    @Override
    public float[] map(ResultSet row, StatementContext context) throws SQLException {
      return PgVectors.ofBytes(row.getBytes("vector"));
    }
  }
}
