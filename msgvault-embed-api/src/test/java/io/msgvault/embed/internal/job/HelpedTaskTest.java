package io.msgvault.embed.internal.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class HelpedTaskTest {
  private final AtomicInteger done = new AtomicInteger();

  @Test
  void waiterRunsUnstartedTask() {
    List<Runnable> waiting = new ArrayList<>();
    HelpedTask<Integer> task = HelpedTask.submit(waiting::add, done::incrementAndGet, () -> {});
    assertEquals(1, task.get());
    waiting.forEach(Runnable::run);
    assertEquals(1, done.get());
  }

  @Test
  void cancelledTaskNeverRuns() {
    List<Runnable> waiting = new ArrayList<>();
    HelpedTask<Integer> task = HelpedTask.submit(waiting::add, done::incrementAndGet, () -> {});
    task.cancel();
    waiting.forEach(Runnable::run);
    assertEquals(0, done.get());
  }

  @Test
  void cancelWaitsForStartedTask() throws InterruptedException {
    ExecutorService threads = Executors.newSingleThreadExecutor();
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch dropping = new CountDownLatch(1);
    try {
      HelpedTask<Integer> task =
          HelpedTask.submit(
              threads,
              () -> {
                begun.countDown();
                dropping.await();
                return done.incrementAndGet();
              },
              () -> {});
      begun.await();
      dropping.countDown();
      task.cancel();
      assertEquals(1, done.get());
      assertTrue(task.isDone());
    } finally {
      threads.shutdown();
    }
  }
}
