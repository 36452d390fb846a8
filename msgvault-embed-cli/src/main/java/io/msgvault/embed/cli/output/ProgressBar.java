package io.msgvault.embed.cli.output;

import java.io.PrintWriter;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** Draws a bar on the last line of a terminal, and redraws it in place. */
final class ProgressBar implements Progress {
  private static final Duration INTERVAL = Duration.ofMillis(250);

  /** The fewest cells that are worth drawing as a bar. */
  private static final int MIN_CELLS = 5;

  private final PrintWriter err;
  private final int columns;
  private final Clock clock;
  private final String task;
  private final Pace pace;
  private Instant nextDrawAt;
  private long done;
  private String drawn = "";
  private boolean closed;

  /**
   * Draws the bar for the first time.
   *
   * @param columns the width of the terminal; the last column stays free, since terminals differ in
   *     what follows a character there
   */
  ProgressBar(PrintWriter err, int columns, Clock clock, String task, Pace pace) {
    this.err = err;
    this.columns = columns - 1;
    this.clock = clock;
    this.task = task;
    this.pace = pace;
    this.nextDrawAt = clock.instant();
    draw();
  }

  @Override
  public synchronized void update(long done) {
    this.done = done;
    if (!closed && !clock.instant().isBefore(nextDrawAt)) {
      draw();
    }
  }

  @Override
  public synchronized void note(String line) {
    err.println(
        "\r" + " ".repeat(drawn.length()) + "\r" + String.join("\n", Console.wrap(line, columns)));
    drawn = "";
    if (!closed) {
      draw();
    }
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      draw();
      err.println();
      closed = true;
    }
  }

  private void draw() {
    String line = line();
    err.print("\r" + line + " ".repeat(Math.max(0, drawn.length() - line.length())));
    err.flush();
    drawn = line;
    nextDrawAt = clock.instant().plus(INTERVAL);
  }

  private String line() {
    long percent = pace.percent(done);
    String head = task + " " + percent + "% ";
    String tail = pace.amount(done, "/") + ", " + pace.rate(done) + "/s" + pace.timeLeft(done);
    int cells = columns - head.length() - tail.length() - "[] ".length();
    if (cells < MIN_CELLS) {
      return Console.truncate(head + tail, columns);
    }
    int full = (int) (cells * percent / 100);
    return head + "[" + "=".repeat(full) + " ".repeat(cells - full) + "] " + tail;
  }
}
