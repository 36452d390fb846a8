package io.msgvault.embed.testkit.model;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * How long writers write while readers look: a number of rounds, or longer. Stores that are very
 * fast finish their rounds when the readers have hardly looked. Writers also keep step with the
 * readers for up to a second. Otherwise all may be written before a reader has looked, as happens
 * on a busy machine.
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
   * Waits until readers have looked in proportion to the rounds, and returns whether the writer
   * goes on. Each writer asks until the answer is no.
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

  /** Returns whether a reader looks once more. */
  public boolean keepReading() {
    reads.incrementAndGet();
    return writers.get() > 0;
  }
}
