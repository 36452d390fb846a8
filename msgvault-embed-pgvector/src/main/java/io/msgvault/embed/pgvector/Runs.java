package io.msgvault.embed.pgvector;

import io.msgvault.embed.RunCounts;
import io.msgvault.embed.RunRecord;
import java.time.Instant;
import java.util.List;
import org.jdbi.v3.core.mapper.RowMapper;

/** The rows of {@code embed_runs}. */
final class Runs {
  private static final int KEPT = 1000;

  private static final RowMapper<RunRecord> RUN =
      (row, context) ->
          new RunRecord(
              row.getLong("id"),
              row.getLong("generation"),
              row.getBoolean("backstop"),
              Values.time(row, "started"),
              Values.optionalTime(row, "ended"),
              RunRecord.Status.valueOf(row.getString("status")),
              new RunCounts(
                  row.getLong("scanned"),
                  row.getLong("embedded"),
                  row.getLong("blank"),
                  row.getLong("rejected"),
                  row.getLong("missed"),
                  row.getLong("failed"),
                  row.getLong("reused"),
                  row.getLong("chunks"),
                  row.getLong("requests"),
                  row.getLong("retries"),
                  row.getLong("unstamped"),
                  row.getLong("orphans")),
              row.getString("detail"));

  private Runs() {}

  static RunRecord begin(
      Database.Session session, long generation, boolean backstop, Instant started) {
    Generations.require(session, generation);
    session
        .update(
            """
            UPDATE $schema.embed_runs SET status = 'ABANDONED', ended = :started
             WHERE status = 'RUNNING'
               AND (generation = :generation
                    OR generation IN (SELECT id FROM $schema.embed_generations
                                       WHERE state = 'RETIRED'))""")
        .bind("started", Values.floor(started))
        .bind("generation", generation)
        .execute();
    session
        .update(
            """
            DELETE FROM $schema.embed_runs
             WHERE id <= (SELECT max(id) FROM $schema.embed_runs) - :kept AND status <> 'RUNNING'""")
        .bind("kept", KEPT)
        .execute();
    return session
        .query(
            """
            INSERT INTO $schema.embed_runs (generation, backstop, started, status, detail)
            VALUES (:generation, :backstop, :started, 'RUNNING', '')
            RETURNING *""")
        .bind("generation", generation)
        .bind("backstop", backstop)
        .bind("started", Values.floor(started))
        .map(RUN)
        .one();
  }

  static int end(Database.Session session, RunRecord run) {
    return session
        .update(
            """
            UPDATE $schema.embed_runs
               SET ended = :ended, status = :status, detail = :detail, scanned = :scanned,
                   embedded = :embedded, blank = :blank, rejected = :rejected, missed = :missed,
                   failed = :failed, reused = :reused, chunks = :chunks, requests = :requests,
                   retries = :retries, unstamped = :unstamped, orphans = :orphans
             WHERE id = :id""")
        .bind("ended", run.ended().map(Values::floor).orElse(null))
        .bind("status", run.status().name())
        .bind("detail", Values.made(run.detail()))
        .bindMethods(run.counts())
        .bind("id", run.id())
        .execute();
  }

  static List<RunRecord> latest(Database.Session session, int limit) {
    return session
        .query("SELECT * FROM $schema.embed_runs ORDER BY id DESC LIMIT :limit")
        .bind("limit", limit)
        .map(RUN)
        .list();
  }
}
