package io.msgvault.embed.cli.output;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class ProgressTest {
  private final StringWriter err = new StringWriter();
  private final SettableClock clock = new SettableClock();

  @Test
  void logGetsLineEveryFiveSeconds() {
    try (Progress progress = start(OptionalInt.empty(), Progress.Unit.MESSAGES)) {
      for (int done = 0; done <= 1000; done += 10) {
        clock.now = clock.now.plusMillis(100);
        progress.update(done);
      }
      progress.note("a note");
    }
    assertEquals(
        """
        working: 490 of 1000 messages (49 %), 98.0 messages/s, 5 s left
        working: 990 of 1000 messages (99 %), 99.0 messages/s, 0 s left
        a note
        """,
        err.toString());
  }

  @Test
  void longDurationsAreFormatted() {
    try (Progress progress = start(OptionalInt.empty(), Progress.Unit.MESSAGES)) {
      clock.now = clock.now.plusSeconds(10);
      progress.update(10);
      clock.now = clock.now.plusSeconds(90_000);
      progress.update(20);
    }
    assertEquals(
        """
        working: 10 of 1000 messages (1 %), 1.0 messages/s, 16 min left
        working: 20 of 1000 messages (2 %), 0.0 messages/s, 1225 h left
        """,
        err.toString());
  }

  @Test
  void bytesAreShownInMegabytes() {
    try (Progress progress = start(OptionalInt.empty(), new Progress.Unit(" MB", 10))) {
      clock.now = clock.now.plusSeconds(10);
      progress.update(500);
    }
    assertEquals("working: 50 of 100 MB (50 %), 5.0 MB/s, 10 s left\n", err.toString());
  }

  @Test
  void terminalShowsBarBelowNotes() {
    try (Progress progress = start(OptionalInt.of(60), Progress.Unit.MESSAGES)) {
      clock.now = clock.now.plusSeconds(10);
      progress.update(500);
      progress.note("a note");
    }
    String bar = "working 50% [====    ] 500/1000 messages, 50.0/s, 10 s left";
    String start = "working 0% [" + " ".repeat(23) + "] 0/1000 messages, 0.0/s";
    assertEquals(
        "\r"
            + start
            + "\r"
            + bar
            + "\r"
            + " ".repeat(59)
            + "\ra note\n\r"
            + bar
            + "\r"
            + bar
            + "\n",
        err.toString());
  }

  @Test
  void barIsRedrawnAtMostFourTimesASecond() {
    try (Progress progress = start(OptionalInt.of(60), Progress.Unit.MESSAGES)) {
      for (int done = 1; done <= 100; done++) {
        clock.now = clock.now.plusMillis(10);
        progress.update(done);
      }
    }
    assertEquals(1 + 4 + 1, err.toString().chars().filter(c -> c == '\r').count());
  }

  @Test
  void barFitsNarrowTerminal() {
    for (int columns = 10; columns < 80; columns++) {
      try (Progress progress = start(OptionalInt.of(columns), Progress.Unit.MESSAGES)) {
        clock.now = clock.now.plusSeconds(1000);
        progress.update(1);
        clock.now = clock.now.plusSeconds(1000);
        progress.update(1000);
      }
      for (String line : err.toString().split("[\r\n]+", -1)) {
        assertTrue(line.length() < columns, line);
      }
      err.getBuffer().setLength(0);
    }
  }

  @Test
  void emptyWorkIsDone() {
    PrintWriter out = new PrintWriter(err);
    OptionalInt columns = OptionalInt.of(60);
    Console console = new Console(out, out, columns, columns);
    Progress.start(console, clock, "working", 0, Progress.Unit.MESSAGES).close();
    assertTrue(err.toString().startsWith("\rworking 100% [="), err.toString());
  }

  private Progress start(OptionalInt columns, Progress.Unit unit) {
    PrintWriter out = new PrintWriter(err);
    return Progress.start(new Console(out, out, columns, columns), clock, "working", 1000, unit);
  }

  private static final class SettableClock extends Clock {
    private Instant now = Instant.EPOCH.plus(Duration.ofDays(1));

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }
}
