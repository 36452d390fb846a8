package io.msgvault.embed.pgvector.internal.db;

import io.msgvault.embed.text.Texts;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.jdbi.v3.core.argument.Argument;
import org.jspecify.annotations.Nullable;

/** Values as PostgreSQL takes and gives them. */
public final class PgValues {
  /** The span of timestamptz, but for its outermost years. */
  private static final OffsetDateTime EARLIEST =
      OffsetDateTime.of(-4000, 1, 1, 0, 0, 0, 0, ZoneOffset.UTC);

  private static final OffsetDateTime LATEST =
      OffsetDateTime.of(290_000, 1, 1, 0, 0, 0, 0, ZoneOffset.UTC);

  private PgValues() {}

  public static Argument floats(float[] values) {
    return (position, statement, context) -> statement.setObject(position, values);
  }

  public static float[] floats(ResultSet row, String column) throws SQLException {
    Float[] boxed = (Float[]) row.getArray(column).getArray();
    float[] values = new float[boxed.length];
    for (int i = 0; i < boxed.length; i++) {
      values[i] = boxed[i];
    }
    return values;
  }

  /** The time as it is kept: cut to the microsecond, saturating at the ends of the range. */
  public static OffsetDateTime floor(Instant time) {
    if (time.isBefore(EARLIEST.toInstant())) {
      return EARLIEST;
    }
    return time.isAfter(LATEST.toInstant())
        ? LATEST
        : OffsetDateTime.ofInstant(time, ZoneOffset.UTC).truncatedTo(ChronoUnit.MICROS);
  }

  /** The first microsecond that is not before the time. */
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

  /** Whether PostgreSQL can hold the text: not with U+0000, nor with half a surrogate pair. */
  public static boolean isStorable(String text) {
    return text.indexOf(0) < 0 && Texts.isWellFormed(text);
  }

  /** Whether a type or a source can have this name: an empty one is none, as NULL is. */
  public static boolean isName(String name) {
    return !name.isEmpty() && isStorable(name);
  }

  /** The text with U+FFFD for each character that PostgreSQL can't hold. */
  public static String sanitized(String text) {
    return Texts.wellFormed(text).replace('\0', '\uFFFD');
  }

  /**
   * The text itself.
   *
   * @throws IllegalArgumentException if PostgreSQL can't hold it
   */
  public static String requireStorable(String what, String text) {
    if (!isStorable(text)) {
      throw new IllegalArgumentException(
          what + " has U+0000 or half a surrogate pair, which PostgreSQL can't hold: take it out");
    }
    return text;
  }
}
