package io.msgvault.embed.testkit;

import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * Where a mutant waits a moment for others, so that its race is lost for sure when there is one.
 */
final class Rendezvous {
  private static final int MILLISECONDS = 50;
  private static final long PAUSE_NANOS = 100_000;

  private volatile CyclicBarrier two = new CyclicBarrier(2);

  void await() {
    CyclicBarrier barrier = two;
    try {
      barrier.await(MILLISECONDS, TimeUnit.MILLISECONDS);
    } catch (TimeoutException | BrokenBarrierException alone) {
      two = new CyclicBarrier(2);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Reads again until something else than before is read, or a moment has passed. */
  static <T> T readAfterMeeting(T before, Supplier<T> read) {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(2);
    T now = read.get();
    while (now.equals(before) && System.nanoTime() < end) {
      pause();
      now = read.get();
    }
    return now;
  }

  /** Gives others a moment, and the processor, which may be the only one. */
  static void pause() {
    LockSupport.parkNanos(PAUSE_NANOS);
  }
}
