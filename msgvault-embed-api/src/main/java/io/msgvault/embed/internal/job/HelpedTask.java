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
 * A task for an executor that the waiting thread runs itself if it has not started yet. So an
 * executor whose threads are all busy delays no run.
 */
final class HelpedTask<T> {
  private final FutureTask<T> task;
  private final AtomicBoolean started;

  private HelpedTask(FutureTask<T> task, AtomicBoolean started) {
    this.task = task;
    this.started = started;
  }

  /**
   * Submits a task to an executor.
   *
   * @param onDone called after the task, on the thread that ran it
   */
  static <T> HelpedTask<T> submit(Executor executor, Callable<T> work, Runnable onDone) {
    AtomicBoolean started = new AtomicBoolean();
    Callable<T> once =
        () -> {
          if (started.getAndSet(true)) {
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
    return new HelpedTask<>(task, started);
  }

  boolean isDone() {
    return task.isDone();
  }

  /** Keeps the task from starting. If it has started, waits for its end as {@link #get} does. */
  void cancel() {
    if (started.getAndSet(true)) {
      T unused = get();
    }
  }

  /**
   * Returns the result. Runs the task or waits for it, also while the thread is interrupted, and
   * keeps the interrupt status.
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
