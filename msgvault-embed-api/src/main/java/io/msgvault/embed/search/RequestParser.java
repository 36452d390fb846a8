package io.msgvault.embed.search;

import io.msgvault.embed.model.MessageFilter;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.YearMonth;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the filters out of a search that a user typed. Reads one text. */
final class RequestParser {
  /** A word with a colon behind it, and perhaps a minus before it. */
  private static final Pattern FILTER = Pattern.compile("(-?)([A-Za-z]+):");

  private static final Pattern SIZE = Pattern.compile("(\\d{1,12})([kKmMgG]?)[bB]?");

  private final String text;
  private final ZoneId zone;
  private final StringBuilder words = new StringBuilder();
  private final Map<Key, List<Value>> wanted = new EnumMap<>(Key.class);
  private final List<MessageFilter> excluded = new ArrayList<>();
  private int at;

  /** The filters by what a user types. */
  private enum Key {
    FROM,
    TO,
    CC,
    BCC,
    RECIPIENTS,
    SUBJECT,
    LABEL,
    SOURCE,
    TYPE,
    HAS,
    CONVERSATION,
    BEFORE,
    AFTER,
    LARGER,
    SMALLER;

    private static final Map<String, Key> BY_NAME = new HashMap<>(Map.of("with", RECIPIENTS));

    static {
      for (Key key : values()) {
        BY_NAME.put(key.typed(), key);
      }
    }

    String typed() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** Returns whether several values of it mean any of them. */
    boolean takesSeveral() {
      return switch (this) {
        case SUBJECT, BEFORE, AFTER, LARGER, SMALLER -> false;
        default -> true;
      };
    }
  }

  /**
   * The value of a filter.
   *
   * @param text the value, not empty
   * @param start its place
   */
  private record Value(String text, int start) {}

  RequestParser(String text, ZoneId zone) {
    this.text = text;
    this.zone = zone;
  }

  SearchRequest parse() {
    while (at < text.length()) {
      char c = text.charAt(at);
      if (Character.isWhitespace(c)) {
        words.append(c);
        at++;
      } else if (!readFilter()) {
        readWord();
      }
    }
    if (words.toString().isBlank()) {
      throw error("there is nothing to search for besides filters: type a word", text.length());
    }
    MessageFilter.Builder filter = MessageFilter.builder().excluding(excluded);
    wanted.forEach((key, values) -> add(key, values, filter));
    return SearchRequest.of(words.toString().strip()).withFilter(filter.build());
  }

  /** Reads a filter if one begins here. */
  private boolean readFilter() {
    Matcher matcher = FILTER.matcher(text).region(at, text.length());
    boolean beginsWord = at == 0 || Character.isWhitespace(text.charAt(at - 1));
    if (!beginsWord || !matcher.lookingAt()) {
      return false;
    }
    Key key = Key.BY_NAME.get(matcher.group(2).toLowerCase(Locale.ROOT));
    if (key == null) {
      return false;
    }
    int start = at;
    at = matcher.end();
    Value value = readValue(key);
    if (!matcher.group(1).isEmpty()) {
      MessageFilter.Builder filter = MessageFilter.builder();
      add(key, List.of(value), filter);
      excluded.add(filter.build());
    } else {
      List<Value> values = wanted.computeIfAbsent(key, k -> new ArrayList<>());
      if (!values.isEmpty() && !key.takesSeveral()) {
        throw error(key.typed() + ": stands twice: keep one of them", start);
      }
      values.add(value);
    }
    return true;
  }

  private Value readValue(Key key) {
    int start = at;
    String value;
    if (at < text.length() && text.charAt(at) == '"') {
      int close = text.indexOf('"', at + 1);
      if (close < 0) {
        throw error("the quotation mark is not closed: add one at the end of the value", at);
      }
      value = text.substring(at + 1, close);
      at = close + 1;
    } else {
      at = wordEnd();
      value = text.substring(start, at);
    }
    if (value.isBlank()) {
      throw error(
          key.typed()
              + ": needs a value right behind the colon; to search for the word itself, put it in"
              + " quotation marks",
          start);
    }
    return new Value(value, start);
  }

  /** Reads a word or a quoted phrase as text. */
  private void readWord() {
    int start = at;
    int close = text.charAt(at) == '"' ? text.indexOf('"', at + 1) : -1;
    at = close >= 0 ? close + 1 : wordEnd();
    words.append(text, start, at);
  }

  private int wordEnd() {
    int end = at;
    while (end < text.length() && !Character.isWhitespace(text.charAt(end))) {
      end++;
    }
    return end;
  }

  private void add(Key key, List<Value> values, MessageFilter.Builder filter) {
    List<String> texts = values.stream().map(Value::text).toList();
    Value first = values.get(0);
    switch (key) {
      case FROM -> filter.senders(texts);
      case TO -> filter.to(texts);
      case CC -> filter.cc(texts);
      case BCC -> filter.bcc(texts);
      case RECIPIENTS -> filter.recipients(texts);
      case LABEL -> filter.labels(texts);
      case SOURCE -> filter.sources(texts);
      case TYPE -> filter.types(texts);
      case CONVERSATION -> filter.conversations(texts);
      case SUBJECT -> filter.subjectContains(first.text());
      case HAS -> values.forEach(value -> addAttachment(value, filter));
      case BEFORE -> filter.before(time(first));
      case AFTER -> filter.from(time(first));
      case LARGER -> filter.minBytes(bytes(first));
      case SMALLER -> filter.maxBytes(bytes(first));
    }
  }

  private void addAttachment(Value value, MessageFilter.Builder filter) {
    if (!value.text().equalsIgnoreCase("attachment")) {
      throw error("only has:attachment is known", value.start());
    }
    filter.withAttachment();
  }

  private Instant time(Value value) {
    String typed = value.text();
    try {
      return switch (typed.length()) {
        case 4 -> YearMonth.of(Integer.parseInt(typed), 1).atDay(1).atStartOfDay(zone).toInstant();
        case 7 -> YearMonth.parse(typed).atDay(1).atStartOfDay(zone).toInstant();
        case 10 -> LocalDate.parse(typed).atStartOfDay(zone).toInstant();
        default -> OffsetDateTime.parse(typed).toInstant();
      };
    } catch (DateTimeException | NumberFormatException e) {
      throw error(
          "no date is '" + typed + "': write 2026, 2026-01, 2026-01-31 or 2026-01-31T12:00:00Z",
          value.start());
    }
  }

  private long bytes(Value value) {
    Matcher size = SIZE.matcher(value.text());
    if (!size.matches()) {
      throw error(
          "no size is '" + value.text() + "': write bytes, or a number with k, M or G",
          value.start());
    }
    long unit =
        switch (size.group(2).toLowerCase(Locale.ROOT)) {
          case "k" -> 1L << 10;
          case "m" -> 1L << 20;
          case "g" -> 1L << 30;
          default -> 1;
        };
    try {
      return Math.multiplyExact(Long.parseLong(size.group(1)), unit);
    } catch (ArithmeticException e) {
      throw error("no message is so large: write a smaller number", value.start());
    }
  }

  private SearchSyntaxException error(String message, int offset) {
    return new SearchSyntaxException(message, text, offset);
  }
}
