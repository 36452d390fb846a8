package io.msgvault.embed.internal.job;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Decides when the backstop of a generation is due (EJ-9). */
@FunctionalInterface
public interface BackstopSchedule {
  /** Never. */
  BackstopSchedule NEVER = (last, now) -> false;

  /** On every run. */
  BackstopSchedule EVERY_RUN = (last, now) -> true;

  /**
   * Returns the schedule with a fixed interval. A last backstop in the future, as after a clock was
   * set back, does not count.
   */
  static BackstopSchedule every(Duration interval) {
    return (last, now) ->
        last.map(
                began ->
                    began.isAfter(now) || Duration.between(began, now).compareTo(interval) >= 0)
            .orElse(true);
  }

  /**
   * Returns whether a backstop is due.
   *
   * @param last when the last successful backstop of the generation began
   * @param now the present time
   */
  boolean isDue(Optional<Instant> last, Instant now);
}
