package io.msgvault.embed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SchedulerTest {
  private final Scheduler scheduler = Scheduler.system();
  private final List<String> ran = new CopyOnWriteArrayList<>();

  @Test
  void tasksRunAfterTheirDelaysUnlessCancelled() throws InterruptedException {
    CountDownLatch done = new CountDownLatch(2);
    Scheduler.ScheduledTask cancelled =
        scheduler.schedule(() -> ran.add("cancelled"), Duration.ofMillis(50));
    scheduler.schedule(
        () -> {
          ran.add("late");
          done.countDown();
        },
        Duration.ofMillis(100));
    scheduler.schedule(
        () -> {
          ran.add("early");
          done.countDown();
        },
        Duration.ZERO);
    cancelled.cancel();
    cancelled.cancel();

    assertTrue(done.await(1, TimeUnit.MINUTES));
    assertEquals(List.of("early", "late"), ran);
  }

  @Test
  void cancellingAfterTheRunDoesNothing() throws InterruptedException {
    CountDownLatch done = new CountDownLatch(1);
    Scheduler.ScheduledTask task =
        scheduler.schedule(
            () -> {
              ran.add("task");
              done.countDown();
            },
            Duration.ZERO);

    assertTrue(done.await(1, TimeUnit.MINUTES));
    task.cancel();

    assertEquals(List.of("task"), ran);
  }
}
