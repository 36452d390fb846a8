package io.msgvault.embed.internal.job;

import io.msgvault.embed.JobEvent;
import io.msgvault.embed.RetryPolicy;
import io.msgvault.embed.Scheduler.ScheduledTask;
import io.msgvault.embed.embedder.TransientEmbedderException;
import java.time.Duration;
import java.time.Instant;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;

/**
 * Pauses all requests of a run after a transient failure, and ends the run after too many failures
 * in a row (EJ-6). Confined to the run's thread.
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
   * Creates an open gate.
   *
   * @param onPauseEnd called on any thread when a pause is over, with the number of the pause for
   *     {@link #resume}
   */
  RetryGate(JobSettings job, LongConsumer onPauseEnd) {
    this.job = job;
    this.onPauseEnd = onPauseEnd;
  }

  boolean isPaused() {
    return paused;
  }

  /** Returns how many failures caused a pause. */
  int backoffs() {
    return backoffs;
  }

  /**
   * Counts a failure and pauses the next requests.
   *
   * @throws TransientEmbedderException the cause, after too many failures in a row
   */
  JobEvent.Retrying recordFailure(TransientEmbedderException cause) {
    consecutiveFailures++;
    if (consecutiveFailures >= job.retry().maxFailures()) {
      throw cause;
    }
    return pauseAfter(cause, consecutiveFailures);
  }

  /**
   * Pauses after a failure that does not count towards the end of the run, because only its text
   * may be at fault.
   *
   * @param failures how often the text has failed in a row
   */
  JobEvent.Retrying recordSuspectFailure(TransientEmbedderException cause, int failures) {
    return pauseAfter(cause, failures);
  }

  /**
   * Returns whether so many failures in a row have been counted that the next ones could end the
   * run, although only some texts are at fault.
   */
  boolean isNearEnd() {
    return consecutiveFailures
        >= Math.min(job.retry().maxAttempts(), job.retry().maxFailures() - 1);
  }

  private JobEvent.Retrying pauseAfter(TransientEmbedderException cause, int failures) {
    Duration delay = delay(cause, failures);
    backoffs++;
    pauseFor(delay);
    return new JobEvent.Retrying(failures, delay, cause);
  }

  /**
   * Returns the pause after this failure: exponential backoff with jitter, or the longer pause that
   * the server asks for.
   */
  private Duration delay(TransientEmbedderException cause, int failures) {
    RetryPolicy retry = job.retry();
    long cap = TimeUnit.NANOSECONDS.convert(retry.maxDelay());
    long backoff =
        (long)
            Math.min(
                (double) cap,
                TimeUnit.NANOSECONDS.convert(retry.initialDelay()) * Math.pow(2, failures - 1));
    long jittered = backoff / 2 + (long) (random.nextDouble() * (backoff - backoff / 2));
    long requested =
        Math.min(cap, cause.retryAfter().map(TimeUnit.NANOSECONDS::convert).orElse(0L));
    return Duration.ofNanos(Math.max(jittered, requested));
  }

  /** Pauses all requests. A longer pause in progress stays. */
  void pauseFor(Duration pause) {
    Duration delay = pause.compareTo(job.retry().maxDelay()) > 0 ? job.retry().maxDelay() : pause;
    Instant end = job.clock().instant().plus(delay);
    if (paused && !end.isAfter(pausedUntil)) {
      return;
    }
    paused = true;
    pausedUntil = end;
    long number = ++pauses;
    timer.cancel();
    timer = job.scheduler().schedule(() -> onPauseEnd.accept(number), delay);
  }

  /** Cancels the timer of a pause. */
  void cancel() {
    timer.cancel();
  }

  /** Ends a pause, unless a longer one has replaced it. */
  void resume(long pause) {
    paused &= pause != pauses;
  }

  /** Notes that a request succeeded. */
  void recordSuccess() {
    consecutiveFailures = 0;
  }
}
