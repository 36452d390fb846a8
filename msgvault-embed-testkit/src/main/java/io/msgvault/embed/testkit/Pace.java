package io.msgvault.embed.testkit;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How long writers write while readers look: a number of rounds, and longer where the readers have
 * hardly looked by then, as happens with stores that are very fast.
 */
final class Pace {
  private static final int LOOKS = 300;
  private static final Duration LONGEST = Duration.ofSeconds(1);

  private final int rounds;
  private final AtomicInteger looks = new AtomicInteger();
  private final AtomicInteger writers;
  private final long end = System.nanoTime() + LONGEST.toNanos();

  Pace(int rounds, int writers) {
    this.rounds = rounds;
    this.writers = new AtomicInteger(writers);
  }

  /** Whether a writer goes on after so many rounds. Each writer asks until it is told no. */
  boolean goesOn(int done) {
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
