package io.msgvault.embed.pgvector.internal.index;

import io.msgvault.embed.pgvector.internal.db.AdvisoryLocks;
import io.msgvault.embed.store.Lease;
import java.util.Optional;

/** A lease that is one advisory lock. */
final class PgLease implements Lease {
  private final AdvisoryLocks locks;
  private final String name;
  private final Runnable onClose;
  private boolean closed;

  /**
   * Wraps a lock that is held.
   *
   * @param locks the session that has the lock exclusively
   * @param name the name of the lock
   * @param onClose gives the lock back
   */
  PgLease(AdvisoryLocks locks, String name, Runnable onClose) {
    this.locks = locks;
    this.name = name;
    this.onClose = onClose;
  }

  @Override
  public Optional<String> lossCause() {
    return locks.lossCause();
  }

  @Override
  public synchronized boolean isHeld() {
    return !closed && locks.holds(name, AdvisoryLocks.Mode.EXCLUSIVE);
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      onClose.run();
    }
  }
}
