package io.msgvault.embed.pgvector.internal.index;

import io.msgvault.embed.model.RunKind;
import io.msgvault.embed.model.RunRecord;
import io.msgvault.embed.pgvector.internal.db.Database;
import io.msgvault.embed.pgvector.internal.db.PgValues;
import io.msgvault.embed.store.support.RunRows;
import java.time.Instant;
import java.util.List;
import org.jdbi.v3.core.mapper.RowMapper;

/** The rows of {@code embed_runs}. */
public final class RunDao {
  private static final int MAX_RUNS = 1000;

  private static final RowMapper<RunRecord> RUN =
      (row, context) ->
          RunRecord.builder(
                  row.getLong("id"),
                  row.getLong("generation"),
                  row.getBoolean("backstop") ? RunKind.BACKSTOP : RunKind.FILL,
                  PgValues.time(row, "started"))
              .ended(PgValues.optionalTime(row, "ended"))
              .status(RunRecord.Status.valueOf(row.getString("status")))
              .counts(RunRows.readCounts(row::getLong))
              .detail(row.getString("detail"))
              .build();

  private RunDao() {}

  /**
   * Begins a run.
   *
   * @param worker the number of a worker that shares the generation; 0 for one that has it alone
   */
  public static RunRecord begin(
      Database.Session session, long generation, long worker, RunKind kind, Instant started) {
    Generations.require(session, generation);
    session
        .update(
            """
            UPDATE $schema.embed_runs SET status = 'ABANDONED', ended = :started
             WHERE status = 'RUNNING'
               AND (generation IN (SELECT id FROM $schema.embed_generations
                                    WHERE state = 'RETIRED')
                    OR (generation = :generation AND (:worker IN (0, worker) OR NOT EXISTS (
                      SELECT 1 FROM pg_locks
                       WHERE locktype = 'advisory' AND granted AND objsubid = 1
                         AND database = (SELECT oid FROM pg_database
                                          WHERE datname = current_database())
                         AND (CAST(classid AS bigint) << 32) | CAST(objid AS bigint)
                             = hashtextextended(:lock || worker, 0)))))""")
        .bind("worker", worker)
        .bind("lock", Leases.WORKER_LOCK_PREFIX)
        .bind("started", PgValues.floor(started))
        .bind("generation", generation)
        .execute();
    session
        .update(
            """
            DELETE FROM $schema.embed_runs
             WHERE id <= (SELECT max(id) FROM $schema.embed_runs) - :kept AND status <> 'RUNNING'""")
        .bind("kept", MAX_RUNS)
        .execute();
    return session
        .query(
            """
            INSERT INTO $schema.embed_runs (generation, worker, backstop, started, status, detail)
            VALUES (:generation, :worker, :backstop, :started, 'RUNNING', '')
            RETURNING *""")
        .bind("generation", generation)
        .bind("worker", worker)
        .bind("backstop", kind == RunKind.BACKSTOP)
        .bind("started", PgValues.floor(started))
        .map(RUN)
        .one();
  }

  public static int end(Database.Session session, RunRecord run) {
    return session
        .update(
            """
            UPDATE $schema.embed_runs
               SET ended = :ended, status = :status, detail = :detail, scanned = :scanned,
                   embedded = :embedded, blank = :blank, rejected = :rejected, missed = :missed,
                   failed = :failed, reused = :reused, chunks = :chunks, requests = :requests,
                   retries = :retries, unstamped = :unstamped, orphans = :orphans
             WHERE id = :id""")
        .bind("ended", run.ended().map(PgValues::floor).orElse(null))
        .bind("status", run.status().name())
        .bind("detail", PgValues.sanitized(run.detail()))
        .bindMethods(run.counts())
        .bind("id", run.id())
        .execute();
  }

  public static List<RunRecord> latest(Database.Session session, int limit) {
    return session
        .query("SELECT * FROM $schema.embed_runs ORDER BY id DESC LIMIT :limit")
        .bind("limit", limit)
        .map(RUN)
        .list();
  }
}
