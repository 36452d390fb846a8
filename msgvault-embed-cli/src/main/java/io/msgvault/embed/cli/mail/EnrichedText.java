package io.msgvault.embed.cli.mail;

import java.util.regex.Pattern;

/**
 * Removes the markup of {@code text/enriched} (RFC 1896) and of {@code text/richtext} (RFC 1341). A
 * line break between two lines is a space, and of several ones, one is.
 */
final class EnrichedText {
  private static final Pattern PARAMETERS =
      Pattern.compile("(?is)<(param|comment)>.*?(?:</\\1>|$)");
  private static final Pattern BREAKS = Pattern.compile("\n+");
  private static final Pattern LINE = Pattern.compile("(?i)<(?:nl|np|paragraph)>");
  private static final Pattern COMMAND = Pattern.compile("</?[A-Za-z][A-Za-z0-9-]{0,60}>");
  private static final String LITERAL = "\ue000";

  private EnrichedText() {}

  /** Returns the text that a reader sees. */
  static String withoutMarkup(String markup) {
    String text = markup.replace("\r\n", "\n").replace("<<", LITERAL);
    text = PARAMETERS.matcher(text).replaceAll("");
    text =
        BREAKS
            .matcher(text)
            .replaceAll(breaks -> breaks.group().length() == 1 ? " " : breaks.group().substring(1));
    text = LINE.matcher(text).replaceAll("\n");
    text = text.replaceAll("(?i)<lt>", LITERAL);
    return COMMAND.matcher(text).replaceAll("").replace(LITERAL, "<").strip();
  }
}
