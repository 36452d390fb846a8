package io.msgvault.embed.internal.job;

import io.msgvault.embed.Errors;
import io.msgvault.embed.model.EmbedException;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Work that an executor may do meanwhile. Whoever needs the result before the executor has begun
 * does the work itself, so that an executor whose threads are all busy delays nothing.
 */
final class HelpedTask<T> {
  private final FutureTask<T> task;
  private final AtomicBoolean started;

  private HelpedTask(FutureTask<T> task, AtomicBoolean begun) {
    this.task = task;
    this.started = begun;
  }

  /**
   * Hands work to an executor.
   *
   * @param onDone called on the thread that did it
   */
  static <T> HelpedTask<T> submit(Executor executor, Callable<T> work, Runnable onDone) {
    AtomicBoolean begun = new AtomicBoolean();
    Callable<T> once =
        () -> {
          if (begun.getAndSet(true)) {
            throw new CancellationException();
          }
          return work.call();
        };
    FutureTask<T> task =
        new FutureTask<>(once) {
          @Override
          protected void done() {
            onDone.run();
          }
        };
    executor.execute(task);
    return new HelpedTask<>(task, begun);
  }

  boolean isDone() {
    return task.isDone();
  }

  /** Keeps the work from beginning; if it has begun, waits for its end as {@link #get} does. */
  void cancel() {
    if (started.getAndSet(true)) {
      T unused = get();
    }
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
      throw new EmbedException("a store threw " + Errors.describe(e.getCause()), e.getCause());
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
