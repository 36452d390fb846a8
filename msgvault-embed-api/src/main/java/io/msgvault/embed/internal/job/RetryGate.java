package io.msgvault.embed.internal.job;

import io.msgvault.embed.JobEvent;
import io.msgvault.embed.RetryPolicy;
import io.msgvault.embed.Scheduler.ScheduledTask;
import io.msgvault.embed.embedder.TransientEmbedderException;
import java.time.Duration;
import java.time.Instant;
import java.util.SplittableRandom;
import java.util.function.LongConsumer;

/**
 * Holds up all requests of a run after one has failed for now, and gives the run up after too many
 * failures in a row (EJ-6). Confined to the run's thread.
 */
final class RetryGate {
  private final JobSettings job;
  private final LongConsumer onPauseEnd;
  private final SplittableRandom random = new SplittableRandom();

  private int consecutiveFailures;
  private int backoffs;
  private boolean paused;
  private long pauses;
  private Instant pausedUntil = Instant.MIN;
  private ScheduledTask timer = () -> {};

  /**
   * A brake that is off.
   *
   * @param alarm called on any thread when a wait is over, with what {@link #resume} takes then
   */
  RetryGate(JobSettings job, LongConsumer alarm) {
    this.job = job;
    this.onPauseEnd = alarm;
  }

  boolean isPaused() {
    return paused;
  }

  /** How often the brake was pulled. */
  int backoffs() {
    return backoffs;
  }

  /**
   * Counts a failure and holds up what comes next for a while.
   *
   * @throws TransientEmbedderException the cause, if there were too many in a row
   */
  JobEvent.Retrying recordFailure(TransientEmbedderException cause) {
    consecutiveFailures++;
    if (consecutiveFailures >= job.retry().maxFailures()) {
      throw cause;
    }
    Duration delay = delay(cause);
    backoffs++;
    pauseFor(delay);
    return new JobEvent.Retrying(consecutiveFailures, delay, cause);
  }

  /**
   * Returns the wait after this failure: exponential backoff with jitter, or what was asked for.
   */
  private Duration delay(TransientEmbedderException cause) {
    RetryPolicy retry = job.retry();
    long cap = retry.maxDelay().toNanos();
    long backoff =
        (long)
            Math.min(
                (double) cap,
                retry.initialDelay().toNanos() * Math.pow(2, consecutiveFailures - 1));
    long jittered = backoff / 2 + (long) (random.nextDouble() * (backoff - backoff / 2));
    long asked = Math.min(cap, cause.retryAfter().map(Duration::toNanos).orElse(0L));
    return Duration.ofNanos(Math.max(jittered, asked));
  }

  /** Holds up for so long, or for as long as was decided before if that is longer. */
  void pauseFor(Duration pause) {
    Duration delay = pause.compareTo(job.retry().maxDelay()) > 0 ? job.retry().maxDelay() : pause;
    Instant end = job.clock().instant().plus(delay);
    if (paused && !end.isAfter(pausedUntil)) {
      return;
    }
    paused = true;
    pausedUntil = end;
    long hold = ++pauses;
    timer.cancel();
    timer = job.scheduler().schedule(() -> onPauseEnd.accept(hold), delay);
  }

  /** Cancels the timer of a pause. */
  void cancel() {
    timer.cancel();
  }

  /** Ends a wait, unless a longer one has begun meanwhile. */
  void resume(long pause) {
    paused &= pause != pauses;
  }

  /** Notes that a request succeeded. */
  void recordSuccess() {
    consecutiveFailures = 0;
  }
}
