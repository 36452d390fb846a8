package io.msgvault.embed.cli.mail;

import java.time.Month;
import java.time.format.TextStyle;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Knows the names of the months in many languages, as some mail programs write them. Where one name
 * is two months in two languages, the language that is earlier in the list decides.
 */
final class MonthNames {
  private static final List<String> LANGUAGES =
      List.of(
          ("de fr es it pt nl sv da nb nn fi pl cs sk hu ro ru uk be bg el tr sl hr sr bs mk lt lv et"
                  + " ca gl eu is ga cy sq af id ms sw he ar fa hi bn ta th hy ka az kk uz")
              .split(" "));

  private static final List<TextStyle> STYLES =
      List.of(
          TextStyle.FULL, TextStyle.FULL_STANDALONE, TextStyle.SHORT, TextStyle.SHORT_STANDALONE);

  private static final int MIN_PREFIX = 3;

  private static final Map<String, Integer> ENGLISH = names(List.of("en"));

  /** English words of dates that are no month. */
  private static final Set<String> OTHER_WORDS =
      Set.of(
          "mon", "tue", "wed", "thu", "fri", "sat", "sun", "gmt", "utc", "ut", "z", "t", "am",
          "pm");

  private MonthNames() {}

  /**
   * Returns the number of a month.
   *
   * @param word a name or an abbreviation, as {@link MailDates#fold} returns it
   */
  static OptionalInt month(String word) {
    if (OTHER_WORDS.contains(word)) {
      return OptionalInt.empty();
    }
    Integer month = ENGLISH.get(word);
    return month != null ? OptionalInt.of(month) : Others.month(word);
  }

  private static Map<String, Integer> names(List<String> languages) {
    Map<String, Integer> names = new LinkedHashMap<>();
    for (String language : languages) {
      for (TextStyle style : STYLES) {
        for (Month month : Month.values()) {
          String name =
              MailDates.fold(month.getDisplayName(style, Locale.forLanguageTag(language)));
          String word = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
          if (word.length() >= 2 && word.codePoints().allMatch(Character::isLetter)) {
            names.putIfAbsent(word, month.getValue());
          }
        }
      }
    }
    return names;
  }

  /** Loads the other languages only when a mail needs them. */
  private static final class Others {
    private static final Map<String, Integer> NAMES = names(LANGUAGES);

    static {
      NAMES.put("mrz", 3); // German mail programs
    }

    static OptionalInt month(String word) {
      Integer exact = NAMES.get(word);
      if (exact != null) {
        return OptionalInt.of(exact);
      }
      return word.length() < MIN_PREFIX
          ? OptionalInt.empty()
          : NAMES.entrySet().stream()
              .filter(name -> name.getKey().startsWith(word))
              .mapToInt(Map.Entry::getValue)
              .findFirst();
    }
  }
}
