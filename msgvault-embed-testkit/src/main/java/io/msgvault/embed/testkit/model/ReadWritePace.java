package io.msgvault.embed.testkit.model;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * How long writers write while readers look: a number of rounds, and longer where the readers have
 * hardly looked by then, as happens with stores that are very fast. For a second writers keep step
 * with the readers, so that not all is written before anybody has looked, as happens on a machine
 * with much else to do.
 */
public final class ReadWritePace {
  private static final int READS = 300;
  private static final Duration MAX_DURATION = Duration.ofSeconds(1);

  /** Nanoseconds after which a writer sees whether readers have come up with it. */
  private static final long POLL_NANOS = 50_000;

  private final int rounds;
  private final AtomicInteger reads = new AtomicInteger();
  private final AtomicInteger writers;
  private final long end = System.nanoTime() + MAX_DURATION.toNanos();

  public ReadWritePace(int rounds, int writers) {
    this.rounds = rounds;
    this.writers = new AtomicInteger(writers);
  }

  /**
   * Whether a writer goes on after so many rounds, once readers have looked in proportion. Each
   * writer asks until it is told no.
   */
  public boolean keepWriting(int roundsWritten) {
    long due = Math.min(READS, (long) READS * roundsWritten / rounds);
    while (reads.get() < due && System.nanoTime() < end) {
      LockSupport.parkNanos(POLL_NANOS);
    }
    boolean more = roundsWritten < rounds || (reads.get() < READS && System.nanoTime() < end);
    if (!more) {
      writers.decrementAndGet();
    }
    return more;
  }

  /** Whether a reader looks once more. */
  public boolean keepReading() {
    reads.incrementAndGet();
    return writers.get() > 0;
  }
}
