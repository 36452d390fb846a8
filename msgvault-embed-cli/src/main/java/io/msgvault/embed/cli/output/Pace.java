package io.msgvault.embed.cli.output;

import io.msgvault.embed.cli.output.Progress.Unit;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/** Computes how fast some work is going, and the time that it still takes. */
final class Pace {
  private final Clock clock;
  private final Instant startedAt;
  private final long total;
  private final Unit unit;

  Pace(Clock clock, long total, Unit unit) {
    this.clock = clock;
    this.startedAt = clock.instant();
    this.total = total;
    this.unit = unit;
  }

  Unit unit() {
    return unit;
  }

  /** Returns how much of the work is done, in percent. */
  long percent(long done) {
    return total == 0 ? 100 : Math.min(100, 100 * done / total);
  }

  /**
   * Returns how much of the work is done, such as {@code 490 of 1000 messages}.
   *
   * @param of the text between the two numbers
   */
  String amount(long done, String of) {
    return count(done) + of + count(total) + unit.name();
  }

  /** Returns a number of units; with a tenth where there are few that can be divided. */
  private String count(long work) {
    return unit.size() > 1 && total < 10 * unit.size()
        ? String.format(Locale.ROOT, "%.1f", (double) work / unit.size())
        : String.valueOf(work / unit.size());
  }

  /** Returns how many units are done in a second, such as {@code 98.0}. */
  String rate(long done) {
    return String.format(Locale.ROOT, "%.1f", perSecond(done) / unit.size());
  }

  /** Returns the time left, such as {@code , 5 s left}; empty while the rate is unknown. */
  String timeLeft(long done) {
    double rate = perSecond(done);
    return rate == 0 ? "" : ", " + formatDuration((long) ((total - done) / rate)) + " left";
  }

  private double perSecond(long done) {
    double seconds = Duration.between(startedAt, clock.instant()).toMillis() / 1e3;
    return seconds == 0 ? 0 : done / seconds;
  }

  private static String formatDuration(long seconds) {
    return seconds < 120
        ? Math.max(0, seconds) + " s"
        : seconds < 7200 ? seconds / 60 + " min" : seconds / 3600 + " h";
  }
}
