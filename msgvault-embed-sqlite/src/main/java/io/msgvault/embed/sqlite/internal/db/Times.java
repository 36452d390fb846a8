package io.msgvault.embed.sqlite.internal.db;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Times as the files keep them: those of messages in milliseconds since 1970, saturating at the
 * ends of the range, those of runs in ISO 8601.
 */
public final class Times {
  private Times() {}

  public static long floorMillis(Instant time) {
    try {
      return time.toEpochMilli();
    } catch (ArithmeticException outOfRange) {
      return time.isBefore(Instant.EPOCH) ? Long.MIN_VALUE : Long.MAX_VALUE;
    }
  }

  /** The first millisecond that is not before the time. */
  public static long ceilMillis(Instant time) {
    long floor = floorMillis(time);
    boolean whole = time.equals(time.truncatedTo(ChronoUnit.MILLIS));
    return whole || floor == Long.MAX_VALUE ? floor : floor + 1;
  }

  public static Optional<Instant> parseOptional(@Nullable String iso) {
    return Optional.ofNullable(iso).map(Instant::parse);
  }
}
