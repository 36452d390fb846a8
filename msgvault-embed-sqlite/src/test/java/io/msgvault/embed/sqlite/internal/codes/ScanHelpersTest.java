package io.msgvault.embed.sqlite.internal.codes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;

class ScanHelpersTest {
  private static final int MANY = 1_000_003;

  @Test
  void eachNumberIsProcessedOnceByAnyExecutor() {
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      Executor rejecting =
          task -> {
            throw new RejectedExecutionException();
          };
      Executor forgetting = task -> {};
      Executor inPlace = Runnable::run;
      for (Executor executor : List.of(threads, rejecting, forgetting, inPlace)) {
        AtomicIntegerArray times = new AtomicIntegerArray(MANY);
        new ScanHelpers(executor, 2)
            .forEachPart(
                MANY,
                (from, to) -> {
                  for (int i = from; i < to; i++) {
                    times.incrementAndGet(i);
                  }
                });
        for (int i = 0; i < MANY; i++) {
          assertEquals(1, times.get(i));
        }
      }
    } finally {
      threads.shutdown();
    }
  }

  @Test
  void failureInExecutorFailsTheCall() {
    Executor failing =
        task -> {
          try {
            task.run();
          } catch (IllegalArgumentException reported) {
            assertNotNull(reported.getMessage());
          }
        };
    ScanHelpers workers = new ScanHelpers(failing, 1);

    assertThrows(
        IllegalStateException.class,
        () ->
            workers.forEachPart(
                MANY,
                (from, to) -> {
                  if (from == 0) {
                    throw new IllegalArgumentException("part " + from);
                  }
                }));
  }
}
