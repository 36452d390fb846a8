package io.msgvault.embed.pgvector.internal.index;

import io.msgvault.embed.model.RunKind;
import io.msgvault.embed.model.RunRecord;
import io.msgvault.embed.pgvector.internal.db.PgValues;
import io.msgvault.embed.store.support.RunRows;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.statement.StatementContext;
import org.jdbi.v3.sqlobject.customizer.BindMap;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;
import org.jdbi.v3.sqlobject.statement.UseRowMapper;
import org.jspecify.annotations.Nullable;

/** The table {@code embed_runs}. */
interface RunDao {
  /** Begins the name of the lock that a sharing worker holds as long as it lives. */
  String WORKER_LOCK_PREFIX = "msgvault-embed worker ";

  /**
   * Marks the runs of retired generations, and of this generation those of dead workers, as
   * abandoned.
   *
   * @param worker the worker that begins a run; null if it has the generation for itself. Every
   *     other run of the generation is then dead
   */
  @SqlUpdate(
      """
      UPDATE {schema}.embed_runs SET status = 'ABANDONED', ended = :at
       WHERE status = 'RUNNING'
         AND (generation IN (SELECT id FROM {schema}.embed_generations WHERE state = 'RETIRED')
              OR (generation = :generation
                  AND (CAST(:worker AS bigint) IS NULL OR worker = :worker OR NOT EXISTS (
                    SELECT 1 FROM pg_locks
                     WHERE locktype = 'advisory' AND granted AND objsubid = 1
                       AND database = (SELECT oid FROM pg_database
                                        WHERE datname = current_database())
                       AND (CAST(classid AS bigint) << 32) | CAST(objid AS bigint)
                           = hashtextextended('"""
          + WORKER_LOCK_PREFIX
          + "' || worker, 0)))))")
  void abandon(long generation, @Nullable Long worker, OffsetDateTime at);

  /** Deletes all but the latest runs, and none that is running. */
  @SqlUpdate(
      """
      DELETE FROM {schema}.embed_runs
       WHERE id <= (SELECT max(id) FROM {schema}.embed_runs) - :limit AND status <> 'RUNNING'""")
  void deleteOld(int limit);

  @SqlQuery(
      """
      INSERT INTO {schema}.embed_runs (generation, worker, backstop, started, status, detail)
      VALUES (:generation, :worker, :backstop, :started, 'RUNNING', '')
      RETURNING *""")
  @UseRowMapper(RunMapper.class)
  RunRecord insert(
      long generation, @Nullable Long worker, boolean backstop, OffsetDateTime started);

  @SqlUpdate(
      """
      UPDATE {schema}.embed_runs
         SET ended = :ended, status = :status, detail = :detail, scanned = :scanned,
             embedded = :embedded, blank = :blank, rejected = :rejected, missed = :missed,
             failed = :failed, reused = :reused, chunks = :chunks, requests = :requests,
             retries = :retries, tokens = :tokens, unstamped = :unstamped,
             orphans = :orphans
       WHERE id = :id""")
  void end(
      long id,
      @Nullable OffsetDateTime ended,
      RunRecord.Status status,
      String detail,
      @BindMap Map<String, Long> counts);

  @SqlQuery("SELECT * FROM {schema}.embed_runs ORDER BY id DESC LIMIT :limit")
  @UseRowMapper(RunMapper.class)
  List<RunRecord> latest(int limit);

  /** Reads a run. */
  final class RunMapper implements RowMapper<RunRecord> {
    @Override
    public RunRecord map(ResultSet row, StatementContext context) throws SQLException {
      return RunRecord.builder(
              row.getLong("id"),
              row.getLong("generation"),
              row.getBoolean("backstop") ? RunKind.BACKSTOP : RunKind.FILL,
              PgValues.time(row, "started"))
          .ended(PgValues.optionalTime(row, "ended"))
          .status(RunRecord.Status.valueOf(row.getString("status")))
          .counts(RunRows.readCounts(row::getLong))
          .detail(row.getString("detail"))
          .build();
    }
  }
}
