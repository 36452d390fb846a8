package io.msgvault.embed.text;

import java.util.List;

/**
 * Removes signatures and footers from the end of a body:
 *
 * <ul>
 *   <li>everything below a line {@code -- } (RFC 3676, section 4.3);
 *   <li>everything below a rule of underscores, with which list programs begin their footers;
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

  private static final List<String> ADVERTISEMENTS =
      List.of(
          "Sent from my ",
          "Sent from Mail for ",
          "Sent from Outlook",
          "Sent from Yahoo Mail",
          "Sent via ",
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
    int end = text.length();
    int before;
    do {
      before = end;
      end = withoutLast(text, end);
    } while (end < before);
    return end == text.length() ? text.toString() : text.subSequence(0, end).toString();
  }

  /** Returns the end of the text before {@code end} without its last signature. */
  private static int withoutLast(CharSequence text, int end) {
    int contentEnd = end;
    while (contentEnd > 0 && Chars.isWhite(text.charAt(contentEnd - 1))) {
      contentEnd--;
    }
    int signature = end;
    int lineEnd = contentEnd;
    int farthest = Math.max(0, contentEnd - MAX_CHARACTERS);
    for (int lines = 0; lines <= MAX_LINES && lineEnd >= farthest; lines++) {
      int start = lineEnd;
      while (start > farthest && text.charAt(start - 1) != '\n') {
        start--;
      }
      if (!Chars.isLineStart(text, start)) {
        break;
      }
      if (isSeparator(text, start, lineEnd)
          || (lines == 0 && isAdvertisement(text, start, lineEnd))) {
        signature = start;
      }
      lineEnd = start - 1;
    }
    return signature;
  }

  private static boolean isSeparator(CharSequence text, int start, int end) {
    int last = end;
    while (last > start && Chars.isWhite(text.charAt(last - 1))) {
      last--;
    }
    if (last - start == 2) {
      return text.charAt(start) == '-' && text.charAt(start + 1) == '-';
    }
    for (int at = start; at < last; at++) {
      if (text.charAt(at) != '_') {
        return false;
      }
    }
    return last - start >= MIN_RULE_LENGTH;
  }

  private static boolean isAdvertisement(CharSequence text, int start, int end) {
    return end - start <= MAX_ADVERTISEMENT_LENGTH
        && ADVERTISEMENTS.stream().anyMatch(words -> Chars.startsWith(text, start, words));
  }
}
