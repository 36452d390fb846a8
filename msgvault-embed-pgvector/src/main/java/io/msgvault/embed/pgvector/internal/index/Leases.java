package io.msgvault.embed.pgvector.internal.index;

import io.msgvault.embed.pgvector.internal.db.AdvisoryLocks;
import io.msgvault.embed.pgvector.internal.db.AdvisoryLocks.Mode;
import io.msgvault.embed.pgvector.internal.db.Database;
import io.msgvault.embed.store.Lease;
import io.msgvault.embed.store.SharedLease;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The leases that one store has given, each with a connection of its own. */
public final class Leases {
  /** The name of the lock that a worker which shares keeps for as long as it lives. */
  static final String WORKER_LOCK_PREFIX = "msgvault-embed worker ";

  private static final SecureRandom RANDOM = new SecureRandom();

  private final Database database;
  private final Set<AdvisoryLocks> open = ConcurrentHashMap.newKeySet();

  public Leases(Database database) {
    this.database = database;
  }

  public Optional<Lease> lease(long generation) {
    String name = name(generation);
    AdvisoryLocks locks = open();
    if (!tryLock(locks, name, Mode.EXCLUSIVE)) {
      return Optional.empty();
    }
    return Optional.of(new PgLease(locks, name, () -> close(locks)));
  }

  public Optional<SharedLease> sharedLease(long generation) {
    String name = name(generation);
    AdvisoryLocks locks = open();
    long worker = 1 + RANDOM.nextLong(Long.MAX_VALUE);
    if (!tryLock(locks, name, Mode.SHARED)
        || !tryLock(locks, WORKER_LOCK_PREFIX + worker, Mode.EXCLUSIVE)) {
      return Optional.empty();
    }
    PgSharedLease.RunStarter runs =
        (kind, started) ->
            database.write(session -> RunDao.begin(session, generation, worker, kind, started));
    return Optional.of(
        new PgSharedLease(
            locks, name, runs, () -> indexIsBeingBuilt(generation), () -> close(locks)));
  }

  /** Building an index takes a lock that only it takes, and nobody can write meanwhile. */
  private boolean indexIsBeingBuilt(long generation) {
    return database.read(
        session ->
            session
                .query(
                    """
                    SELECT EXISTS (
                      SELECT FROM pg_locks
                       WHERE locktype = 'relation' AND mode = 'ShareLock'
                         AND database = (SELECT oid FROM pg_database
                                          WHERE datname = current_database())
                         AND relation = to_regclass(:table))""")
                .bind("table", session.sql("$schema.embed_chunks_" + generation))
                .mapTo(Boolean.class)
                .one());
  }

  private String name(long generation) {
    return database.read(
        session -> {
          Generations.require(session, generation);
          return session
              .query(
                  """
                  SELECT 'msgvault-embed lease ' || CAST(to_regclass(:table) AS oid)
                         || ' ' || :generation""")
              .bind("table", session.sql("$schema.embed_generations"))
              .bind("generation", generation)
              .mapTo(String.class)
              .one();
        });
  }

  private AdvisoryLocks open() {
    database.requireWritable();
    AdvisoryLocks locks = AdvisoryLocks.open(database.dataSource());
    open.add(locks);
    return locks;
  }

  /** Takes a lock, or gives the connection back. */
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
}
