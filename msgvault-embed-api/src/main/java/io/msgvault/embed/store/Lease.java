package io.msgvault.embed.store;

import io.msgvault.embed.model.StoreException;

/**
 * Grants the right to be the one worker of a generation, or, as a {@link SharedLease}, one of
 * several. It ends when it is closed, and with the process or the store that holds it. Safe for use
 * by many threads. Methods may throw {@link StoreException}.
 */
public interface Lease extends AutoCloseable {
  /**
   * Returns whether this lease still holds; false once the lease or its store is closed. A worker
   * asks before each write. A backend whose lease can be lost while its process lives (a broken
   * database connection) answers from its current state.
   */
  boolean isHeld();

  /** Releases the lease. Closing twice is fine. */
  @Override
  void close();
}
