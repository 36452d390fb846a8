package io.msgvault.embed;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Bounds what one run may spend, for an endpoint that is paid by use (EJ-26).
 *
 * <pre>{@code
 * EmbedJob job =
 *     EmbedJob.builder(messages, vectors, embedder)
 *         .budget(Budget.UNLIMITED.withTokens(5_000_000).withTime(Duration.ofHours(2)))
 *         .build();
 * }</pre>
 *
 * <p><b>Tokens and requests.</b> A run that has spent one of them begins no further message, and
 * finishes those that it has begun. So it embeds nothing that the next run embeds again, and every
 * run makes progress. It goes over its tokens by less than one message, and by what the endpoint
 * reports above the count. It goes over its requests by those of one message, and by those that
 * repeat failed ones or find out a refused text.
 *
 * <p><b>Time.</b> A run ends within about one batch after the time, as {@link EmbedJob#runFor}
 * does. The next run embeds again what was in flight.
 *
 * <p>Such a run ends as {@link RunOutcome.Cancelled}, whose reason names the limit. The next run
 * has the whole budget again and continues. Words cost nothing: a run writes all of them.
 *
 * @param tokens the most tokens, at least 1, as {@link io.msgvault.embed.model.RunCounts#tokens}
 *     counts them; empty if there is no limit
 * @param requests the most calls of the embedder, at least 1; empty if there is no limit
 * @param time the longest time, positive; empty if there is no limit
 */
public record Budget(OptionalLong tokens, OptionalLong requests, Optional<Duration> time) {
  /** Bounds nothing. */
  public static final Budget UNLIMITED =
      new Budget(OptionalLong.empty(), OptionalLong.empty(), Optional.empty());

  /** Checks the ranges. */
  public Budget {
    requirePositive("tokens", tokens);
    requirePositive("requests", requests);
    time.ifPresent(
        limit -> {
          if (limit.isNegative() || limit.isZero()) {
            throw new IllegalArgumentException(
                "the time of a budget must be positive, but is " + limit);
          }
        });
  }

  private static void requirePositive(String unit, OptionalLong limit) {
    if (limit.orElse(1) < 1) {
      throw new IllegalArgumentException(
          "a budget must have at least 1 of " + unit + ", but has " + limit.getAsLong());
    }
  }

  /** Returns this budget with a limit on the tokens of a run. */
  public Budget withTokens(long tokens) {
    return new Budget(OptionalLong.of(tokens), requests, time);
  }

  /** Returns this budget with a limit on the calls of the embedder in a run. */
  public Budget withRequests(long requests) {
    return new Budget(tokens, OptionalLong.of(requests), time);
  }

  /** Returns this budget with a limit on the time of a run. */
  public Budget withTime(Duration time) {
    return new Budget(tokens, requests, Optional.of(time));
  }
}
