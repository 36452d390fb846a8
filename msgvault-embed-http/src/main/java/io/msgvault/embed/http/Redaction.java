package io.msgvault.embed.http;

import io.msgvault.embed.text.Texts;
import java.util.Collection;
import java.util.List;

/**
 * Makes the message of a server safe for an exception: one short line without texts and secrets.
 *
 * <p>Some servers repeat the text that they reject, whole or in part, escaped once or twice. Some
 * repeat a wrong key with stars in the middle. Therefore messages and texts are compared without
 * escapes, and with each run of white space as one space. These are hidden:
 *
 * <ul>
 *   <li>each run of at least {@value #MIN_ECHO_CHARACTERS} characters that also occurs in a text;
 *   <li>the beginning of a text, if at least {@value #MIN_PREFIX_CHARACTERS} characters of it
 *       occur;
 *   <li>a shorter text, if it occurs as separate words;
 *   <li>each word that shares {@value #MIN_SECRET_CHARACTERS} characters with a secret.
 * </ul>
 *
 * <p>A few words from the middle of a text are hidden less reliably: they can't be distinguished
 * from words that the server also uses.
 */
final class Redaction {
  /** The maximum length of the result, in UTF-16 units. */
  static final int MAX_SHOWN_CHARACTERS = 300;

  private static final int MIN_ECHO_CHARACTERS = 16;
  private static final int MIN_PREFIX_CHARACTERS = 6;
  private static final int MIN_SECRET_CHARACTERS = 6;

  /** The maximum part of a message that is examined; it limits the work per text. */
  private static final int MAX_EXAMINED_CHARACTERS = 600;

  /** The maximum shown of a truncated message, since an echo may begin just before its end. */
  private static final int MAX_SHOWN_IF_TRUNCATED = MAX_EXAMINED_CHARACTERS - MIN_ECHO_CHARACTERS;

  private static final char ELLIPSIS = '…';

  private final Collection<String> secrets;
  private final List<String> texts;

  Redaction(Collection<String> secrets, List<String> texts) {
    this.secrets = secrets;
    this.texts = texts;
  }

  /** Returns the message without texts and secrets. */
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
    StringBuilder result = visible(plain, hidden);
    if (result.length() > MAX_SHOWN_CHARACTERS) {
      result.setLength(MAX_SHOWN_CHARACTERS - 1);
      result.append(ELLIPSIS);
    }
    return Texts.wellFormed(result.toString());
  }

  /**
   * Returns the message without its long echoes and without short texts that occur as a whole. It
   * keeps the few words that both the server and a text use. So it is what the server itself says,
   * but it is not safe to show.
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

  /** Removes escapes, control and format characters, and makes each run of space one space. */
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

  /** Returns the character of a backslash, a u and four hexadecimal digits; -1 if there is none. */
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
