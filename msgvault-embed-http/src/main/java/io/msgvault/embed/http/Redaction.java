package io.msgvault.embed.http;

import java.util.Collection;
import java.util.List;

/**
 * Makes a server's words fit for an error message: one line, short, and without what was sent.
 *
 * <p>Servers echo. Some repeat the text they refuse, whole or in part, escaped once or twice; some
 * repeat a wrong key with stars in the middle. So messages and texts are compared without escapes,
 * with each stretch of white space as one space. Hidden are: every run of {@value
 * #MIN_ECHO_CHARACTERS} characters or more that also stands in a text; the beginning of a text,
 * from {@value #MIN_PREFIX_CHARACTERS} characters on; a text shorter than that, where it stands as
 * words of its own; and every word that shares {@value #MIN_SECRET_CHARACTERS} characters with a
 * secret. What is hidden less reliably, a few words from the middle of a text, can't be told from
 * words that both use.
 */
final class Redaction {
  /** The longest message, in UTF-16 units. */
  static final int MAX_SHOWN_CHARACTERS = 300;

  private static final int MIN_ECHO_CHARACTERS = 16;
  private static final int MIN_PREFIX_CHARACTERS = 6;
  private static final int MIN_SECRET_CHARACTERS = 6;

  /** Beyond this, a message is not looked at: it bounds the work to this times the texts' size. */
  private static final int MAX_EXAMINED_CHARACTERS = 600;

  /** Where a message is cut, the beginning of a run may stand just before the cut. */
  private static final int MAX_SHOWN_IF_TRUNCATED = MAX_EXAMINED_CHARACTERS - MIN_ECHO_CHARACTERS;

  private static final char ELLIPSIS = '…';

  private final Collection<String> secrets;
  private final List<String> texts;

  Redaction(Collection<String> secrets, List<String> texts) {
    this.secrets = secrets;
    this.texts = texts;
  }

  /** The message, fit to be shown. */
  String apply(String message) {
    String plain = examinedPart(message);
    boolean[] hidden = new boolean[plain.length()];
    for (String text : texts) {
      String plainText = normalize(text);
      if (!plainText.isEmpty()) {
        hideText(plain, plainText, hidden);
      }
    }
    for (String secret : secrets) {
      hideSecret(plain, secret, hidden);
    }
    StringBuilder shown = visible(plain, hidden);
    if (shown.length() > MAX_SHOWN_CHARACTERS) {
      shown.setLength(MAX_SHOWN_CHARACTERS - 1);
      shown.append(ELLIPSIS);
    }
    return shown.toString();
  }

  /**
   * The message without what repeats a text: long runs, and a whole text that is shorter. The few
   * words that a server and a text both use stay, so this tells what the server itself says, and is
   * not fit to be shown.
   */
  String withoutEchoes(String message) {
    String plain = examinedPart(message);
    boolean[] hidden = new boolean[plain.length()];
    for (String text : texts) {
      String plainText = normalize(text);
      if (plainText.length() >= MIN_ECHO_CHARACTERS) {
        hideEchoes(plain, plainText, hidden);
      } else if (plainText.length() >= MIN_PREFIX_CHARACTERS) {
        hideWords(plain, plainText, hidden);
      }
    }
    return visible(plain, hidden).toString();
  }

  private static String examinedPart(String message) {
    String plain = normalize(message);
    return plain.substring(0, Math.min(plain.length(), MAX_EXAMINED_CHARACTERS));
  }

  private static StringBuilder visible(String plain, boolean[] hidden) {
    int end = plain.length() < MAX_EXAMINED_CHARACTERS ? plain.length() : MAX_SHOWN_IF_TRUNCATED;
    StringBuilder visible = new StringBuilder();
    for (int i = 0; i < end; i++) {
      if (!hidden[i]) {
        visible.append(plain.charAt(i));
      } else if (i == 0 || !hidden[i - 1]) {
        visible.append(ELLIPSIS);
      }
    }
    return visible;
  }

  private static void hideText(String plain, String text, boolean[] hidden) {
    if (text.length() < MIN_PREFIX_CHARACTERS) {
      hideWords(plain, text, hidden);
      return;
    }
    String beginning = text.substring(0, MIN_PREFIX_CHARACTERS);
    for (int at = plain.indexOf(beginning); at >= 0; at = plain.indexOf(beginning, at + 1)) {
      int length = MIN_PREFIX_CHARACTERS;
      while (plain.regionMatches(at, text, 0, length + 1)) {
        length++;
      }
      hide(hidden, at, at + length);
    }
    hideEchoes(plain, text, hidden);
  }

  private static void hideEchoes(String plain, String text, boolean[] hidden) {
    for (int from = 0; from + MIN_ECHO_CHARACTERS <= plain.length(); from++) {
      if (text.contains(plain.substring(from, from + MIN_ECHO_CHARACTERS))) {
        hide(hidden, from, from + MIN_ECHO_CHARACTERS);
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
    int run = Math.min(MIN_SECRET_CHARACTERS, secret.length());
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
  private static String normalize(String text) {
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
