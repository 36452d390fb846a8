package io.msgvault.embed.text;

import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;

/**
 * The classes and identifiers that the style sheets of a page hide.
 *
 * <p>Only what needs no knowledge of the cascade is believed: a rule for one class or identifier
 * that the sheets name nowhere else. Otherwise another rule, such as one for wide screens, may show
 * the elements again.
 */
final class StyleSheet {
  private static final Pattern SELECTOR = Pattern.compile("[a-z0-9]*([.#][\\w-]+)");
  private static final Pattern NAME = Pattern.compile("[.#][a-z_][\\w-]*");

  /** The maximum length of sheets that are read. Longer ones are for applications. */
  private static final int MAX_LENGTH = 200_000;

  private final boolean isEmpty;
  private final Set<String> hidden = new HashSet<>();

  StyleSheet(Document page) {
    StringBuilder sheets = new StringBuilder();
    page.select("style").forEach(style -> sheets.append(style.data()).append('\n'));
    isEmpty = sheets.isEmpty();
    if (!isEmpty && sheets.length() <= MAX_LENGTH) {
      read(sheets.toString().toLowerCase(Locale.ROOT));
    }
  }

  private void read(String sheets) {
    Set<String> once = new HashSet<>();
    Set<String> often = new HashSet<>();
    Matcher names = NAME.matcher(sheets);
    while (names.find()) {
      if (!once.add(names.group())) {
        often.add(names.group());
      }
    }
    int start = 0;
    int depth = 0;
    int brace = 0;
    for (int at = 0; at < sheets.length(); at++) {
      char c = sheets.charAt(at);
      if (c == '{' && depth++ == 0) {
        brace = at;
      } else if (c == '}' && --depth == 0) {
        readRule(sheets.substring(start, brace), sheets.substring(brace + 1, at), often);
        start = at + 1;
      }
    }
  }

  /** Reads a rule, unless it contains others, which hold for some media only. */
  private void readRule(String selectors, String declarations, Set<String> often) {
    if (declarations.indexOf('{') < 0 && HtmlStyle.of(declarations).isRemoved()) {
      for (String selector : selectors.split(",", -1)) {
        Matcher single = SELECTOR.matcher(selector.strip());
        if (single.matches() && !often.contains(single.group(1))) {
          hidden.add(selector.strip());
        }
      }
    }
  }

  boolean isEmpty() {
    return isEmpty;
  }

  /** Tells whether an element is hidden, unless its own style shows it. */
  boolean hides(Element element) {
    if (hidden.isEmpty()) {
      return false;
    }
    return isHidden(element, "#" + element.id())
        || element.classNames().stream().anyMatch(name -> isHidden(element, "." + name));
  }

  private boolean isHidden(Element element, String name) {
    String selector = name.toLowerCase(Locale.ROOT);
    return hidden.contains(selector) || hidden.contains(element.normalName() + selector);
  }
}
