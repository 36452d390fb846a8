package io.msgvault.embed;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Runs tasks after a delay. A job waits only in this way, so a test or a host decides how time
 * passes.
 */
@FunctionalInterface
public interface Scheduler {
  /** A task that waits for its time. */
  @FunctionalInterface
  interface ScheduledTask {
    /**
     * Keeps the task from starting and frees what it refers to. Has no effect on a task that has
     * started or was cancelled. A task that is about to start may still run.
     */
    void cancel();
  }

  /**
   * Returns the scheduler that waits in real time, on the one timer thread that the JDK keeps for
   * {@link CompletableFuture}.
   */
  static Scheduler system() {
    return (task, delay) -> {
      CompletableFuture<Boolean> due = new CompletableFuture<>();
      CompletableFuture<Void> unused =
          due.completeOnTimeout(true, TimeUnit.NANOSECONDS.convert(delay), TimeUnit.NANOSECONDS)
              .thenAccept(
                  isDue -> {
                    if (isDue) {
                      task.run();
                    }
                  });
      // An ordinary completion: until JDK 21 an exceptional one leaves the timer in place.
      return () -> due.complete(false);
    };
  }

  /**
   * Runs a task once, on any thread, after a delay.
   *
   * @param task short, and does not block
   * @param delay not negative
   * @return the handle to cancel the task
   */
  ScheduledTask schedule(Runnable task, Duration delay);
}
