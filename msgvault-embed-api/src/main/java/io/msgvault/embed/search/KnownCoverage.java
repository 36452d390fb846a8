package io.msgvault.embed.search;

import io.msgvault.embed.Coverage;
import io.msgvault.embed.Generation;
import io.msgvault.embed.MessageStore;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The coverage of the serving index, counted anew only when it is too old. */
final class KnownCoverage {
  private final MessageStore messages;
  private final Clock clock;
  private final Duration age;
  private volatile @Nullable Counted counted;

  private record Counted(long generation, Instant at, Coverage coverage) {}

  KnownCoverage(MessageStore messages, Clock clock, Duration age) {
    this.messages = messages;
    this.clock = clock;
    this.age = age;
  }

  Coverage of(Generation active) {
    Instant now = clock.instant();
    Counted last = counted;
    if (last == null
        || last.generation() != active.id()
        || last.at().isAfter(now)
        || last.at().plus(age).isBefore(now)) {
      last =
          new Counted(
              active.id(), now, messages.coverage(active.id(), active.fingerprint().scope()));
      counted = last;
    }
    return last.coverage();
  }
}
