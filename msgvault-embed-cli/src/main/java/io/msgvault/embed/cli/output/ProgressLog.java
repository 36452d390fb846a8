package io.msgvault.embed.cli.output;

import java.io.PrintWriter;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** Prints a line of progress every few seconds. */
final class ProgressLog implements Progress {
  private static final Duration INTERVAL = Duration.ofSeconds(5);

  private final PrintWriter err;
  private final Clock clock;
  private final String task;
  private final Pace pace;
  private Instant lastPrintedAt;

  ProgressLog(PrintWriter err, Clock clock, String task, Pace pace) {
    this.err = err;
    this.clock = clock;
    this.task = task;
    this.pace = pace;
    this.lastPrintedAt = clock.instant();
  }

  @Override
  public void update(long done) {
    Instant now = clock.instant();
    if (now.isBefore(lastPrintedAt.plus(INTERVAL))) {
      return;
    }
    lastPrintedAt = now;
    note(
        task
            + ": "
            + pace.amount(done, " of ")
            + " ("
            + pace.percent(done)
            + " %), "
            + pace.rate(done)
            + pace.unit().name()
            + "/s"
            + pace.timeLeft(done));
  }

  @Override
  public void note(String line) {
    err.println(line);
  }

  @Override
  public void close() {
    // Each line is complete when it is printed.
  }
}
