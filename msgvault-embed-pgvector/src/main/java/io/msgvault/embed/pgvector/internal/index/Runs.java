package io.msgvault.embed.pgvector.internal.index;

import io.msgvault.embed.model.RunKind;
import io.msgvault.embed.model.RunRecord;
import io.msgvault.embed.pgvector.internal.db.Database;
import io.msgvault.embed.pgvector.internal.db.PgValues;
import io.msgvault.embed.store.support.RunRows;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Keeps the records of the latest runs. */
public final class Runs {
  private static final int MAX_RUNS = 1000;

  private Runs() {}

  /** Begins a run of a worker that has the generation for itself. */
  public static RunRecord begin(
      Database.Session session, long generation, RunKind kind, Instant started) {
    return begin(session, generation, null, kind, started);
  }

  /** Begins a run of a worker that shares the generation. */
  static RunRecord beginShared(
      Database.Session session, long generation, long worker, RunKind kind, Instant started) {
    return begin(session, generation, worker, kind, started);
  }

  private static RunRecord begin(
      Database.Session session,
      long generation,
      @Nullable Long worker,
      RunKind kind,
      Instant started) {
    Generations.require(session, generation);
    RunDao dao = session.dao(RunDao.class);
    OffsetDateTime at = PgValues.floor(started);
    dao.abandon(generation, worker, at);
    dao.deleteOld(MAX_RUNS);
    return dao.insert(generation, worker, kind == RunKind.BACKSTOP, at);
  }

  /** Writes how a run ended. */
  public static void end(Database.Session session, RunRecord run) {
    session
        .dao(RunDao.class)
        .end(
            run.id(),
            run.ended().map(PgValues::floor).orElse(null),
            run.status(),
            PgValues.sanitized(run.detail()),
            RunRows.toColumns(run.counts()));
  }

  /** Returns the latest runs, the newest first. */
  public static List<RunRecord> latest(Database.Session session, int limit) {
    return session.dao(RunDao.class).latest(limit);
  }
}
