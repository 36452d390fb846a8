package io.msgvault.embed;

import java.time.Duration;

/**
 * How a run meets transient failures of its embedder. The wait after the n-th consecutive failure
 * is drawn evenly from the upper half of {@code min(longest, first · 2^(n-1))} (exponential backoff
 * with jitter), unless the embedder asks for a longer one.
 *
 * @param maxFailures how many consecutive failures end the run, at least 1
 * @param maxAttempts how often one batch that fails while others succeed is sent before it is
 *     halved, and one text before it is given up for this run, at least 1; where there is no other
 *     text left, a plain sentence is sent to find out. What is given up is not rejected: it still
 *     needs work, and the next run tries it again
 * @param initialDelay the backoff after the first failure
 * @param maxDelay the bound of every wait, also of one that the embedder asks for
 */
public record RetryPolicy(
    int maxFailures, int maxAttempts, Duration initialDelay, Duration maxDelay) {
  /**
   * Eight failures in a row, with seven waits between them, of a quarter of a second to 32 seconds:
   * half a minute to a minute in all, unless the embedder asks for longer ones.
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
          "a retry policy needs counts of at least 1 and 0 <= first <= longest, but has "
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
