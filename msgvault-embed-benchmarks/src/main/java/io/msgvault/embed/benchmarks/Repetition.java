package io.msgvault.embed.benchmarks;

import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicReference;

/** Does something 50 times a second on a thread of its own, and keeps the longest time of one. */
final class Repetition {
  /** Long enough for the times without an installation to show, in milliseconds. */
  static final long SETTLING_MILLIS = 3_000;

  private static final long INTERVAL_MILLIS = 20;

  private final Thread thread;
  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private volatile boolean stopped;
  private double longest;
  private long count;

  private Repetition(Runnable work) {
    thread =
        new Thread(
            () -> {
              try {
                repeat(work);
              } catch (InterruptedException | RuntimeException e) {
                failure.set(e);
              }
            },
            "host");
  }

  static Repetition start(Runnable work) {
    Repetition repetition = new Repetition(work);
    repetition.thread.start();
    return repetition;
  }

  private void repeat(Runnable work) throws InterruptedException {
    while (!stopped) {
      double took = Measurements.millis(work);
      synchronized (this) {
        longest = Math.max(longest, took);
        count++;
      }
      Thread.sleep(Math.max(0, INTERVAL_MILLIS - (long) took));
    }
  }

  /** Returns the longest time since the last call, in milliseconds. */
  synchronized double takeLongest() {
    double taken = longest;
    longest = 0;
    return taken;
  }

  synchronized long count() {
    return count;
  }

  /** Ends it, and throws what made it fail. */
  void stop() throws InterruptedException {
    stopped = true;
    thread.join();
    if (failure.get() != null) {
      throw new CompletionException("the host failed", failure.get());
    }
  }
}
