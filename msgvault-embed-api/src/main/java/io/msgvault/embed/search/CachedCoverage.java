package io.msgvault.embed.search;

import io.msgvault.embed.model.Coverage;
import io.msgvault.embed.model.Generation;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.store.GenerationLedger;
import io.msgvault.embed.store.MessageStore;
import io.msgvault.embed.store.WordCoverage;
import io.msgvault.embed.store.WordIndex;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Counts how complete both indexes are, and again when a count is too old. */
final class CachedCoverage {
  private final MessageStore messages;
  private final GenerationLedger ledger;
  private final Clock clock;
  private final Duration maxAge;
  private volatile @Nullable Entry<Coverage> vectors;
  private volatile @Nullable Entry<WordCoverage> words;

  /** A count for a generation, or for none, whose id is 0. */
  private record Entry<T>(long generation, Instant at, T count) {}

  CachedCoverage(MessageStore messages, GenerationLedger ledger, Clock clock, Duration maxAge) {
    this.messages = messages;
    this.ledger = ledger;
    this.clock = clock;
    this.maxAge = maxAge;
  }

  /** Returns how much of the archive the active generation covers. */
  Coverage of(Generation active) {
    Entry<Coverage> entry =
        current(
            vectors,
            active.id(),
            () -> messages.coverage(active.id(), active.fingerprint().scope()));
    vectors = entry;
    return entry.count();
  }

  /**
   * Returns how complete the word index is.
   *
   * @param active the generation whose scope is compared, if there is one
   */
  WordCoverage of(WordIndex index, Optional<Generation> active) {
    Entry<WordCoverage> entry =
        current(
            words,
            active.map(Generation::id).orElse(0L),
            () -> {
              Scope scope = active.map(of -> of.fingerprint().scope()).orElse(Scope.ALL);
              return WordCoverage.read(index, messages, ledger, scope);
            });
    words = entry;
    return entry.count();
  }

  private <T> Entry<T> current(@Nullable Entry<T> last, long generation, Supplier<T> count) {
    Instant now = clock.instant();
    boolean fresh =
        last != null
            && last.generation() == generation
            && !last.at().isAfter(now)
            && Duration.between(last.at(), now).compareTo(maxAge) <= 0;
    return last != null && fresh ? last : new Entry<>(generation, now, count.get());
  }
}
