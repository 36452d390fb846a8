package io.msgvault.embed.internal.job;

import io.msgvault.embed.Scheduler.ScheduledTask;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** Holds the next request of a run up until its turn. Confined to the run's thread. */
final class RateGate {
  private final JobSettings job;
  private final LongConsumer onTurn;

  private RateLimiter.@Nullable Turn next;
  private boolean waiting;
  private long waits;
  private ScheduledTask timer = () -> {};

  /**
   * Creates an open gate.
   *
   * @param onTurn called on any thread when a wait is over, with its number for {@link #resume}
   */
  RateGate(JobSettings job, LongConsumer onTurn) {
    this.job = job;
    this.onTurn = onTurn;
  }

  boolean isWaiting() {
    return waiting;
  }

  /**
   * Returns the turn of the next request if it has come. Otherwise begins to wait for it; the
   * caller then asks again, with the same request. The scheduler decides when the wait is over.
   */
  Optional<RateLimiter.Turn> enter(long tokens) {
    RateLimiter limiter = job.rateLimiter();
    if (next == null) {
      next = limiter.reserve(tokens);
      Duration delay = limiter.delay(next);
      if (!delay.isNegative() && !delay.isZero()) {
        waiting = true;
        long number = ++waits;
        timer = job.scheduler().schedule(() -> onTurn.accept(number), delay);
        return Optional.empty();
      }
    }
    RateLimiter.Turn turn = next;
    next = null;
    limiter.begin(turn);
    return Optional.of(turn);
  }

  /** Ends a wait. */
  void resume(long wait) {
    waiting &= wait != waits;
  }

  /** Cancels the timer, and gives a turn back that was not used. */
  void cancel() {
    timer.cancel();
    if (next != null) {
      job.rateLimiter().release(next);
    }
  }
}
