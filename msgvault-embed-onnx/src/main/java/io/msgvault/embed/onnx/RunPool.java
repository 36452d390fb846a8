package io.msgvault.embed.onnx;

import io.msgvault.embed.embedder.TransientEmbedderException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs the tasks of a call on several threads. The calling thread takes part, so that a call with
 * one task, such as a query, waits for no other call.
 */
final class RunPool implements AutoCloseable {
  private static final AtomicInteger THREAD_COUNT = new AtomicInteger();

  private final int threads;
  private final ExecutorService executor;

  /**
   * Creates a pool for calls of {@code threads} threads each, including the caller. The pool's
   * threads start with the first tasks.
   */
  RunPool(int threads) {
    this.threads = threads;
    this.executor =
        Executors.newFixedThreadPool(
            Math.max(1, threads - 1),
            task -> {
              Thread thread =
                  new Thread(task, "msgvault-embed-onnx-" + THREAD_COUNT.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * Runs a task for each number below {@code count}, and returns when all have ended. After a
   * failure no further task starts, and the failure is thrown.
   *
   * @throws TransientEmbedderException if the caller is interrupted; its interrupt status stays set
   */
  void forEach(int count, IntConsumer task) {
    TaskGroup group = new TaskGroup(count, task);
    for (int helper = 1; helper < Math.min(threads, count); helper++) {
      executor.execute(group);
    }
    group.run();
    group.await();
  }

  @Override
  public void close() {
    executor.shutdown();
  }

  private static final class TaskGroup implements Runnable {
    private final int count;
    private final IntConsumer task;
    private final AtomicInteger next = new AtomicInteger();
    private final CountDownLatch remaining;
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    TaskGroup(int count, IntConsumer task) {
      this.count = count;
      this.task = task;
      this.remaining = new CountDownLatch(count);
    }

    @Override
    public void run() {
      for (int i = next.getAndIncrement(); i < count; i = next.getAndIncrement()) {
        try {
          if (Thread.currentThread().isInterrupted()) {
            failure.compareAndSet(null, interrupted());
          }
          if (failure.get() == null) {
            task.accept(i);
          }
        } catch (RuntimeException | Error e) {
          failure.compareAndSet(null, e);
        } finally {
          remaining.countDown();
        }
      }
    }

    void await() {
      boolean interrupted = false;
      while (true) {
        try {
          remaining.await();
          break;
        } catch (InterruptedException e) {
          // Tasks that have begun still use the native session, so wait for them.
          interrupted = true;
          failure.compareAndSet(null, interrupted());
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
      Throwable thrown = failure.get();
      if (thrown instanceof Error error) {
        throw error;
      }
      if (thrown instanceof RuntimeException exception) {
        throw exception;
      }
    }

    private static TransientEmbedderException interrupted() {
      return new TransientEmbedderException("interrupted while embedding; nothing was lost");
    }
  }
}
