package io.msgvault.embed.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.msgvault.embed.Scheduler;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tests the scheduler that a test moves on by hand. */
class ManualSchedulerTest {
  private final Instant start = Instant.parse("2025-01-01T00:00:00Z");
  private final SettableClock clock = new SettableClock(start);
  private final ManualScheduler scheduler = new ManualScheduler(clock);
  private final List<String> ran = new ArrayList<>();

  private Scheduler.ScheduledTask schedule(String name, long seconds) {
    return scheduler.schedule(
        () -> ran.add(name + " at " + Duration.between(start, clock.instant()).toSeconds()),
        Duration.ofSeconds(seconds));
  }

  @Test
  void tasksRunWhenDueInOrder() {
    schedule("late", 3);
    schedule("early", 1);
    schedule("also early", 1);
    scheduler.advance(Duration.ofMillis(999));
    assertEquals(List.of(), ran);
    scheduler.advance(Duration.ofSeconds(9));
    assertEquals(List.of("early at 1", "also early at 1", "late at 3"), ran);
    assertEquals(start.plusMillis(9_999), clock.instant());
    assertEquals(0, scheduler.pending());
  }

  @Test
  void cancelledTaskDoesNotRun() {
    Scheduler.ScheduledTask task = schedule("cancelled", 1);
    schedule("kept", 1);
    task.cancel();
    task.cancel();
    assertEquals(1, scheduler.pending());
    scheduler.advance(Duration.ofSeconds(1));
    assertEquals(List.of("kept at 1"), ran);
  }

  @Test
  void taskMayScheduleAnother() {
    scheduler.schedule(() -> schedule("second", 1), Duration.ofSeconds(1));
    scheduler.advance(Duration.ofSeconds(2));
    assertEquals(List.of("second at 2"), ran);
  }

  @Test
  void failingTaskLeavesLaterOnes() {
    scheduler.schedule(
        () -> {
          throw new IllegalStateException("expected");
        },
        Duration.ofSeconds(1));
    schedule("later", 2);
    assertThrows(IllegalStateException.class, () -> scheduler.advance(Duration.ofSeconds(5)));
    assertEquals(start.plusSeconds(1), clock.instant());
    scheduler.advance(Duration.ofSeconds(1));
    assertEquals(List.of("later at 2"), ran);
  }

  @Test
  void immediateSchedulerRunsAtOnce() {
    Scheduler.ScheduledTask task =
        ManualScheduler.immediate().schedule(() -> ran.add("now"), Duration.ofDays(1));
    assertEquals(List.of("now"), ran);
    task.cancel();
  }
}
