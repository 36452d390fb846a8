package io.msgvault.embed.http;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts the connections that earlier exchanges may have left open, never too few. Java's client
 * does not tell whether it sends a request on one of them. Safe for concurrent use.
 */
final class KeptConnections {
  private final AtomicInteger inUse = new AtomicInteger();
  private final AtomicInteger mostInUse = new AtomicInteger();
  private final AtomicInteger kept;

  /**
   * Starts to count.
   *
   * @param kept how many connections may be open already
   */
  KeptConnections(int kept) {
    this.kept = new AtomicInteger(kept);
  }

  /** Notes that an exchange begins. */
  void begin() {
    int now = inUse.incrementAndGet();
    mostInUse.accumulateAndGet(now, Math::max);
  }

  /** Notes that an exchange was answered, before its connection can be used again. */
  void answered() {
    kept.updateAndGet(count -> Math.max(count, Math.min(count + 1, mostInUse.get())));
  }

  /** Returns the most connections that can have been open at once. */
  int most() {
    return mostInUse.get();
  }

  /** Notes that an exchange has ended. */
  void end() {
    inUse.decrementAndGet();
  }

  /**
   * Notes that an exchange failed without an answer.
   *
   * @return whether it may have failed on a kept connection
   */
  boolean failed() {
    return kept.getAndUpdate(count -> Math.max(0, count - 1)) > 0;
  }
}
