package io.msgvault.embed.sqlite.internal.codes;

import java.util.concurrent.Executor;
import java.util.concurrent.Phaser;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Shares work with an executor's threads as far as they are free.
 *
 * <p>The caller takes part, so that nothing waits for a thread. A helper that starts late finds no
 * work left. An executor that rejects a helper, or runs it in the caller's thread, costs little.
 */
public final class ScanHelpers {
  /** The size of one part of the work, large enough to be worth a task. */
  private static final int PART_SIZE = 1 << 16;

  /** Leaves all work to the caller. */
  public static final ScanHelpers NONE = new ScanHelpers(Runnable::run, 0);

  private final Executor executor;
  private final int helpers;

  ScanHelpers(Executor executor, int helpers) {
    this.executor = executor;
    this.helpers = helpers;
  }

  /** Uses an executor's threads, at most one for each processor beside the caller's. */
  public static ScanHelpers of(Executor executor) {
    return new ScanHelpers(executor, Runtime.getRuntime().availableProcessors() - 1);
  }

  /** Works on a range of numbers. */
  interface RangeTask {
    void run(int from, int to);
  }

  /** Works on all parts, several at once if threads are free. Returns when all are done. */
  void forEachPart(int to, RangeTask part) {
    int parts = (to + PART_SIZE - 1) / PART_SIZE;
    AtomicInteger next = new AtomicInteger();
    AtomicInteger done = new AtomicInteger();
    Phaser working = new Phaser(1);
    Runnable share =
        () -> {
          for (int i = next.getAndIncrement(); i < parts; i = next.getAndIncrement()) {
            part.run(i * PART_SIZE, Math.min(to, (i + 1) * PART_SIZE));
            done.getAndIncrement();
          }
        };
    for (int helper = Math.min(helpers, parts - 1); helper > 0; helper--) {
      if (!submit(share, working)) {
        break;
      }
    }
    share.run();
    working.arriveAndAwaitAdvance();
    if (done.get() < parts) {
      throw new IllegalStateException(
          "a task failed in the executor, which has reported the cause");
    }
  }

  /** Returns whether the executor took the work. */
  private boolean submit(Runnable share, Phaser working) {
    try {
      executor.execute(
          () -> {
            working.register();
            try {
              share.run();
            } finally {
              working.arriveAndDeregister();
            }
          });
      return true;
    } catch (RejectedExecutionException allAreBusy) {
      return false;
    }
  }
}
