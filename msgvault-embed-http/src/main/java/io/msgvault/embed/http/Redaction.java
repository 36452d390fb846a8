package io.msgvault.embed.http;

import java.util.Collection;
import java.util.List;

/**
 * Makes a server's words fit for an error message: one line, short, and without what was sent.
 *
 * <p>Servers echo. Some repeat the text they refuse, whole or in part, escaped once or twice; some
 * repeat a wrong key with stars in the middle. So messages and texts are compared without escapes,
 * with each stretch of white space as one space. Hidden are: every run of {@value #RUN} characters
 * or more that also stands in a text; the beginning of a text, from {@value #BEGINNING} characters
 * on; a text shorter than that, where it stands as words of its own; and every word that shares
 * {@value #SECRET_RUN} characters with a secret. What is hidden less reliably, a few words from the
 * middle of a text, can't be told from words that both use.
 */
final class Redaction {
  /** The longest message, in UTF-16 units. */
  static final int LIMIT = 300;

  private static final int RUN = 16;
  private static final int BEGINNING = 6;
  private static final int SECRET_RUN = 6;

  /** Beyond this, a message is not looked at: it bounds the work to this times the texts' size. */
  private static final int LOOKED_AT = 600;

  /** Where a message is cut, the beginning of a run may stand just before the cut. */
  private static final int SHOWN_OF_A_CUT = LOOKED_AT - RUN;

  private static final char HIDDEN = '…';

  private final Collection<String> secrets;
  private final List<String> texts;

  Redaction(Collection<String> secrets, List<String> texts) {
    this.secrets = secrets;
    this.texts = texts;
  }

  /** The message, fit to be shown. */
  String apply(String message) {
    String plain = lookedAt(message);
    boolean[] hidden = new boolean[plain.length()];
    for (String text : texts) {
      String plainText = plain(text);
      if (!plainText.isEmpty()) {
        hideText(plain, plainText, hidden);
      }
    }
    for (String secret : secrets) {
      hideSecret(plain, secret, hidden);
    }
    StringBuilder shown = visible(plain, hidden);
    if (shown.length() > LIMIT) {
      shown.setLength(LIMIT - 1);
      shown.append(HIDDEN);
    }
    return shown.toString();
  }

  /**
   * The message without what repeats a text: long runs, and a whole text that is shorter. The few
   * words that a server and a text both use stay, so this tells what the server itself says, and is
   * not fit to be shown.
   */
  String withoutEchoes(String message) {
    String plain = lookedAt(message);
    boolean[] hidden = new boolean[plain.length()];
    for (String text : texts) {
      String plainText = plain(text);
      if (plainText.length() >= RUN) {
        hideRuns(plain, plainText, hidden);
      } else if (plainText.length() >= BEGINNING) {
        hideWords(plain, plainText, hidden);
      }
    }
    return visible(plain, hidden).toString();
  }

  private static String lookedAt(String message) {
    String plain = plain(message);
    return plain.substring(0, Math.min(plain.length(), LOOKED_AT));
  }

  private static StringBuilder visible(String plain, boolean[] hidden) {
    int end = plain.length() < LOOKED_AT ? plain.length() : SHOWN_OF_A_CUT;
    StringBuilder visible = new StringBuilder();
    for (int i = 0; i < end; i++) {
      if (!hidden[i]) {
        visible.append(plain.charAt(i));
      } else if (i == 0 || !hidden[i - 1]) {
        visible.append(HIDDEN);
      }
    }
    return visible;
  }

  private static void hideText(String plain, String text, boolean[] hidden) {
    if (text.length() < BEGINNING) {
      hideWords(plain, text, hidden);
      return;
    }
    String beginning = text.substring(0, BEGINNING);
    for (int at = plain.indexOf(beginning); at >= 0; at = plain.indexOf(beginning, at + 1)) {
      int length = BEGINNING;
      while (plain.regionMatches(at, text, 0, length + 1)) {
        length++;
      }
      hide(hidden, at, at + length);
    }
    hideRuns(plain, text, hidden);
  }

  private static void hideRuns(String plain, String text, boolean[] hidden) {
    for (int from = 0; from + RUN <= plain.length(); from++) {
      if (text.contains(plain.substring(from, from + RUN))) {
        hide(hidden, from, from + RUN);
      }
    }
  }

  private static void hideWords(String plain, String text, boolean[] hidden) {
    for (int at = plain.indexOf(text); at >= 0; at = plain.indexOf(text, at + 1)) {
      int to = at + text.length();
      boolean starts = at == 0 || !Character.isLetterOrDigit(plain.charAt(at - 1));
      boolean ends = to == plain.length() || !Character.isLetterOrDigit(plain.charAt(to));
      if (starts && ends) {
        hide(hidden, at, to);
      }
    }
  }

  private static void hideSecret(String plain, String secret, boolean[] hidden) {
    int run = Math.min(SECRET_RUN, secret.length());
    for (int i = 0; run > 0 && i + run <= secret.length(); i++) {
      String part = secret.substring(i, i + run);
      for (int at = plain.indexOf(part); at >= 0; at = plain.indexOf(part, at + 1)) {
        int from = plain.lastIndexOf(' ', at) + 1;
        int to = plain.indexOf(' ', at + run);
        hide(hidden, from, to < 0 ? plain.length() : to);
      }
    }
  }

  private static void hide(boolean[] hidden, int from, int to) {
    for (int i = from; i < to; i++) {
      hidden[i] = true;
    }
  }

  /** The text without escapes, control and format characters, and with single spaces. */
  private static String plain(String text) {
    StringBuilder plain = new StringBuilder(text.length());
    boolean gap = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\') {
        while (i + 1 < text.length() && text.charAt(i + 1) == '\\') {
          i++;
        }
        int unicode = unicodeEscape(text, i);
        if (unicode >= 0) {
          c = (char) unicode;
          i += 5;
        } else if (i + 1 < text.length()) {
          i++;
          c = "bfnrt".indexOf(text.charAt(i)) >= 0 ? ' ' : text.charAt(i);
        }
      }
      if (Character.isWhitespace(c)
          || Character.isSpaceChar(c)
          || Character.isISOControl(c)
          || Character.getType(c) == Character.FORMAT) {
        gap = plain.length() > 0;
      } else {
        if (gap) {
          plain.append(' ');
          gap = false;
        }
        plain.append(c);
      }
    }
    return plain.toString();
  }

  /** The character that a backslash, a u and four hexadecimal digits stand for, or -1. */
  private static int unicodeEscape(String text, int backslash) {
    if (backslash + 5 >= text.length() || text.charAt(backslash + 1) != 'u') {
      return -1;
    }
    int value = 0;
    for (int i = backslash + 2; i < backslash + 6; i++) {
      int digit = Character.digit(text.charAt(i), 16);
      if (digit < 0) {
        return -1;
      }
      value = value * 16 + digit;
    }
    return value;
  }
}
