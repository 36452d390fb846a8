package io.msgvault.embed.cli.mail;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The forms of text in a mail that are read, by their types. */
enum TextForm {
  PLAIN,
  HTML,
  ENRICHED,
  CALENDAR,
  REPORT;

  private static final Map<String, TextForm> FORMS =
      Map.ofEntries(
          Map.entry("text/html", HTML),
          Map.entry("text/xhtml", HTML),
          Map.entry("text/xml", HTML),
          Map.entry("text/x-amp-html", HTML),
          Map.entry("text/watch-html", HTML),
          Map.entry("application/xhtml+xml", HTML),
          Map.entry("text/enriched", ENRICHED),
          Map.entry("text/richtext", ENRICHED),
          Map.entry("text/calendar", CALENDAR),
          Map.entry("text/x-vcalendar", CALENDAR),
          Map.entry("application/ics", CALENDAR),
          Map.entry("message/delivery-status", REPORT),
          Map.entry("message/global-delivery-status", REPORT),
          Map.entry("message/disposition-notification", REPORT),
          Map.entry("message/global-disposition-notification", REPORT),
          Map.entry("message/feedback-report", REPORT));

  /** Types of text that people do not read. */
  private static final Set<String> CODE =
      Set.of(
          "text/css",
          "text/javascript",
          "text/rtf",
          "text/vcard",
          "text/x-vcard",
          "text/directory");

  /** Types of parts that are shown only where nothing else is: they repeat what the others say. */
  private static final Set<String> LAST_RESORTS = Set.of("text/x-amp-html", "text/watch-html");

  /** The types of parts that are the body of a mail even if they have names. */
  private static final Set<String> BODIES =
      Set.of("text/plain", "text/html", "text/enriched", "text/richtext");

  /** Returns the form of a type; empty if it is not text for people. */
  static Optional<TextForm> of(String type) {
    if (CODE.contains(type)) {
      return Optional.empty();
    }
    return Optional.ofNullable(FORMS.get(type))
        .or(() -> type.startsWith("text/") ? Optional.of(PLAIN) : Optional.empty());
  }

  /** Returns whether parts of a type are read only in a mail that has no other text. */
  static boolean isLastResort(String type) {
    return LAST_RESORTS.contains(type) || FORMS.get(type) == CALENDAR;
  }

  /** Returns whether parts of a type can be the body of a mail even if they have names. */
  static boolean isBody(String type) {
    return BODIES.contains(type);
  }
}
