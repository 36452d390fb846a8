package io.msgvault.embed.cli.mail;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads a postmark, the line {@code From sender date} that begins each message of a mailbox file.
 * Programs write the date in many forms, or leave it out, or leave out all but {@code From}.
 */
final class Postmark {
  /** The beginning of a postmark. */
  static final String PREFIX = "From ";

  private static final List<String> MONTHS =
      List.of("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec");

  private static final Pattern TIME =
      Pattern.compile("(\\d{1,2}):(\\d{2})(?::(\\d{2})(?:[.,]\\d+)?)?");
  private static final Pattern ISO_DATE = Pattern.compile("(\\d{4})-(\\d{2})-(\\d{2})");
  private static final Pattern YEAR = Pattern.compile("\\d{4}");
  private static final Pattern DAY = Pattern.compile("\\d{1,2}");
  private static final Pattern OFFSET = Pattern.compile("([+-])(\\d{2}):?(\\d{2})");

  private final List<String> words;
  private Optional<LocalDate> date = Optional.empty();
  private Optional<LocalTime> time = Optional.empty();
  private ZoneOffset zone = ZoneOffset.UTC;

  /** Reads a line that begins with {@link #PREFIX}. */
  Postmark(String line) {
    // An ISO time becomes two words, and its Z or offset a third.
    String spaced =
        line.substring(Math.min(line.length(), PREFIX.length()))
            .replaceAll("(?<=\\d{4}-\\d{2}-\\d{2})[Tt](?=\\d)", " ")
            .replaceAll("(?<=:\\d{2})(?=Z|[+-]\\d{2}:?\\d{2})", " ");
    words = Arrays.stream(spaced.split("[\\s,]+")).filter(word -> !word.isEmpty()).toList();
    try {
      readDate();
    } catch (DateTimeException e) { // there is no such day or time
      date = Optional.empty();
    }
  }

  /** Returns whether the line has a date and a time of day. */
  boolean hasDate() {
    return date.isPresent() && time.isPresent();
  }

  /** Returns the date; a time without a zone is taken for UTC, which most programs write. */
  Optional<Instant> date() {
    return date.flatMap(day -> time.map(of -> day.atTime(of).toInstant(zone)));
  }

  /**
   * Returns whether a line without a date may be a postmark: it has nothing but a sender, or what
   * looks like an address or a time of day.
   */
  boolean mayLackDate() {
    return words.size() <= 1
        || words.get(0).indexOf('@') > 0
        || words.stream().anyMatch(word -> TIME.matcher(word).matches());
  }

  private void readDate() {
    int year = 0;
    int month = 0;
    int day = 0;
    for (String word : words.subList(Math.min(1, words.size()), words.size())) {
      Matcher iso = ISO_DATE.matcher(word);
      Matcher clock = TIME.matcher(word);
      Matcher offset = OFFSET.matcher(word);
      String lower = word.toLowerCase(Locale.ROOT);
      if (iso.matches()) {
        year = Integer.parseInt(iso.group(1));
        month = Integer.parseInt(iso.group(2));
        day = Integer.parseInt(iso.group(3));
      } else if (clock.matches()) {
        time = Optional.of(time(clock));
      } else if (offset.matches() && time.isPresent()) {
        int minutes = 60 * Integer.parseInt(offset.group(2)) + Integer.parseInt(offset.group(3));
        zone = zone(offset.group(1).equals("-") ? -minutes : minutes);
      } else if (YEAR.matcher(word).matches()) {
        year = Integer.parseInt(word);
      } else if (DAY.matcher(word).matches() && day == 0) {
        day = Integer.parseInt(word);
      } else if (MONTHS.contains(lower)) {
        month = MONTHS.indexOf(lower) + 1;
      } else if (time.isPresent()) {
        zone = MailDates.zone(word).map(Postmark::zone).orElse(zone);
      }
    }
    // Other years come from clocks that were wrong.
    if (year >= 1970 && year < 2100 && month > 0 && day > 0) {
      date = Optional.of(LocalDate.of(year, month, day));
    }
  }

  private static ZoneOffset zone(int minutes) {
    return ZoneOffset.ofTotalSeconds(60 * minutes);
  }

  private static LocalTime time(Matcher clock) {
    int seconds = clock.group(3) == null ? 0 : Integer.parseInt(clock.group(3));
    // A leap second counts as the one before it.
    return LocalTime.of(
        Integer.parseInt(clock.group(1)), Integer.parseInt(clock.group(2)), Math.min(59, seconds));
  }
}
