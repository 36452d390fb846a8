package io.msgvault.embed.testkit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Runs pieces of code at the same time, each in a thread of its own. */
final class Race {
  /** Nothing that the kit waits for takes nearly as long on a store that works. */
  static final Duration PATIENCE = Duration.ofSeconds(60);

  private Race() {}

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
      List<T> results = new ArrayList<>();
      for (Future<T> future : futures) {
        results.add(future.get(PATIENCE.toSeconds(), TimeUnit.SECONDS));
      }
      return results;
    } catch (TimeoutException e) {
      throw new BrokenRule(
          rule, "still not done after " + PATIENCE.toSeconds() + " s: a deadlock?", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof BrokenRule broken) {
        throw broken;
      }
      throw new BrokenRule(rule, "unexpected " + e.getCause(), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BrokenRule(rule, "interrupted", e);
    } finally {
      threads.shutdownNow();
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
}
