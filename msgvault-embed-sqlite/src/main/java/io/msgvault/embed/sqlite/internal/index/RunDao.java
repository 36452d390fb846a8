package io.msgvault.embed.sqlite.internal.index;

import io.msgvault.embed.model.RunCounts;
import io.msgvault.embed.model.RunKind;
import io.msgvault.embed.model.RunRecord;
import io.msgvault.embed.sqlite.internal.db.Times;
import io.msgvault.embed.store.support.RunRows;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.statement.StatementContext;
import org.jdbi.v3.sqlobject.config.RegisterRowMapper;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;

/** The table {@code embed_runs}. Times are in ISO 8601. */
public interface RunDao {
  /**
   * Ends the open runs of a generation, and those of retired ones, which nothing can end any more.
   */
  @SqlUpdate(
      """
      UPDATE embed_runs SET ended = :at, status = 'ABANDONED'
       WHERE ended IS NULL
         AND (generation = :generation
              OR generation IN (SELECT id FROM embed_generations WHERE state = 'RETIRED'))
      """)
  void abandon(long generation, String at);

  @SqlQuery(
      """
      INSERT INTO embed_runs (generation, backstop, started, status)
      VALUES (:generation, :backstop, :started, 'RUNNING')
      RETURNING id
      """)
  long begin(long generation, boolean backstop, String started);

  @SqlUpdate(
      """
      UPDATE embed_runs
         SET ended = :ended, status = :status, detail = :detail, scanned = :c.scanned,
             embedded = :c.embedded, blank = :c.blank, rejected = :c.rejected, missed = :c.missed, failed = :c.failed,
             reused = :c.reused, chunks = :c.chunks, requests = :c.requests, retries = :c.retries,
             tokens = :c.tokens, unstamped = :c.unstamped, orphans = :c.orphans
       WHERE id = :id
      """)
  void end(
      long id,
      String ended,
      RunRecord.Status status,
      @BindMethods("c") RunCounts counts,
      String detail);

  @SqlUpdate("DELETE FROM embed_runs WHERE id <= :id AND ended IS NOT NULL")
  void deleteUpTo(long id);

  @SqlQuery("SELECT * FROM embed_runs ORDER BY id DESC LIMIT :limit")
  @RegisterRowMapper(RunMapper.class)
  List<RunRecord> latest(int limit);

  /** Reads an entry. */
  final class RunMapper implements RowMapper<RunRecord> {
    @Override
    public RunRecord map(ResultSet row, StatementContext context) throws SQLException {
      return RunRecord.builder(
              row.getLong("id"),
              row.getLong("generation"),
              row.getBoolean("backstop") ? RunKind.BACKSTOP : RunKind.FILL,
              Instant.parse(row.getString("started")))
          .ended(Times.parseOptional(row.getString("ended")))
          .status(RunRecord.Status.valueOf(row.getString("status")))
          .counts(RunRows.readCounts(row::getLong))
          .detail(row.getString("detail"))
          .build();
    }
  }
}
