package io.msgvault.embed.pgvector;

import io.msgvault.embed.Lease;

/** An advisory lock, and what becomes of it when the lease is closed. */
final class PgLease implements Lease {
  private final AdvisoryLocks locks;
  private final String name;
  private final Runnable giveBack;
  private boolean closed;

  /**
   * A lease.
   *
   * @param locks has the lock exclusively
   * @param giveBack gives it back
   */
  PgLease(AdvisoryLocks locks, String name, Runnable giveBack) {
    this.locks = locks;
    this.name = name;
    this.giveBack = giveBack;
  }

  @Override
  public synchronized boolean held() {
    return !closed && locks.holds(name, AdvisoryLocks.Mode.EXCLUSIVE);
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      giveBack.run();
    }
  }
}
