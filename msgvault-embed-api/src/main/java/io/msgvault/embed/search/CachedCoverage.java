package io.msgvault.embed.search;

import io.msgvault.embed.model.Coverage;
import io.msgvault.embed.model.Generation;
import io.msgvault.embed.store.MessageStore;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Caches the coverage of the active generation, and counts it again when it is too old. */
final class CachedCoverage {
  private final MessageStore messages;
  private final Clock clock;
  private final Duration maxAge;
  private volatile @Nullable Entry cached;

  private record Entry(long generation, Instant at, Coverage coverage) {}

  CachedCoverage(MessageStore messages, Clock clock, Duration maxAge) {
    this.messages = messages;
    this.clock = clock;
    this.maxAge = maxAge;
  }

  Coverage of(Generation active) {
    Instant now = clock.instant();
    Entry last = cached;
    if (last == null
        || last.generation() != active.id()
        || last.at().isAfter(now)
        || last.at().plus(maxAge).isBefore(now)) {
      last =
          new Entry(active.id(), now, messages.coverage(active.id(), active.fingerprint().scope()));
      cached = last;
    }
    return last.coverage();
  }
}
