package io.msgvault.embed.cli.mail;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Recognizes the lines of a header (RFC 5322, section 2.2), and where a header begins. */
final class HeaderLines {
  /** Names of fields that mails have, and that ordinary text hardly ever has before a colon. */
  private static final Set<String> KNOWN =
      Set.of(
          "apparently-to",
          "authentication-results",
          "auto-submitted",
          "autocrypt",
          "bcc",
          "cc",
          "date",
          "delivered-to",
          "delivery-date",
          "disposition-notification-to",
          "dkim-signature",
          "domainkey-signature",
          "envelope-to",
          "errors-to",
          "feedback-id",
          "from",
          "in-reply-to",
          "mailing-list",
          "message-id",
          "mime-version",
          "newsgroups",
          "organization",
          "original-recipient",
          "path",
          "precedence",
          "received",
          "received-spf",
          "references",
          "reply-to",
          "return-path",
          "return-receipt-to",
          "sender",
          "status",
          "subject",
          "thread-index",
          "thread-topic",
          "to",
          "user-agent",
          "xref");

  private static final List<String> KNOWN_PREFIXES =
      List.of("arc-", "content-", "list-", "resent-", "x-");

  private HeaderLines() {}

  /** Returns whether the line begins with the name of a field and a colon. */
  static boolean isField(String line) {
    return name(line).isPresent();
  }

  /** Returns whether the line is a field that mails have. */
  static boolean isKnownField(String line) {
    return name(line)
        .filter(name -> KNOWN.contains(name) || KNOWN_PREFIXES.stream().anyMatch(name::startsWith))
        .isPresent();
  }

  /** Returns whether the line continues the field above it. */
  static boolean isContinuation(String line) {
    return line.startsWith(" ") || line.startsWith("\t");
  }

  /** Returns whether the line is a postmark that a mailbox writer has quoted. */
  static boolean isQuotedPostmark(String line) {
    return line.startsWith(">") && line.replaceFirst("^>+", "").startsWith("From ");
  }

  /** Returns whether a text begins with a field. Quoted postmarks may stand before it. */
  static boolean beginsWithField(String text) {
    return text.lines()
        .dropWhile(HeaderLines::isQuotedPostmark)
        .findFirst()
        .filter(HeaderLines::isField)
        .isPresent();
  }

  /**
   * Returns whether a text begins with the header of a mail: lines of which at least one is a field
   * that mails have, and at most one is no line of a header at all.
   */
  static boolean beginsWithHeader(String text) {
    boolean junk = false;
    for (String line : (Iterable<String>) text.lines()::iterator) {
      if (isKnownField(line)) {
        return true;
      }
      if (!isField(line) && !isContinuation(line) && !isQuotedPostmark(line)) {
        if (junk || line.isBlank()) {
          return false;
        }
        junk = true;
      }
    }
    return false;
  }

  /**
   * Returns the name of a field in lower case. A name is of printable ASCII; spaces before the
   * colon are an obsolete form.
   */
  private static Optional<String> name(String line) {
    int end = 0;
    while (end < line.length()
        && line.charAt(end) > ' '
        && line.charAt(end) < 0x7f
        && line.charAt(end) != ':') {
      end++;
    }
    int colon = end;
    while (colon < line.length() && (line.charAt(colon) == ' ' || line.charAt(colon) == '\t')) {
      colon++;
    }
    return end > 0 && colon < line.length() && line.charAt(colon) == ':'
        ? Optional.of(line.substring(0, end).toLowerCase(Locale.ROOT))
        : Optional.empty();
  }
}
