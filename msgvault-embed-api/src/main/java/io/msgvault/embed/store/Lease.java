package io.msgvault.embed.store;

import io.msgvault.embed.model.StoreException;

/**
 * The right to be the one worker of a generation, or, as a {@link SharedLease}, one of several. It
 * ends when closed, and with the process or the store that holds it. Safe for use by many threads;
 * methods may throw {@link StoreException}.
 */
public interface Lease extends AutoCloseable {
  /**
   * Whether this lease still holds. A worker asks before each write; a backend whose lease can be
   * lost while its process lives (a broken database connection) answers from its current state.
   * False once the lease or its store is closed.
   */
  boolean isHeld();

  /** Gives the lease back. Closing twice is fine. */
  @Override
  void close();
}
