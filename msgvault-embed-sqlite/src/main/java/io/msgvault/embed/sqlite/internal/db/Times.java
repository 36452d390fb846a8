package io.msgvault.embed.sqlite.internal.db;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Converts times for the files. Times of messages are milliseconds since 1970, limited to the range
 * of a {@code long}; times of generations and runs are in ISO 8601.
 */
public final class Times {
  private Times() {}

  /** Returns the last millisecond that is not after the time. */
  public static long floorMillis(Instant time) {
    try {
      return time.toEpochMilli();
    } catch (ArithmeticException outOfRange) {
      return time.isBefore(Instant.EPOCH) ? Long.MIN_VALUE : Long.MAX_VALUE;
    }
  }

  /** Returns the first millisecond that is not before the time. */
  public static long ceilMillis(Instant time) {
    long floor = floorMillis(time);
    boolean whole = time.equals(time.truncatedTo(ChronoUnit.MILLIS));
    return whole || floor == Long.MAX_VALUE ? floor : floor + 1;
  }

  /** Returns the time, or empty for null. */
  public static Optional<Instant> parseOptional(@Nullable String iso) {
    return Optional.ofNullable(iso).map(Instant::parse);
  }
}
