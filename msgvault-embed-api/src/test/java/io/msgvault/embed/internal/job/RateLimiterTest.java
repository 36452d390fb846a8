package io.msgvault.embed.internal.job;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.msgvault.embed.RateLimit;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class RateLimiterTest {
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private final Clock clock =
      new Clock() {
        @Override
        public Instant instant() {
          return now;
        }

        @Override
        public ZoneId getZone() {
          return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
          return this;
        }
      };

  private void pass(long seconds) {
    now = now.plusSeconds(seconds);
  }

  private RateLimiter requests(long limit) {
    return new RateLimiter(RateLimit.UNLIMITED.withRequestsPerMinute(limit), clock);
  }

  private RateLimiter tokens(long limit) {
    return new RateLimiter(RateLimit.UNLIMITED.withTokensPerMinute(limit), clock);
  }

  private static long delay(RateLimiter limiter, long tokens) {
    return limiter.delay(limiter.reserve(tokens)).toSeconds();
  }

  @Test
  void turnsOfSimultaneousRunsQueueUp() {
    RateLimiter limiter = requests(2);
    assertEquals(0, delay(limiter, 0));
    pass(10);
    assertEquals(0, delay(limiter, 0));
    assertEquals(50, delay(limiter, 0));
    assertEquals(60, delay(limiter, 0));
    assertEquals(110, delay(limiter, 0));
  }

  @Test
  void tokensLeaveMinuteWithTheirRequest() {
    RateLimiter limiter = tokens(100);
    assertEquals(0, delay(limiter, 60));
    pass(20);
    assertEquals(0, delay(limiter, 40));
    assertEquals(40, delay(limiter, 60));
    assertEquals(60, delay(limiter, 40));
  }

  @Test
  void requestBeyondLimitTakesMinuteAlone() {
    RateLimiter limiter = tokens(100);
    assertEquals(0, delay(limiter, 500));
    assertEquals(60, delay(limiter, 1));
    assertEquals(120, delay(limiter, 101));
  }

  @Test
  void reportedTokensReplaceCount() {
    RateLimiter limiter = tokens(100);
    RateLimiter.Turn first = limiter.reserve(90);
    limiter.correct(first, 30);
    assertEquals(0, delay(limiter, 70));
    assertEquals(60, delay(limiter, 1));
  }

  @Test
  void lateRequestCountsFromWhenItBegan() {
    RateLimiter limiter = requests(1);
    RateLimiter.Turn first = limiter.reserve(0);
    pass(30);
    limiter.begin(first);
    assertEquals(60, delay(limiter, 0));
  }

  @Test
  void turnGivenBackIsFree() {
    RateLimiter limiter = requests(1);
    limiter.release(limiter.reserve(0));
    assertEquals(0, delay(limiter, 0));
  }

  @Test
  void clockThatIsSetBackHoldsNothingUp() {
    RateLimiter limiter = requests(1);
    limiter.reserve(0);
    pass(-Duration.ofDays(1).toSeconds());
    assertEquals(60, delay(limiter, 0));
  }
}
