package io.msgvault.embed.text;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Cuts text into the words by which messages are searched.
 *
 * <p>A word is a run of letters, digits and marks of any script. It is folded: lower-cased
 * character by character, Latin letters without their diacritics ({@code Über} becomes {@code
 * uber}), written as one character or as several. Letters of other scripts keep what belongs to
 * them: {@code й} is a letter of its own.
 *
 * <p>Scripts that put no spaces between words, such as Chinese, Japanese and Thai, are not cut: a
 * run of their characters is one word, and is found by the whole run or by its beginning. Words are
 * not stemmed.
 */
public final class Words {
  /** A longer run of code points is taken for the word that it begins with, of this length. */
  public static final int MAX_LENGTH = 100;

  /** Its upper case is that of another letter. */
  private static final char DOTLESS_I = 'ı';

  private static final Set<Character> DIACRITICS = diacritics();
  private static final char[] LATIN = folded(0x80, 0x250);
  private static final char[] LATIN_ADDITIONAL = folded(0x1e00, 0x1f00);

  private Words() {}

  /**
   * A word where it stands.
   *
   * @param text the folded word, of 1 to {@value #MAX_LENGTH} code points
   * @param start its first UTF-16 unit in the text
   * @param end the unit after its last
   */
  public record Word(String text, int start, int end) {}

  /** The words of a text, in its order. */
  public static List<Word> of(CharSequence text) {
    List<Word> words = new ArrayList<>();
    int at = 0;
    while (at < text.length()) {
      int start = at;
      StringBuilder word = new StringBuilder();
      at = readWord(text, start, word);
      if (word.length() > 0) {
        words.add(new Word(word.toString(), start, at));
      }
      at = skipToWord(text, at);
    }
    return words;
  }

  /** Returns where the word ends. */
  private static int readWord(CharSequence text, int start, StringBuilder word) {
    int at = start;
    int length = 0;
    while (at < text.length()) {
      int c = Character.codePointAt(text, at);
      if (!isPartOfWord(c)) {
        break;
      }
      int folded = fold(c);
      if (folded != 0 && length < MAX_LENGTH) {
        length++;
        word.appendCodePoint(folded);
      }
      at += Character.charCount(c);
    }
    return at;
  }

  private static int skipToWord(CharSequence text, int start) {
    int at = start;
    while (at < text.length()) {
      int c = Character.codePointAt(text, at);
      if (isPartOfWord(c)) {
        break;
      }
      at += Character.charCount(c);
    }
    return at;
  }

  /** Whether a code point belongs to a word rather than between words. */
  public static boolean isPartOfWord(int c) {
    if (c < 0x80) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }
    return switch (Character.getType(c)) {
      case Character.UPPERCASE_LETTER,
          Character.LOWERCASE_LETTER,
          Character.TITLECASE_LETTER,
          Character.MODIFIER_LETTER,
          Character.OTHER_LETTER,
          Character.DECIMAL_DIGIT_NUMBER,
          Character.LETTER_NUMBER,
          Character.OTHER_NUMBER,
          Character.NON_SPACING_MARK,
          Character.COMBINING_SPACING_MARK,
          Character.ENCLOSING_MARK ->
          true;
      default -> false;
    };
  }

  /** What stands for a code point of a word; 0 for nothing. */
  private static int fold(int c) {
    if (c < 0x80) {
      return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
    }
    if (c >= 0x1e00 && c < 0x1f00) {
      return LATIN_ADDITIONAL[c - 0x1e00];
    }
    if (c >= 0x300 && c < 0x370 && DIACRITICS.contains((char) c)) {
      return 0;
    }
    int lower = lower(c);
    return lower >= 0x80 && lower < 0x250 ? LATIN[lower - 0x80] : lower;
  }

  private static char[] folded(int from, int to) {
    char[] folded = new char[to - from];
    for (int c = from; c < to; c++) {
      int lower = lower(c);
      String parts = parts(lower);
      folded[c - from] = isLatin(parts) ? parts.charAt(0) : (char) lower;
    }
    return folded;
  }

  /** The marks that Latin letters with diacritics are composed of. */
  private static Set<Character> diacritics() {
    return IntStream.concat(IntStream.range(0x80, 0x250), IntStream.range(0x1e00, 0x1f00))
        .mapToObj(c -> parts(lower(c)))
        .filter(Words::isLatin)
        .flatMap(parts -> parts.chars().skip(1).mapToObj(mark -> (char) mark))
        .collect(Collectors.toUnmodifiableSet());
  }

  private static String parts(int c) {
    return Normalizer.normalize(Character.toString(c), Normalizer.Form.NFD);
  }

  private static boolean isLatin(String parts) {
    return parts.charAt(0) >= 'a' && parts.charAt(0) <= 'z';
  }

  /** Through the upper case, so that the two forms of a letter, such as of sigma, become one. */
  private static int lower(int c) {
    return c == DOTLESS_I ? c : Character.toLowerCase(Character.toUpperCase(c));
  }
}
