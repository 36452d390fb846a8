package io.msgvault.embed.pgvector.internal.index;

import io.msgvault.embed.pgvector.internal.db.ClosableDatabase;
import io.msgvault.embed.pgvector.internal.db.Database;
import io.msgvault.embed.pgvector.internal.db.LockedException;
import java.util.function.Consumer;

/**
 * Writes the vectors of a generation. Other writes give up after half a minute in which another
 * transaction is in their way. While an index is built, a write of vectors goes on waiting: what it
 * writes was embedded already, and a run that failed now would embed it again (EJ-18). It ends when
 * the thread is interrupted or the store is closed.
 */
public final class VectorWrites {
  /** The default of the rounds that a write waits where no index is built: half a minute. */
  public static final int DEFAULT_ROUNDS = 30;

  /** Bounds a round to about a second, with the time-out of a lock. */
  public static final int ATTEMPTS_PER_ROUND = 5;

  private final ClosableDatabase database;
  private final Leases leases;
  private final int rounds;

  /** Sets for how many rounds a write waits where no index is built. */
  public VectorWrites(ClosableDatabase database, Leases leases, int rounds) {
    this.database = database;
    this.leases = leases;
    this.rounds = rounds;
  }

  /**
   * Runs a transaction that writes vectors.
   *
   * @throws LockedException if another transaction than a build was in its way for too long, or if
   *     the thread is interrupted
   */
  public void run(long generation, Consumer<Database.Session> work) {
    int round = 1;
    while (true) {
      try {
        boolean unused =
            database
                .open()
                .write(
                    ATTEMPTS_PER_ROUND,
                    session -> {
                      work.accept(session);
                      return true;
                    });
        return;
      } catch (LockedException e) {
        if (leases.isIndexBeingBuilt(generation)) {
          round = 0;
        }
        if (round == rounds || Thread.currentThread().isInterrupted()) {
          throw e;
        }
        round++;
      }
    }
  }
}
