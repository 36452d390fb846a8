package io.msgvault.embed.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

/** Tests the clock that a test sets. */
class SettableClockTest {
  private static final Instant START = Instant.parse("2025-01-01T00:00:00Z");

  @Test
  void timeChangesOnlyWhenSet() {
    SettableClock clock = new SettableClock(START);
    assertEquals(START, clock.instant());
    clock.advance(Duration.ofHours(2));
    assertEquals(START.plusSeconds(7_200), clock.instant());
    clock.set(START.minusSeconds(1));
    assertEquals(START.minusSeconds(1), clock.instant());
  }

  @Test
  void clockOfOtherZoneFollows() {
    SettableClock clock = new SettableClock(START);
    ZoneId zone = ZoneId.of("Europe/Berlin");
    Clock other = clock.withZone(zone);
    clock.advance(Duration.ofSeconds(5));
    assertEquals(START.plusSeconds(5), other.instant());
    assertEquals(zone, other.getZone());
    assertEquals(ZoneOffset.UTC, clock.getZone());
  }
}
