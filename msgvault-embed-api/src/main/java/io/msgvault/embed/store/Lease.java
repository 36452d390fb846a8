package io.msgvault.embed.store;

import io.msgvault.embed.model.StoreException;
import java.util.Optional;

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

  /**
   * Returns why the lease was lost, for a message to the operator; empty if it is held, was closed,
   * or the store does not know.
   */
  default Optional<String> lossCause() {
    return Optional.empty();
  }

  /** Releases the lease. Closing twice is fine. */
  @Override
  void close();
}
