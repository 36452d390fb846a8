package io.msgvault.embed.memory;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Shows the time that a test sets. Any number of threads may use it.
 *
 * <pre>{@code
 * SettableClock clock = new SettableClock();
 * EmbedJob job = EmbedJob.builder(messages, vectors, embedder).clock(clock).build();
 * job.runOnce();
 * clock.advance(Duration.ofDays(1));
 * job.runOnce(); // the backstop is due
 * }</pre>
 */
public final class SettableClock extends Clock {
  private final AtomicReference<Instant> now;
  private final ZoneId zone;

  /** Creates a clock that shows midnight of 1 May 2024 in UTC. */
  public SettableClock() {
    this(Instant.parse("2024-05-01T00:00:00Z"));
  }

  /** Creates a clock that shows this time. */
  public SettableClock(Instant start) {
    this(new AtomicReference<>(Objects.requireNonNull(start, "start")), ZoneOffset.UTC);
  }

  private SettableClock(AtomicReference<Instant> now, ZoneId zone) {
    this.now = now;
    this.zone = zone;
  }

  /** Sets the clock to this time, which may lie in its past. */
  public void set(Instant time) {
    now.set(Objects.requireNonNull(time, "time"));
  }

  /** Moves the clock on; a negative duration moves it back. */
  public void advance(Duration duration) {
    now.updateAndGet(time -> time.plus(duration));
  }

  @Override
  public Instant instant() {
    return Objects.requireNonNull(now.get());
  }

  @Override
  public ZoneId getZone() {
    return zone;
  }

  /** Returns a clock of another zone that shows the time of this one, also after it is set. */
  @Override
  public Clock withZone(ZoneId other) {
    return new SettableClock(now, other);
  }
}
