package io.msgvault.embed.testkit.model;

import io.msgvault.embed.testkit.RuleViolation;
import io.msgvault.embed.testkit.Settings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Runs pieces of code at the same time, each in a thread of its own. */
public final class ConcurrentCalls {
  private ConcurrentCalls() {}

  /** Starts all at once and waits for the end of all; what they give, in their order. */
  public static <T> List<T> run(List<? extends Callable<T>> calls) {
    ExecutorService threads =
        Executors.newFixedThreadPool(
            calls.size(),
            work -> {
              Thread thread = new Thread(work, "msgvault-testkit-call");
              thread.setDaemon(true);
              return thread;
            });
    try {
      CyclicBarrier start = new CyclicBarrier(calls.size());
      List<Future<T>> futures = new ArrayList<>();
      for (Callable<T> call : calls) {
        futures.add(
            threads.submit(
                () -> {
                  start.await();
                  return call.call();
                }));
      }
      threads.shutdown();
      boolean over = threads.awaitTermination(Settings.timeout().toSeconds(), TimeUnit.SECONDS);
      List<T> results = new ArrayList<>();
      for (Future<T> future : futures) {
        if (future.isDone()) {
          results.add(result(future));
        }
      }
      Expect.that(
          over, () -> "not done after " + Settings.timeout().toSeconds() + " s: a deadlock?");
      return results;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Expect.violation("interrupted", e);
    } finally {
      threads.shutdownNow();
    }
  }

  private static <T> T result(Future<T> future) throws InterruptedException {
    try {
      return future.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuleViolation broken) {
        throw broken;
      }
      throw Expect.violation("unexpected " + e.getCause(), e);
    }
  }

  /** As {@link #run}, of code that gives nothing. */
  public static void runAll(List<Expect.ThrowingRunnable> calls) {
    List<Callable<Boolean>> callables = new ArrayList<>();
    for (Expect.ThrowingRunnable call : calls) {
      callables.add(
          () -> {
            call.run();
            return true;
          });
    }
    run(callables);
  }

  /** Runs one piece of code and fails where it does not come to an end. */
  public static void runWithTimeout(Expect.ThrowingRunnable code) {
    runAll(List.of(code));
  }

  /** Waits for a latch or so long, and goes on in any case; an interrupted thread stays so. */
  public static void await(CountDownLatch latch, Duration limit) {
    try {
      boolean unused = latch.await(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
