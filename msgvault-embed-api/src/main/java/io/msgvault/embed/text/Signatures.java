package io.msgvault.embed.text;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Removes signatures and footers from the end of a body:
 *
 * <ul>
 *   <li>everything below a line {@code -- } (RFC 3676, section 4.3);
 *   <li>everything below {@code --} without the space, unless it reads like another section;
 *   <li>the footers of mailing lists and mail services, below a rule of underscores;
 *   <li>a last line in which a mail program names itself.
 * </ul>
 *
 * <p>A signature below a footer, or the reverse, is removed too. Only the last lines are read: a
 * separator far above the end does not begin a signature.
 */
final class Signatures {
  private static final int MAX_LINES = 12;
  private static final int MAX_CHARACTERS = 1_200;
  private static final int MIN_RULE_LENGTH = 20;

  /** A paragraph with a sentence of some words, below another paragraph. */
  private static final Pattern SECTION =
      Pattern.compile("\\n[ \\t\\r]*\\n[ \\t]*(?:\\S+[ \\t]+){5,}\\S*[.!?][ \\t\\r]*(?:\\n|$)");

  /** The first line of a footer. */
  private static final Pattern FOOTER =
      Pattern.compile(
          "\\s*(?:[^\\n]*\\b(?:mailing[ -]?list|mailingliste|mailinglist|liste de diffusion|"
              + "lista de (?:correo|distribución|discussão)|discussion list|newsletter)[ \\t]*\\n[ \\t]*\\S"
              + "|(?:to (?:un)?subscribe|(?:un)?subscribe|do you yahoo|this sf\\.net|"
              + "this message was sent|you received this|you are receiving|you're receiving|"
              + "sie erhalten diese|zum abbestellen|um sich abzumelden|pour (?:vous )?désabonner|"
              + "vous recevez ce|para darse de baja|para cancelar|msn |hotmail|"
              + "get your free|join the world|protect your pc|express yourself)).*",
          Pattern.DOTALL | Pattern.UNICODE_CHARACTER_CLASS);

  private static final Pattern LINK = Pattern.compile("@|://|www\\.");

  private static final List<String> ADVERTISEMENTS =
      List.of(
          "Sent from my ",
          "Sent from Mail for ",
          "Sent from Outlook",
          "Sent from Yahoo Mail",
          "Sent via ",
          "Sent with Proton",
          "Get Outlook for ",
          "Von meinem ",
          "Gesendet mit der ",
          "Envoyé de mon ",
          "Enviado desde mi ",
          "Enviado do meu ",
          "Inviato da ",
          "Verzonden vanaf mijn ",
          "Skickat från min ");
  private static final int MAX_ADVERTISEMENT_LENGTH = 80;

  private Signatures() {}

  static String strip(CharSequence text) {
    return strip(text, 0);
  }

  /** Returns the text without the signatures that begin at or after {@code from}. */
  static String strip(CharSequence text, int from) {
    int end = text.length();
    int before;
    do {
      before = end;
      end = withoutLast(text, from, end);
    } while (end < before);
    return end == text.length() ? text.toString() : text.subSequence(0, end).toString();
  }

  /** Returns the end of the text before {@code end} without its last signature. */
  private static int withoutLast(CharSequence text, int from, int end) {
    int contentEnd = end;
    while (contentEnd > from && Chars.isWhite(text.charAt(contentEnd - 1))) {
      contentEnd--;
    }
    int signature = end;
    int lineEnd = contentEnd;
    int farthest = Math.max(from, contentEnd - MAX_CHARACTERS);
    for (int lines = 0; lines <= MAX_LINES && lineEnd >= farthest; lines++) {
      int start = lineEnd;
      while (start > farthest && text.charAt(start - 1) != '\n') {
        start--;
      }
      if (!Chars.isLineStart(text, start)) {
        break;
      }
      boolean separator = isSeparator(text, start, lineEnd, contentEnd);
      if (lines == 0 && (separator || isAdvertisement(text, start, lineEnd))) {
        return start; // The next call reads what stands above, so no line is read a dozen times.
      }
      if (separator) {
        signature = start;
      }
      lineEnd = start - 1;
    }
    return signature;
  }

  /** Tells whether a line separates a signature or footer, which goes on to {@code contentEnd}. */
  private static boolean isSeparator(CharSequence text, int start, int end, int contentEnd) {
    int last = end;
    while (last > start && Chars.isWhite(text.charAt(last - 1))) {
      last--;
    }
    if (last - start == 2) {
      return text.charAt(start) == '-'
          && text.charAt(start + 1) == '-'
          && ((last < end && text.charAt(last) == ' ') || !isSection(text, end, contentEnd));
    }
    for (int at = start; at < last; at++) {
      if (text.charAt(at) != '_') {
        return false;
      }
    }
    return last - start >= MIN_RULE_LENGTH && isFooter(text, end, contentEnd);
  }

  private static boolean isSection(CharSequence text, int start, int end) {
    return SECTION.matcher(text.subSequence(start, end)).find();
  }

  private static boolean isFooter(CharSequence text, int start, int end) {
    String below = text.subSequence(start, end).toString().toLowerCase(Locale.ROOT);
    return below.isBlank() || (LINK.matcher(below).find() && FOOTER.matcher(below).matches());
  }

  private static boolean isAdvertisement(CharSequence text, int start, int end) {
    // A sentence that begins with the same words is the sender's own.
    return end > start
        && end - start <= MAX_ADVERTISEMENT_LENGTH
        && ADVERTISEMENTS.stream().anyMatch(words -> Chars.startsWith(text, start, words))
        && ".!?".indexOf(text.charAt(end - 1)) < 0;
  }
}
