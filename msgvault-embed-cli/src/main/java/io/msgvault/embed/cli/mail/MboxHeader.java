package io.msgvault.embed.cli.mail;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Holds what a header says to the reader of a mailbox file.
 *
 * @param length the length of the header with the empty line after it, in bytes
 * @param statedLength the length of the body by {@code Content-Length}; -1 if it is not stated
 * @param deleted whether a mail program has marked the message as deleted
 * @param delimiter the line between the parts of the body; empty if it has no parts
 */
record MboxHeader(int length, long statedLength, boolean deleted, String delimiter) {
  /** The longest header that is looked at. */
  private static final int MAX_LENGTH = 256 << 10;

  /** How much of a {@code Content-Type} is looked at. */
  private static final int MAX_TYPE = 2000;

  private static final int FIRST_LOOK = 8 << 10;

  private static final byte[] FROM = Postmark.PREFIX.getBytes(ISO_8859_1);

  private static final Pattern BOUNDARY =
      Pattern.compile(
          "(?i)multipart/.*;\\s*boundary\\s*=\\s*(?:\"([^\"]{1,200})\"|([^\\s\";]{1,200}))");

  /** The bit of {@code X-Mozilla-Status} for a message that awaits its removal from the file. */
  private static final int MOZILLA_EXPUNGED = 0x0008;

  /** Looks at the header that comes next in a stream. */
  static MboxHeader read(Lookahead in) throws IOException {
    int end = -1;
    for (int look = FIRST_LOOK; end < 0 && look <= MAX_LENGTH; look *= 2) {
      end = end(in, look);
    }
    int length = end < 0 ? MAX_LENGTH : end;
    long statedLength = -1;
    boolean deleted = false;
    String delimiter = "";
    for (String field : (Iterable<String>) unfolded(in.text(0, length)).lines()::iterator) {
      String value = field.substring(field.indexOf(':') + 1).strip();
      switch (field.substring(0, Math.max(0, field.indexOf(':'))).toLowerCase(Locale.ROOT)) {
        case "content-length" ->
            statedLength = value.matches("\\d{1,9}") ? Long.parseLong(value) : -1;
        case "x-mozilla-status" ->
            deleted |=
                value.matches("\\p{XDigit}{1,7}")
                    && (Integer.parseInt(value, 16) & MOZILLA_EXPUNGED) != 0;
        case "x-status" -> deleted |= value.contains("D");
        case "content-type" -> delimiter = delimiter.isEmpty() ? delimiter(value) : delimiter;
        default -> {
          // Other fields say nothing about the file.
        }
      }
    }
    return new MboxHeader(length, statedLength, deleted, delimiter);
  }

  /** Returns where the header ends, with the empty line after it; -1 if that is not in sight. */
  private static int end(Lookahead in, int look) throws IOException {
    int there = in.ahead(look);
    int at = 0;
    while (at < there) {
      if (in.lineEnd(at) > 0) {
        return at + in.lineEnd(at);
      }
      if (at > 0 && in.matches(at, FROM)) {
        return at; // the header of a message without a body
      }
      at += in.line(at, there - at);
    }
    return there < look ? there : -1;
  }

  private static String unfolded(String header) {
    return header.replaceAll("\r?\n[ \t]+", " ");
  }

  private static String delimiter(String contentType) {
    String start = contentType.substring(0, Math.min(contentType.length(), MAX_TYPE));
    Matcher boundary = BOUNDARY.matcher(start);
    if (!boundary.find()) {
      return "";
    }
    String text = boundary.group(1) == null ? boundary.group(2) : boundary.group(1);
    return "--" + text;
  }
}
