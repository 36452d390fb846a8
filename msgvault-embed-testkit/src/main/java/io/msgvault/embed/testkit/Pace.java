package io.msgvault.embed.testkit;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * How long writers write while readers look: a number of rounds, and longer where the readers have
 * hardly looked by then, as happens with stores that are very fast. For a second writers keep step
 * with the readers, so that not all is written before anybody has looked, as happens on a machine
 * with much else to do.
 */
final class Pace {
  private static final int LOOKS = 300;
  private static final Duration LONGEST = Duration.ofSeconds(1);

  /** Nanoseconds after which a writer sees whether readers have come up with it. */
  private static final long A_MOMENT = 50_000;

  private final int rounds;
  private final AtomicInteger looks = new AtomicInteger();
  private final AtomicInteger writers;
  private final long end = System.nanoTime() + LONGEST.toNanos();

  Pace(int rounds, int writers) {
    this.rounds = rounds;
    this.writers = new AtomicInteger(writers);
  }

  /**
   * Whether a writer goes on after so many rounds, once readers have looked in proportion. Each
   * writer asks until it is told no.
   */
  boolean goesOn(int done) {
    long due = Math.min(LOOKS, (long) LOOKS * done / rounds);
    while (looks.get() < due && System.nanoTime() < end) {
      LockSupport.parkNanos(A_MOMENT);
    }
    boolean more = done < rounds || (looks.get() < LOOKS && System.nanoTime() < end);
    if (!more) {
      writers.decrementAndGet();
    }
    return more;
  }

  /** Whether a reader looks once more. */
  boolean looksOn() {
    looks.incrementAndGet();
    return writers.get() > 0;
  }
}
