package io.msgvault.embed;

import java.time.Duration;

/**
 * The policy of a run for transient failures of its embedder. After the n-th consecutive failure
 * the run pauses. The pause is drawn evenly from the upper half of {@code min(maxDelay,
 * initialDelay · 2^(n-1))} (exponential backoff with jitter), unless the embedder asks for a longer
 * one.
 *
 * @param maxFailures the number of consecutive failures that ends the run, at least 1
 * @param maxAttempts the number of attempts for a batch that fails while others succeed, at least
 *     1. Then the batch is halved, and each half after one more failure. A text that fails alone is
 *     tried so often again while good texts embed before and after it. Then its message is rejected
 * @param initialDelay the backoff after the first failure
 * @param maxDelay the longest pause, also for one that the embedder asks for
 */
public record RetryPolicy(
    int maxFailures, int maxAttempts, Duration initialDelay, Duration maxDelay) {
  /**
   * Ends a run after eight failures in a row. The seven pauses between them grow from a quarter of
   * a second to at most 32 seconds. All together take half a minute to a minute, unless the
   * embedder asks for longer ones.
   */
  public static final RetryPolicy STANDARD =
      new RetryPolicy(8, 3, Duration.ofMillis(500), Duration.ofMinutes(1));

  /** Checks the ranges. */
  public RetryPolicy {
    if (maxFailures < 1
        || maxAttempts < 1
        || initialDelay.isNegative()
        || maxDelay.compareTo(initialDelay) < 0) {
      throw new IllegalArgumentException(
          "a retry policy needs counts of at least 1 and 0 <= initialDelay <= maxDelay, but has "
              + maxFailures
              + ", "
              + maxAttempts
              + ", "
              + initialDelay
              + ", "
              + maxDelay);
    }
  }
}
