package io.msgvault.embed.internal.job;

import io.msgvault.embed.Budget;
import io.msgvault.embed.JobListener;
import io.msgvault.embed.RetryPolicy;
import io.msgvault.embed.Scheduler;
import io.msgvault.embed.embedder.Embedder;
import io.msgvault.embed.model.Fingerprint;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.store.MessageStore;
import io.msgvault.embed.store.ScanLimits;
import io.msgvault.embed.store.VectorStore;
import io.msgvault.embed.store.WordIndex;
import io.msgvault.embed.text.Chunker;
import io.msgvault.embed.text.TextPolicy;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Executor;

/** The parts and settings of a job. */
public record JobSettings(
    MessageStore messages,
    VectorStore vectors,
    Optional<WordIndex> words,
    Embedder embedder,
    TextPolicy text,
    Scope scope,
    Clock clock,
    Executor executor,
    Scheduler scheduler,
    JobListener listener,
    BackstopSchedule backstops,
    Optional<Duration> requestTimeout,
    RetryPolicy retry,
    Budget budget,
    RateLimiter rateLimiter,
    int pageMessages,
    int comparedTexts,
    boolean sharedLease,
    Optional<Duration> keepRetired) {

  /** The most characters in a page, over subject, text and HTML. */
  private static final long PAGE_CHARACTERS = 4_000_000;

  ScanLimits scanLimits() {
    return new ScanLimits(pageMessages, PAGE_CHARACTERS, text.maxBodyCharacters());
  }

  /** Returns what cuts the texts. The embedder must know its model by now. */
  Chunker chunker() {
    return embedder
        .tokenCounter()
        .map(counter -> new Chunker(text, embedder.model().maxTokens(), counter))
        .orElseGet(() -> new Chunker(text));
  }

  /** Drops the vectors of generations that were retired long enough ago. */
  void dropRetired() {
    vectors.dropRetired(keptSince());
  }

  /** Returns since when a generation must have been retired to be kept. */
  Instant keptSince() {
    Instant now = clock.instant();
    Duration sinceEver = Duration.between(Instant.MIN, now);
    return keepRetired
        .map(kept -> kept.compareTo(sinceEver) < 0 ? now.minus(kept) : Instant.MIN)
        .orElse(Instant.MAX);
  }

  public Fingerprint fingerprint() {
    return embedder.model().fingerprint(text, scope);
  }
}
