package io.msgvault.embed.cli.mail;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.Set;
import java.util.StringJoiner;
import java.util.regex.Pattern;

/**
 * Takes what people read from texts that consist of fields: calendars (RFC 5545), and reports on
 * the delivery or reading of a mail (RFC 3464, RFC 8098).
 */
final class FieldLines {
  private static final Pattern FOLD = Pattern.compile("\r?\n[ \t]");

  private static final Set<String> COMPONENTS = Set.of("vevent", "vtodo", "vjournal");
  private static final Set<String> CALENDAR =
      Set.of("summary", "location", "description", "comment");
  private static final Set<String> REPORT =
      Set.of(
          "final-recipient",
          "diagnostic-code",
          "status",
          "disposition",
          "failure",
          "error",
          "warning",
          "feedback-type",
          "reported-domain");

  private FieldLines() {}

  /** Returns what the entries of a calendar are about, and where they take place. */
  static String calendar(String text) {
    StringJoiner out = new StringJoiner("\n");
    Deque<String> components = new ArrayDeque<>();
    for (String line : lines(text, "")) {
      String name = name(line, ";:");
      String value = value(line);
      if (name.equals("begin")) {
        components.push(value.toLowerCase(Locale.ROOT));
      } else if (name.equals("end")) {
        components.poll();
      } else if (CALENDAR.contains(name)
          && !components.isEmpty()
          && COMPONENTS.contains(components.getFirst())
          && !value.isEmpty()) {
        out.add(unescape(value));
      }
    }
    return out.toString();
  }

  /** Returns to whom a report refers, and what it says. */
  static String report(String text) {
    StringJoiner out = new StringJoiner("\n");
    for (String line : lines(text, " ")) {
      if (REPORT.contains(name(line, ":"))) {
        out.add(line.replaceAll("\\s+", " "));
      }
    }
    return out.toString();
  }

  private static String[] lines(String text, String forFold) {
    return FOLD.matcher(text).replaceAll(forFold).replace("\r", "").split("\n", -1);
  }

  private static String name(String line, String ends) {
    int end = 0;
    while (end < line.length() && ends.indexOf(line.charAt(end)) < 0) {
      end++;
    }
    return line.substring(0, end).strip().toLowerCase(Locale.ROOT);
  }

  /** Returns what follows the first colon outside the quotation marks of parameters. */
  private static String value(String line) {
    boolean quoted = false;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      quoted ^= c == '"';
      if (c == ':' && !quoted) {
        return line.substring(i + 1).strip();
      }
    }
    return "";
  }

  private static String unescape(String value) {
    StringBuilder text = new StringBuilder(value.length());
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '\\' && i + 1 < value.length()) {
        char next = value.charAt(++i);
        text.append(next == 'n' || next == 'N' ? '\n' : next);
      } else {
        text.append(c);
      }
    }
    return text.toString();
  }
}
