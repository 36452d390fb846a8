package io.msgvault.embed;

import java.util.OptionalLong;

/**
 * Bounds how fast a job asks its embedder, for an endpoint that refuses more (EJ-27). In any minute
 * no more requests begin than the limit says, and no more tokens are sent. Repeated requests count
 * like others. A request that alone has more tokens than the limit is sent after a minute without
 * any other.
 *
 * <p>A run that has reached the limit waits through its {@link Scheduler}, and holds no lock of a
 * database meanwhile other than its lease. {@link EmbedJob#close} and an interrupt end it at once.
 *
 * <p>The limit is that of one {@link EmbedJob}, over all its runs. Workers that {@linkplain
 * EmbedJob.Builder#sharedLease share} a generation know nothing of one another's requests: give
 * each its part. Questions of a searcher do not count, so leave room for them.
 *
 * <p>Tokens are counted before a request is sent, by the embedder's token counter or else as an
 * {@linkplain io.msgvault.embed.embedder.TokenSource#ESTIMATED estimate}. The number that the
 * endpoint reports replaces this count once it has answered.
 *
 * @param requestsPerMinute the most requests in a minute, at least 1; empty if there is no limit
 * @param tokensPerMinute the most tokens in a minute, at least 1; empty if there is no limit
 */
public record RateLimit(OptionalLong requestsPerMinute, OptionalLong tokensPerMinute) {
  /** Bounds nothing. */
  public static final RateLimit UNLIMITED =
      new RateLimit(OptionalLong.empty(), OptionalLong.empty());

  /** Checks the ranges. */
  public RateLimit {
    requirePositive("request", requestsPerMinute);
    requirePositive("token", tokensPerMinute);
  }

  private static void requirePositive(String unit, OptionalLong limit) {
    if (limit.orElse(1) < 1) {
      throw new IllegalArgumentException(
          "a rate limit must allow at least 1 " + unit + " a minute, not " + limit.getAsLong());
    }
  }

  /** Returns this limit with the most requests in a minute. */
  public RateLimit withRequestsPerMinute(long requestsPerMinute) {
    return new RateLimit(OptionalLong.of(requestsPerMinute), tokensPerMinute);
  }

  /** Returns this limit with the most tokens in a minute. */
  public RateLimit withTokensPerMinute(long tokensPerMinute) {
    return new RateLimit(requestsPerMinute, OptionalLong.of(tokensPerMinute));
  }
}
