package io.msgvault.embed.pgvector.internal.index;

import io.msgvault.embed.model.UnknownGenerationException;
import io.msgvault.embed.pgvector.internal.db.AdvisoryLocks;
import io.msgvault.embed.pgvector.internal.db.AdvisoryLocks.Mode;
import io.msgvault.embed.pgvector.internal.db.Database;
import io.msgvault.embed.store.Lease;
import io.msgvault.embed.store.SharedLease;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jdbi.v3.sqlobject.statement.SqlQuery;

/**
 * Takes leases, each with a connection of its own, and keeps those of one store until it closes.
 */
public final class Leases {
  private static final SecureRandom RANDOM = new SecureRandom();

  private final Database database;
  private final Set<AdvisoryLocks> open = ConcurrentHashMap.newKeySet();

  public Leases(Database database) {
    this.database = database;
  }

  /** Takes the lease of a generation, unless another worker has it. */
  public Optional<Lease> lease(long generation) {
    String name = name(generation);
    AdvisoryLocks locks = open();
    if (!tryLock(locks, name, Mode.EXCLUSIVE)) {
      return Optional.empty();
    }
    return Optional.of(new PgLease(locks, name, () -> close(locks)));
  }

  /** Takes a shared lease of a generation, unless a worker has it exclusively. */
  public Optional<SharedLease> sharedLease(long generation) {
    String name = name(generation);
    AdvisoryLocks locks = open();
    long worker = 1 + RANDOM.nextLong(Long.MAX_VALUE);
    if (!tryLock(locks, name, Mode.SHARED)
        || !tryLock(locks, RunDao.WORKER_LOCK_PREFIX + worker, Mode.EXCLUSIVE)) {
      return Optional.empty();
    }
    PgSharedLease.RunStarter runs =
        (kind, started) ->
            database.write(session -> Runs.beginShared(session, generation, worker, kind, started));
    return Optional.of(
        new PgSharedLease(
            locks, name, runs, () -> isIndexBeingBuilt(generation), () -> close(locks)));
  }

  /** Returns whether writers would have to wait, since a lock is held that only a build takes. */
  boolean isIndexBeingBuilt(long generation) {
    return database.read(
        session ->
            session
                .dao(Statements.class)
                .isIndexBeingBuilt(session.sql("{schema}.embed_chunks_" + generation)));
  }

  private String name(long generation) {
    return database
        .lookUp(
            session ->
                session
                    .dao(Statements.class)
                    .leaseName(session.sql("{schema}.embed_generations"), generation))
        .orElseThrow(() -> new UnknownGenerationException(generation));
  }

  private AdvisoryLocks open() {
    database.requireWritable();
    AdvisoryLocks locks = AdvisoryLocks.open(database.dataSource());
    open.add(locks);
    return locks;
  }

  /** Takes a lock; if it fails, it gives all locks and the connection back. */
  private boolean tryLock(AdvisoryLocks locks, String name, Mode mode) {
    boolean taken = false;
    try {
      taken = locks.tryLock(name, mode);
      return taken;
    } finally {
      if (!taken) {
        close(locks);
      }
    }
  }

  private void close(AdvisoryLocks locks) {
    open.remove(locks);
    locks.close();
  }

  /** Gives all leases back. */
  public void close() {
    open.forEach(this::close);
  }

  /** Reads the catalogs on a generation's tables and their locks. */
  interface Statements {
    @SqlQuery(
        """
        SELECT EXISTS (
          SELECT FROM pg_locks
           WHERE locktype = 'relation' AND mode = 'ShareLock'
             AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
             AND relation = to_regclass(:table))""")
    boolean isIndexBeingBuilt(String table);

    /** Returns a name that is unique to the table and the generation, if there is one. */
    @SqlQuery(
        """
        SELECT 'msgvault-embed lease ' || CAST(to_regclass(:table) AS oid) || ' ' || id
          FROM {schema}.embed_generations WHERE id = :generation""")
    Optional<String> leaseName(String table, long generation);
  }
}
