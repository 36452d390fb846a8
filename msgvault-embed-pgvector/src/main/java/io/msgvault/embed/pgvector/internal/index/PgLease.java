package io.msgvault.embed.pgvector.internal.index;

import io.msgvault.embed.pgvector.internal.db.AdvisoryLocks;
import io.msgvault.embed.store.Lease;

/** An advisory lock, and what becomes of it when the lease is closed. */
final class PgLease implements Lease {
  private final AdvisoryLocks locks;
  private final String name;
  private final Runnable onClose;
  private boolean closed;

  /**
   * A lease.
   *
   * @param locks has the lock exclusively
   * @param onClose gives it back
   */
  PgLease(AdvisoryLocks locks, String name, Runnable onClose) {
    this.locks = locks;
    this.name = name;
    this.onClose = onClose;
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
