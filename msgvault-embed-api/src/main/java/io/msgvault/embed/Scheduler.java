package io.msgvault.embed;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Runs something later: a job's only way to wait, so that a test, or a host's scheduler, decides
 * how time passes.
 */
@FunctionalInterface
public interface Scheduler {
  /**
   * Waits in real time, on the one timer thread that the JDK keeps for {@link CompletableFuture}.
   */
  Scheduler SYSTEM =
      (task, delay) ->
          CompletableFuture.delayedExecutor(delay.toNanos(), TimeUnit.NANOSECONDS, Runnable::run)
              .execute(task);

  /**
   * Runs a task once, on any thread, when the delay is over. The task is short and does not block.
   *
   * @param task what to run
   * @param delay not negative
   */
  void schedule(Runnable task, Duration delay);
}
