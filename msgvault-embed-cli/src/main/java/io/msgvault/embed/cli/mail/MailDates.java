package io.msgvault.embed.cli.mail;

import java.text.Normalizer;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Parses dates of mails: RFC 5322 with its obsolete zones, and the forms that programs write
 * against it. Names of months may be in many languages. A time without a zone is UTC.
 */
final class MailDates {
  /** Times before this one, and from {@link #LATEST} on, come from clocks that were wrong. */
  private static final Instant EARLIEST = Instant.parse("1970-01-01T00:00:00Z");

  private static final Instant LATEST = Instant.parse("2100-01-01T00:00:00Z");
  private static final int MAX_LENGTH = 200;

  /** The farthest zone from Greenwich, in minutes. */
  private static final int MAX_OFFSET = 14 * 60;

  /** Stands in a text where the time was. */
  private static final String AFTER_TIME = " @ ";

  /** Zones that have a name, in minutes east of Greenwich; the American ones as in RFC 5322. */
  private static final Map<String, Integer> ZONES =
      Map.ofEntries(
          Map.entry("hst", -600),
          Map.entry("akst", -540),
          Map.entry("akdt", -480),
          Map.entry("pst", -480),
          Map.entry("pdt", -420),
          Map.entry("mst", -420),
          Map.entry("mdt", -360),
          Map.entry("cst", -360),
          Map.entry("cdt", -300),
          Map.entry("est", -300),
          Map.entry("edt", -240),
          Map.entry("ast", -240),
          Map.entry("adt", -180),
          Map.entry("nst", -210),
          Map.entry("ndt", -150),
          Map.entry("brt", -180),
          Map.entry("brst", -120),
          Map.entry("bst", 60),
          Map.entry("west", 60),
          Map.entry("cet", 60),
          Map.entry("met", 60),
          Map.entry("mez", 60),
          Map.entry("mewt", 60),
          Map.entry("cest", 120),
          Map.entry("mest", 120),
          Map.entry("mesz", 120),
          Map.entry("sast", 120),
          Map.entry("eet", 120),
          Map.entry("eest", 180),
          Map.entry("msk", 180),
          Map.entry("msd", 240),
          Map.entry("ist", 330),
          Map.entry("wib", 420),
          Map.entry("ict", 420),
          Map.entry("hkt", 480),
          Map.entry("sgt", 480),
          Map.entry("awst", 480),
          Map.entry("jst", 540),
          Map.entry("kst", 540),
          Map.entry("acst", 570),
          Map.entry("aest", 600),
          Map.entry("aedt", 660),
          Map.entry("nzst", 720),
          Map.entry("nzdt", 780));

  private static final Pattern COMMENT = Pattern.compile("\\(([^()]*)\\)");
  private static final Pattern BASIC =
      Pattern.compile("\\b(\\d{4})(\\d\\d)(\\d\\d)[t ]?(\\d\\d)(\\d\\d)(\\d\\d)(?=\\D|$)");
  private static final Pattern YEAR_FIRST =
      Pattern.compile(
          "(?<!\\d)(\\d{4})(?: ?[年년] ?|[-/.] ?)(\\d{1,2})(?: ?[月월] ?|[-/.] ?)(\\d{1,2})(?!\\d)[日일]?");
  private static final Pattern YEAR_LAST =
      Pattern.compile("(?<![\\d:.])(\\d{1,2})([-/.])(\\d{1,2})\\2(\\d{4}|\\d\\d)(?![\\d:.])");
  private static final Pattern TIME =
      Pattern.compile("(?<!\\d)(\\d{1,2}):(\\d\\d)(?::(\\d\\d))?(?:[.,]\\d+)?(?!\\d)");
  private static final Pattern DOTTED_TIME =
      Pattern.compile("(?<!\\d)(\\d{1,2})[.h](\\d\\d)(?:[.m](\\d\\d))?(?!\\d)");
  private static final Pattern OFFSET =
      Pattern.compile("(?<![\\d])([+-])(\\d{1,2}?):?(\\d\\d)?(?!\\d)");
  private static final Pattern AFTERNOON = Pattern.compile("\\bp\\.?m\\b|下午|午後|오후");
  private static final Pattern MORNING = Pattern.compile("\\ba\\.?m\\b|上午|午前|오전");
  private static final Pattern NUMBERED_MONTH = Pattern.compile("(\\d{1,2}) ?[月월]");
  private static final Pattern WORD = Pattern.compile("\\p{L}+");
  private static final Pattern NUMBER = Pattern.compile("\\d+");

  private MailDates() {}

  /** Returns the time in a field; empty if it is unreadable or implausible. */
  static Optional<Instant> parse(String value) {
    if (value.length() > MAX_LENGTH) {
      return Optional.empty();
    }
    try {
      return new Reader(fold(value))
          .read()
          .filter(time -> !time.isBefore(EARLIEST) && time.isBefore(LATEST));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  /** Returns the offset of a zone that has a name, in either case, in minutes east of Greenwich. */
  static Optional<Integer> zone(String name) {
    return Optional.ofNullable(ZONES.get(name.toLowerCase(Locale.ROOT)));
  }

  /** Returns a text in lower case, without accents, and with plain spaces and signs. */
  static String fold(String text) {
    String decomposed = Normalizer.normalize(text.toLowerCase(Locale.ROOT), Normalizer.Form.NFKD);
    String bare = decomposed.replaceAll("\\p{Mn}", "").replace('\u2212', '-');
    return Normalizer.normalize(bare, Normalizer.Form.NFC).replaceAll("[\\s\\p{Z}]+", " ").strip();
  }

  /** Takes the parts of a date out of a text, from those that are easiest to tell. */
  private static final class Reader {
    private String rest;
    private String comments = "";

    Reader(String text) {
      this.rest = text;
    }

    Optional<Instant> read() {
      takeComments();
      rest = BASIC.matcher(rest).replaceFirst("$1-$2-$3 $4:$5:$6");
      Optional<LocalDate> numeric = takeYearFirst();
      OptionalInt month = numeric.isPresent() ? OptionalInt.empty() : takeMonth();
      if (numeric.isEmpty() && month.isEmpty()) {
        numeric = takeYearLast();
      }
      LocalTime time = takeTime();
      int zone = takeZone();
      Optional<LocalDate> date =
          numeric.or(() -> month.isPresent() ? day(month.getAsInt()) : Optional.empty());
      return date.map(day -> day.atTime(time).minusMinutes(zone).toInstant(ZoneOffset.UTC));
    }

    private void takeComments() {
      for (Matcher comment = COMMENT.matcher(rest);
          comment.find();
          comment = COMMENT.matcher(rest)) {
        comments += " " + comment.group(1);
        rest = comment.replaceFirst(" ");
      }
    }

    private Optional<LocalDate> takeYearFirst() {
      Matcher date = YEAR_FIRST.matcher(rest);
      if (!date.find()) {
        return Optional.empty();
      }
      rest = date.replaceFirst(" ");
      return Optional.of(LocalDate.of(number(date, 1), number(date, 2), number(date, 3)));
    }

    /** Takes a date of three numbers. Only with slashes the month is first, as Americans write. */
    private Optional<LocalDate> takeYearLast() {
      Matcher date = YEAR_LAST.matcher(rest);
      if (!date.find()) {
        return Optional.empty();
      }
      rest = date.replaceFirst(" ");
      int first = number(date, 1);
      int second = number(date, 3);
      boolean monthFirst = second > 12 || (date.group(2).equals("/") && first <= 12);
      return Optional.of(
          LocalDate.of(
              year(date.group(4)), monthFirst ? first : second, monthFirst ? second : first));
    }

    /** Takes the last name of a month: what looks like one before it is a weekday. */
    private OptionalInt takeMonth() {
      Matcher numbered = NUMBERED_MONTH.matcher(rest);
      if (numbered.find()) {
        rest = numbered.replaceFirst(" ");
        return OptionalInt.of(number(numbered, 1));
      }
      OptionalInt found = OptionalInt.empty();
      for (Matcher word = WORD.matcher(rest); word.find(); ) {
        OptionalInt month =
            zone(word.group()).isPresent() ? OptionalInt.empty() : MonthNames.month(word.group());
        found = month.isPresent() ? month : found;
      }
      return found;
    }

    private LocalTime takeTime() {
      Matcher time = TIME.matcher(rest);
      boolean found = time.find();
      if (!found) {
        time = DOTTED_TIME.matcher(rest);
        found = time.find();
      }
      if (!found) {
        return LocalTime.MIDNIGHT;
      }
      int hour = number(time, 1);
      if (AFTERNOON.matcher(rest).find() && hour < 12) {
        hour += 12;
      } else if (MORNING.matcher(rest).find() && hour == 12) {
        hour = 0;
      }
      int second = time.group(3) == null ? 0 : Math.min(59, number(time, 3));
      rest = rest.substring(0, time.start()) + AFTER_TIME + rest.substring(time.end());
      return LocalTime.of(hour, number(time, 2), second);
    }

    /** Takes the zone in minutes. One that nobody knows is UTC, as RFC 5322 says. */
    private int takeZone() {
      int start = Math.max(0, rest.indexOf(AFTER_TIME));
      Matcher offset = OFFSET.matcher(rest.substring(start));
      if (offset.find()) {
        rest = rest.substring(0, start) + offset.replaceFirst(" ");
        return minutes(offset);
      }
      Matcher comment = OFFSET.matcher(comments);
      return namedZone(rest)
          .or(() -> namedZone(comments))
          .orElseGet(() -> comment.find() ? minutes(comment) : 0);
    }

    private static int minutes(Matcher offset) {
      int minutes = number(offset, 2) * 60 + (offset.group(3) == null ? 0 : number(offset, 3));
      return minutes > MAX_OFFSET ? 0 : offset.group(1).equals("-") ? -minutes : minutes;
    }

    private static Optional<Integer> namedZone(String text) {
      return WORD.matcher(text).results().flatMap(word -> zone(word.group()).stream()).findFirst();
    }

    /** Returns the date of a month, whose day and year are the numbers that are left. */
    private Optional<LocalDate> day(int month) {
      List<String> numbers =
          NUMBER.matcher(rest).results().map(MatchResult::group).limit(2).toList();
      if (numbers.size() < 2 || numbers.stream().anyMatch(number -> number.length() > 4)) {
        return Optional.empty();
      }
      boolean yearFirst = numbers.get(0).length() > 2;
      int year = year(numbers.get(yearFirst ? 0 : 1));
      int day = Integer.parseInt(numbers.get(yearFirst ? 1 : 0));
      return Optional.of(LocalDate.of(year, month, day));
    }

    /** Returns a year; those of two or three digits as RFC 5322 says. */
    private static int year(String written) {
      int year = Integer.parseInt(written);
      if (written.length() == 4) {
        return year;
      }
      return year < 50 ? year + 2000 : year + 1900;
    }

    private static int number(MatchResult match, int group) {
      return Integer.parseInt(match.group(group));
    }
  }
}
