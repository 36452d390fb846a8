package io.msgvault.embed.cli.output;

import java.time.Clock;

/** Shows how far long work has come: a bar on a terminal, a line every few seconds in a log. */
public interface Progress extends AutoCloseable {
  /** Reports how much of the work is done. */
  void update(long done);

  /** Prints a line of text among the progress. */
  void note(String line);

  /** Ends the display. A second call does nothing. */
  @Override
  void close();

  /**
   * Starts a display.
   *
   * @param task the name of the work
   * @param total how much work there is
   * @param unit the unit in which the work is shown
   */
  static Progress start(Console console, Clock clock, String task, long total, Unit unit) {
    Pace pace = new Pace(clock, total, unit);
    return console.errColumns().isPresent()
        ? new ProgressBar(console.err(), console.errColumns().getAsInt(), clock, task, pace)
        : new ProgressLog(console.err(), clock, task, pace);
  }

  /**
   * A unit of work.
   *
   * @param name the text that follows a number
   * @param size how much work one unit is
   */
  record Unit(String name, long size) {
    static final Unit MESSAGES = new Unit(" messages", 1);
    public static final Unit MEGABYTES = new Unit(" MB", 1_000_000);
  }
}
