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
 * <p>A word is a run of letters, digits and marks of any script. It is folded: each character
 * becomes lower case, and Latin letters lose their diacritics ({@code Über} becomes {@code uber}),
 * in composed and decomposed form. Letters of other scripts keep their marks: {@code й} is a letter
 * of its own.
 *
 * <p>Scripts without spaces between words, such as Chinese, Japanese and Thai, are not cut. A run
 * of their characters is one word, which is found as a whole or by its beginning. Words are not
 * stemmed.
 */
public final class Words {
  /** The maximum length of a word in code points. A longer run is cut to it. */
  public static final int MAX_LENGTH = 100;

  /** The letter that shares its upper case with another one, and so is not folded through it. */
  private static final char DOTLESS_I = 'ı';

  private static final Set<Character> DIACRITICS = diacritics();
  private static final char[] LATIN = folded(0x80, 0x250);
  private static final char[] LATIN_ADDITIONAL = folded(0x1e00, 0x1f00);

  private Words() {}

  /**
   * A word and its place in a text.
   *
   * @param text the folded word, of 1 to {@value #MAX_LENGTH} code points
   * @param start the offset of the first UTF-16 code unit
   * @param end the offset after the last code unit
   */
  public record Word(String text, int start, int end) {}

  /**
   * Returns the words of a text.
   *
   * @param text any text
   * @return the words in the order of the text
   */
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

  /** Appends the folded word that begins at {@code start}. Returns its end. */
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

  /**
   * Tells whether a code point is part of a word.
   *
   * @param codePoint any code point
   * @return whether it is a letter, a digit or a mark
   */
  public static boolean isPartOfWord(int codePoint) {
    if (codePoint < 0x80) {
      return (codePoint >= 'a' && codePoint <= 'z')
          || (codePoint >= 'A' && codePoint <= 'Z')
          || (codePoint >= '0' && codePoint <= '9');
    }
    return switch (Character.getType(codePoint)) {
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

  /** Returns the folded form of a code point, or 0 if it folds to nothing. */
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

  /** Returns the marks of which Latin letters with diacritics are composed. */
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

  /**
   * Returns the lower case of the upper case, so that the two forms of sigma, for example, are one.
   */
  private static int lower(int c) {
    return c == DOTLESS_I ? c : Character.toLowerCase(Character.toUpperCase(c));
  }
}
