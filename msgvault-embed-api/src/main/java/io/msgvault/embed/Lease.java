package io.msgvault.embed;

/**
 * The right to be the one worker of a generation, or, as a {@link SharedLease}, one of several. It
 * ends when closed, and with the process that holds it.
 */
public interface Lease extends AutoCloseable {
  /**
   * Whether this lease still holds. A worker asks before each write; a backend whose lease can be
   * lost while its process lives (a broken database connection) answers from its current state.
   */
  boolean held();

  /** Gives the lease back. Closing twice is fine. */
  @Override
  void close();
}
