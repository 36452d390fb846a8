package io.msgvault.embed.cli.output;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarConsumer;
import me.tongfei.progressbar.ProgressBarStyle;

/** Shows how far long work is: a bar on a terminal, a line now and then elsewhere. */
public interface Progress extends AutoCloseable {
  /** So much is done. */
  void update(long done);

  /** Writes a line between. */
  void note(String line);

  /** Ends the display. Closing twice is fine. */
  @Override
  void close();

  /**
   * Begins to show work.
   *
   * @param task what is done
   * @param total how much of it there is
   * @param unit what it is counted in
   */
  static Progress start(Console console, Clock clock, String task, long total, Unit unit) {
    return console.errColumns().isPresent()
        ? new Bar(console, task, total, unit)
        : new LogLines(console, clock, task, total, unit);
  }

  /**
   * What work is counted in.
   *
   * @param name behind the numbers
   * @param size so many are one of it
   */
  record Unit(String name, long size) {
    static final Unit MESSAGES = new Unit(" messages", 1);
    public static final Unit MEGABYTES = new Unit(" MB", 1_000_000);
  }

  /** For a terminal. */
  final class Bar implements Progress {
    private final TerminalLine line;
    private final ProgressBar bar;

    private Bar(Console console, String task, long total, Unit unit) {
      this.line = new TerminalLine(console);
      this.bar =
          new ProgressBarBuilder()
              .setTaskName(task)
              .setInitialMax(total)
              .setUnit(unit.name(), unit.size())
              .setStyle(ProgressBarStyle.ASCII)
              .setUpdateIntervalMillis(250)
              .setConsumer(line)
              .showSpeed()
              .build();
    }

    @Override
    public void update(long done) {
      bar.stepTo(done);
    }

    @Override
    public void note(String text) {
      line.printAbove(text);
    }

    @Override
    public void close() {
      bar.close();
      // A bar that ends before it was first drawn forgets to end its line.
      line.close();
    }
  }

  /** The last line of the terminal, drawn again and again; two threads write it. */
  final class TerminalLine implements ProgressBarConsumer {
    private final Console console;
    private String rendered = "";
    private boolean closed;

    private TerminalLine(Console console) {
      this.console = console;
    }

    @Override
    public int getMaxRenderedLength() {
      return console.errColumns().orElseThrow() - 1;
    }

    @Override
    public synchronized void accept(String rendered) {
      if (!closed) {
        console.err().print("\r" + rendered);
        console.err().flush();
        this.rendered = rendered;
      }
    }

    private synchronized void printAbove(String text) {
      console.err().println("\r" + " ".repeat(rendered.length()) + "\r" + text);
      console.err().print(rendered);
      console.err().flush();
    }

    @Override
    public synchronized void close() {
      if (!closed) {
        closed = true;
        console.err().println();
      }
    }
  }

  /** For a log. */
  final class LogLines implements Progress {
    private static final Duration INTERVAL = Duration.ofSeconds(5);
    private final Console console;
    private final Clock clock;
    private final String task;
    private final long total;
    private final Unit unit;
    private final Instant startedAt;
    private Instant lastPrintedAt;

    private LogLines(Console console, Clock clock, String task, long total, Unit unit) {
      this.console = console;
      this.clock = clock;
      this.task = task;
      this.total = total;
      this.unit = unit;
      this.startedAt = clock.instant();
      this.lastPrintedAt = startedAt;
    }

    @Override
    public void update(long done) {
      Instant now = clock.instant();
      if (now.isBefore(lastPrintedAt.plus(INTERVAL))) {
        return;
      }
      lastPrintedAt = now;
      double seconds = Duration.between(startedAt, now).toMillis() / 1e3;
      double rate = done / seconds;
      String left =
          done == 0 ? "" : ", " + formatDuration((long) ((total - done) / rate)) + " left";
      note(
          String.format(
              Locale.ROOT,
              "%s: %d of %d%s (%d %%), %.1f%s/s%s",
              task,
              done / unit.size(),
              total / unit.size(),
              unit.name(),
              total == 0 ? 100 : 100 * done / total,
              rate / unit.size(),
              unit.name(),
              left));
    }

    private static String formatDuration(long seconds) {
      return seconds < 120
          ? Math.max(0, seconds) + " s"
          : seconds < 7200 ? seconds / 60 + " min" : seconds / 3600 + " h";
    }

    @Override
    public void note(String line) {
      console.err().println(line);
    }

    @Override
    public void close() {
      // Nothing is left on the screen.
    }
  }
}
