package io.msgvault.embed.internal.job;

import io.msgvault.embed.RateLimit;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Gives requests their turns, so that no minute has more of them, or of their tokens, than a limit
 * allows (EJ-27). It keeps the turns of the last minute, and those to come. Safe for use by the
 * simultaneous runs of a job.
 */
public final class RateLimiter {
  private static final Duration WINDOW = Duration.ofMinutes(1);

  /** The time of one request. */
  static final class Turn {
    private Instant at;
    private long tokens;

    private Turn(Instant at, long tokens) {
      this.at = at;
      this.tokens = tokens;
    }
  }

  private final RateLimit limit;
  private final Clock clock;

  /** The turns by time, ascending. */
  private final List<Turn> turns = new ArrayList<>();

  private Instant lastNow = Instant.MIN;

  /** Creates a limiter that has given no turn. */
  public RateLimiter(RateLimit limit, Clock clock) {
    this.limit = limit;
    this.clock = clock;
  }

  boolean countsTokens() {
    return limit.tokensPerMinute().isPresent();
  }

  /** Returns the next turn for a request of so many tokens, now or later. */
  synchronized Turn reserve(long tokens) {
    Instant at = now();
    turns.removeIf(turn -> !turn.at.plus(WINDOW).isAfter(at));
    Turn next = new Turn(latest(at, earliest(tokens)), tokens);
    if (!limit.equals(RateLimit.UNLIMITED)) {
      turns.add(next);
    }
    return next;
  }

  /** Returns when the limit lets the next request begin. */
  private Instant earliest(long tokens) {
    Instant at = turns.isEmpty() ? Instant.MIN : last().at;
    long requests = 0;
    long sum = tokens;
    for (int i = turns.size() - 1; i >= 0; i--) {
      requests++;
      sum += turns.get(i).tokens;
      if (requests >= limit.requestsPerMinute().orElse(Long.MAX_VALUE)
          || sum > limit.tokensPerMinute().orElse(Long.MAX_VALUE)) {
        return latest(at, turns.get(i).at.plus(WINDOW));
      }
    }
    return at;
  }

  private Turn last() {
    return turns.get(turns.size() - 1);
  }

  private static Instant latest(Instant left, Instant right) {
    return left.isAfter(right) ? left : right;
  }

  /** Returns the present time. If the clock was set back, moves all turns with it. */
  private Instant now() {
    Instant now = clock.instant();
    if (now.isBefore(lastNow)) {
      Duration back = Duration.between(now, lastNow);
      turns.forEach(turn -> turn.at = turn.at.minus(back));
    }
    lastNow = now;
    return now;
  }

  /** Returns the time until a turn; zero or negative if it has come. */
  synchronized Duration delay(Turn turn) {
    return Duration.between(now(), turn.at);
  }

  /** Notes that the request of a turn begins, maybe later than it might have. */
  synchronized void begin(Turn turn) {
    Instant now = now();
    if (now.isAfter(turn.at)) {
      turn.at = now;
      turns.sort((left, right) -> left.at.compareTo(right.at));
    }
  }

  /** Notes how many tokens the request of a turn really took. */
  synchronized void correct(Turn turn, long tokens) {
    turn.tokens = tokens;
  }

  /** Gives a turn back that no request will use. */
  synchronized void release(Turn turn) {
    turns.remove(turn);
  }
}
