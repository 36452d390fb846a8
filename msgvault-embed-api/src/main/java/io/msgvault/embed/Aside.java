package io.msgvault.embed;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;

/**
 * Work that an executor may do meanwhile. Whoever needs the result before the executor has begun
 * does the work itself, so that an executor whose threads are all busy delays nothing.
 */
final class Aside<T> {
  private final FutureTask<T> task;

  private Aside(FutureTask<T> task) {
    this.task = task;
  }

  /**
   * Hands work to an executor.
   *
   * @param whenDone called on the thread that did it
   */
  static <T> Aside<T> on(Executor executor, Callable<T> work, Runnable whenDone) {
    FutureTask<T> task =
        new FutureTask<>(work) {
          @Override
          protected void done() {
            whenDone.run();
          }
        };
    executor.execute(task);
    return new Aside<>(task);
  }

  boolean isDone() {
    return task.isDone();
  }

  /**
   * The result; waits for it if need be, also if the thread is interrupted, which it then stays.
   */
  T get() {
    task.run();
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return task.get();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException exception) {
        throw exception;
      } else if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw new EmbedException(
          "a store threw " + EmbedException.describe(e.getCause()), e.getCause());
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
