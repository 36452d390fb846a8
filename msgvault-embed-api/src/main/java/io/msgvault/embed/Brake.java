package io.msgvault.embed;

import java.time.Duration;
import java.time.Instant;
import java.util.SplittableRandom;
import java.util.function.LongConsumer;

/**
 * Holds up all requests of a run after one has failed for now, and gives the run up after too many
 * failures in a row (EJ-6). Confined to the run's thread.
 */
final class Brake {
  private final JobSettings job;
  private final LongConsumer alarm;
  private final SplittableRandom random = new SplittableRandom();

  private int failures;
  private int pulls;
  private boolean on;
  private long holds;
  private Instant until = Instant.MIN;

  /**
   * A brake that is off.
   *
   * @param alarm called on any thread when a wait is over, with what {@link #release} takes then
   */
  Brake(JobSettings job, LongConsumer alarm) {
    this.job = job;
    this.alarm = alarm;
  }

  boolean isOn() {
    return on;
  }

  /** How often the brake was pulled. */
  int pulls() {
    return pulls;
  }

  /**
   * Counts a failure and holds up what comes next for a while.
   *
   * @throws TransientEmbedderException the cause, if there were too many in a row
   */
  JobEvent.Retrying pull(TransientEmbedderException cause) {
    failures++;
    if (failures >= job.retry().maxFailures()) {
      throw cause;
    }
    Duration delay = delay(cause);
    pulls++;
    hold(delay);
    return new JobEvent.Retrying(failures, delay, cause);
  }

  /** Returns the wait after this failure: exponential backoff with jitter, or what was asked for. */
  private Duration delay(TransientEmbedderException cause) {
    RetryPolicy retry = job.retry();
    long cap = retry.longest().toNanos();
    long backoff =
        (long) Math.min((double) cap, retry.first().toNanos() * Math.pow(2, failures - 1));
    long jittered = backoff / 2 + (long) (random.nextDouble() * (backoff - backoff / 2));
    long asked = Math.min(cap, cause.retryAfter().map(Duration::toNanos).orElse(0L));
    return Duration.ofNanos(Math.max(jittered, asked));
  }

  /** Holds up for so long, or for as long as was decided before if that is longer. */
  void hold(Duration wanted) {
    Duration delay = wanted.compareTo(job.retry().longest()) > 0 ? job.retry().longest() : wanted;
    Instant end = job.clock().instant().plus(delay);
    if (on && !end.isAfter(until)) {
      return;
    }
    on = true;
    until = end;
    long hold = ++holds;
    job.delayer().after(() -> alarm.accept(hold), delay);
  }

  /** Ends a wait, unless a longer one has begun meanwhile. */
  void release(long hold) {
    on &= hold != holds;
  }

  /** Notes that a request succeeded. */
  void forgive() {
    failures = 0;
  }
}
