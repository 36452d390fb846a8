package io.msgvault.embed.internal.job;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BackstopScheduleTest {
  private static final Instant NOW = Instant.parse("2024-01-02T00:00:00Z");

  @Test
  void intervalIsDueFirstAndThenFromItsEnd() {
    BackstopSchedule daily = BackstopSchedule.every(Duration.ofDays(1));

    assertTrue(daily.isDue(Optional.empty(), NOW));
    assertFalse(daily.isDue(Optional.of(NOW), NOW));
    assertFalse(daily.isDue(Optional.of(NOW.minus(Duration.ofDays(1)).plusMillis(1)), NOW));
    assertTrue(daily.isDue(Optional.of(NOW.minus(Duration.ofDays(1))), NOW));
  }

  @Test
  void backstopInFutureDoesNotCount() {
    assertTrue(
        BackstopSchedule.every(Duration.ofDays(1)).isDue(Optional.of(NOW.plusMillis(1)), NOW));
  }

  @Test
  void everyRunIsAlwaysDueAndNeverIsNot() {
    assertTrue(BackstopSchedule.EVERY_RUN.isDue(Optional.of(NOW), NOW));
    assertFalse(BackstopSchedule.NEVER.isDue(Optional.empty(), NOW));
  }
}
