package io.msgvault.embed.cli.mail;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Date;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.james.mime4j.codec.DecodeMonitor;
import org.apache.james.mime4j.field.DateTimeFieldLenientImpl;
import org.apache.james.mime4j.stream.RawField;

/** Parses dates of mails: RFC 5322 with its obsolete zones, and forms that some programs write. */
final class MailDates {
  /** The zones of RFC 5322, section 4.3. */
  private static final Map<String, String> ZONES =
      Map.of(
          "EST", "-0500", "EDT", "-0400", "CST", "-0600", "CDT", "-0500", "MST", "-0700", "MDT",
          "-0600", "PST", "-0800", "PDT", "-0700");

  /** The form of C's {@code asctime}, which has no zone. */
  private static final DateTimeFormatter ASCTIME =
      DateTimeFormatter.ofPattern("EEE MMM d HH:mm:ss yyyy", Locale.ROOT).withZone(ZoneOffset.UTC);

  /** Times before this one, and from {@link #LATEST} on, come from clocks that were wrong. */
  private static final Instant EARLIEST = Instant.parse("1970-01-01T00:00:00Z");

  private static final Instant LATEST = Instant.parse("2100-01-01T00:00:00Z");

  private MailDates() {}

  /** Returns the time in a {@code Date} field; empty if it is unreadable or implausible. */
  static Optional<Instant> parse(String value) {
    String date = value.strip().replaceAll("\\s+", " ");
    if (date.isEmpty() || date.length() > 100) {
      return Optional.empty();
    }
    return standard(withOffset(date))
        .or(() -> parse(DateTimeFormatter.ISO_OFFSET_DATE_TIME, date))
        .or(() -> parse(ASCTIME, date))
        .filter(time -> !time.isBefore(EARLIEST) && time.isBefore(LATEST));
  }

  private static String withOffset(String date) {
    int space = date.lastIndexOf(' ');
    String offset = ZONES.get(date.substring(space + 1).toUpperCase(Locale.ROOT));
    return offset == null ? date : date.substring(0, space + 1) + offset;
  }

  private static Optional<Instant> standard(String date) {
    Date parsed =
        DateTimeFieldLenientImpl.PARSER
            .parse(new RawField("Date", date), DecodeMonitor.SILENT)
            .getDate();
    return Optional.ofNullable(parsed).map(Date::toInstant);
  }

  private static Optional<Instant> parse(DateTimeFormatter format, String date) {
    try {
      return Optional.of(
          format == ASCTIME
              ? Instant.from(format.parse(date))
              : OffsetDateTime.parse(date, format).toInstant());
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }
}
