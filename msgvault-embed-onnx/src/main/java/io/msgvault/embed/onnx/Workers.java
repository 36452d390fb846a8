package io.msgvault.embed.onnx;

import io.msgvault.embed.TransientEmbedderException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Shares the parts of a call among several threads. The caller's own works along, so that a call
 * with one part, such as a query, waits for no other call.
 */
final class Workers implements AutoCloseable {
  private static final AtomicInteger STARTED = new AtomicInteger();

  private final int threads;
  private final ExecutorService helpers;

  /**
   * Workers for calls of so many threads each, the caller's included. The others start with the
   * first work.
   */
  Workers(int threads) {
    this.threads = threads;
    this.helpers =
        Executors.newFixedThreadPool(
            Math.max(1, threads - 1),
            task -> {
              Thread thread = new Thread(task, "msgvault-embed-onnx-" + STARTED.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * Runs a task for each number below {@code count} and returns when all have ended. Once one has
   * failed, no further one starts, and its failure is thrown.
   *
   * @throws TransientEmbedderException if the caller is interrupted; its interrupt status stays set
   */
  void forEach(int count, IntConsumer task) {
    Share share = new Share(count, task);
    for (int helper = 1; helper < Math.min(threads, count); helper++) {
      helpers.execute(share);
    }
    share.run();
    share.finish();
  }

  @Override
  public void close() {
    helpers.shutdown();
  }

  private static final class Share implements Runnable {
    private final int count;
    private final IntConsumer task;
    private final AtomicInteger next = new AtomicInteger();
    private final CountDownLatch left;
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    Share(int count, IntConsumer task) {
      this.count = count;
      this.task = task;
      this.left = new CountDownLatch(count);
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
          left.countDown();
        }
      }
    }

    void finish() {
      boolean interrupted = false;
      while (true) {
        try {
          left.await();
          break;
        } catch (InterruptedException e) {
          // What the helpers have begun still uses the native session, so it is waited for.
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
      return new TransientEmbedderException("interrupted while embedding; nothing was lost", null);
    }
  }
}
