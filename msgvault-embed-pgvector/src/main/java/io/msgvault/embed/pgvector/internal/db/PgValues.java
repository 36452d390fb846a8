package io.msgvault.embed.pgvector.internal.db;

import io.msgvault.embed.text.Texts;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Converts values to what PostgreSQL can hold, and back. */
public final class PgValues {
  /** Bounds times to the range of timestamptz, without its outermost years. */
  private static final OffsetDateTime EARLIEST =
      OffsetDateTime.of(-4000, 1, 1, 0, 0, 0, 0, ZoneOffset.UTC);

  private static final OffsetDateTime LATEST =
      OffsetDateTime.of(290_000, 1, 1, 0, 0, 0, 0, ZoneOffset.UTC);

  private static final int NANO_DIGITS = 9;

  private PgValues() {}

  /** Returns a time cut to the microsecond and to the range of timestamptz. */
  public static OffsetDateTime floor(Instant time) {
    if (time.isBefore(EARLIEST.toInstant())) {
      return EARLIEST;
    }
    return time.isAfter(LATEST.toInstant())
        ? LATEST
        : OffsetDateTime.ofInstant(time, ZoneOffset.UTC).truncatedTo(ChronoUnit.MICROS);
  }

  /** Returns the first microsecond that is not before a time. */
  public static OffsetDateTime ceiling(Instant time) {
    OffsetDateTime floor = floor(time);
    return floor.toInstant().isBefore(time) && floor.isBefore(LATEST)
        ? floor.plus(1, ChronoUnit.MICROS)
        : floor;
  }

  public static Instant time(ResultSet row, String column) throws SQLException {
    return optionalTime(row, column).orElseThrow();
  }

  public static Optional<Instant> optionalTime(ResultSet row, String column) throws SQLException {
    @Nullable OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
    return Optional.ofNullable(time).map(OffsetDateTime::toInstant);
  }

  /** Returns a number of seconds since the epoch as a time; empty if no time is that far away. */
  public static Optional<Instant> ofSeconds(String number) {
    try {
      BigDecimal seconds = new BigDecimal(number);
      BigDecimal whole = seconds.setScale(0, RoundingMode.FLOOR);
      long nanos = seconds.subtract(whole).movePointRight(NANO_DIGITS).longValue();
      return Optional.of(Instant.ofEpochSecond(whole.longValueExact(), nanos));
    } catch (NumberFormatException | ArithmeticException | DateTimeException e) {
      return Optional.empty(); // infinite, no number, or beyond all years
    }
  }

  /** Returns an array of texts. */
  public static List<String> texts(ResultSet row, String column) throws SQLException {
    return List.of((String[]) row.getArray(column).getArray());
  }

  /** Returns whether a text has neither U+0000 nor half a surrogate pair. */
  public static boolean isStorable(String text) {
    return text.indexOf(0) < 0 && Texts.isWellFormed(text);
  }

  /** Returns whether a type or a source can have this name; an empty name counts as none. */
  public static boolean isName(String name) {
    return !name.isEmpty() && isStorable(name);
  }

  /** Returns a text with U+FFFD for each character that PostgreSQL can't hold. */
  public static String sanitized(String text) {
    return Texts.wellFormed(text).replace('\0', '\uFFFD');
  }

  /**
   * Returns the text itself.
   *
   * @throws IllegalArgumentException if PostgreSQL can't hold it
   */
  public static String requireStorable(String what, String text) {
    if (!isStorable(text)) {
      throw new IllegalArgumentException(
          what + " has U+0000 or half a surrogate pair, which PostgreSQL can't hold: remove it");
    }
    return text;
  }
}
