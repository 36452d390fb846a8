package io.msgvault.embed.testkit;

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
final class Race {
  private static final String SECONDS = "msgvault.testkit.patience";

  private Race() {}

  /** How long the kit waits. Nothing takes nearly as long on a store that works. */
  static Duration patience() {
    return Duration.ofSeconds(Integer.getInteger(SECONDS, 60));
  }

  /** Starts all at once and waits for the end of all; what they give, in their order. */
  static <T> List<T> run(String rule, List<? extends Callable<T>> racers) {
    ExecutorService threads =
        Executors.newFixedThreadPool(
            racers.size(),
            work -> {
              Thread thread = new Thread(work, "msgvault-testkit-race");
              thread.setDaemon(true);
              return thread;
            });
    try {
      CyclicBarrier start = new CyclicBarrier(racers.size());
      List<Future<T>> futures = new ArrayList<>();
      for (Callable<T> racer : racers) {
        futures.add(
            threads.submit(
                () -> {
                  start.await();
                  return racer.call();
                }));
      }
      threads.shutdown();
      boolean over = threads.awaitTermination(patience().toSeconds(), TimeUnit.SECONDS);
      List<T> results = new ArrayList<>();
      for (Future<T> future : futures) {
        if (future.isDone()) {
          results.add(result(rule, future));
        }
      }
      Expect.that(rule, over, () -> "not done after " + patience().toSeconds() + " s: a deadlock?");
      return results;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BrokenRule(rule, "interrupted", e);
    } finally {
      threads.shutdownNow();
    }
  }

  private static <T> T result(String rule, Future<T> future) throws InterruptedException {
    try {
      return future.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof BrokenRule broken) {
        throw broken;
      }
      throw new BrokenRule(rule, "unexpected " + e.getCause(), e.getCause());
    }
  }

  /** As {@link #run}, of code that gives nothing. */
  static void runAll(String rule, List<Expect.Code> racers) {
    List<Callable<Boolean>> callables = new ArrayList<>();
    for (Expect.Code racer : racers) {
      callables.add(
          () -> {
            racer.run();
            return true;
          });
    }
    run(rule, callables);
  }

  /** Runs one piece of code and fails where it does not come to an end. */
  static void bounded(String rule, Expect.Code code) {
    runAll(rule, List.of(code));
  }

  /** Waits for a latch or so long, and goes on in any case; an interrupted thread stays so. */
  static void await(CountDownLatch latch, Duration most) {
    try {
      boolean unused = latch.await(most.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
