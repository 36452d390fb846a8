package io.msgvault.embed.text;

/**
 * Tells where a text may be cut, and how good a cut there is.
 *
 * <p>{@link java.text.BreakIterator} would find such places too, but its rules change with the JDK
 * and the locale. A fingerprint promises that the same policy gives the same chunks everywhere. So
 * the rules have to be part of the library and of {@link TextPolicy#VERSION}.
 */
final class Breaks {
  /** Grades a cut, from the worst to the best. */
  enum Level {
    /** Inside a word, or after white space: nothing ends there. */
    NONE,
    WORD,
    SENTENCE,
    PARAGRAPH
  }

  private static final String TERMINATORS = ".!?…؟۔।。！？｡";
  private static final String CLOSERS = "\"')]}»”’›」』）】》";

  /** The terminators that end a sentence without a space after them. */
  private static final String WIDE_TERMINATORS = "。！？｡";

  /** The commas that end a clause without a space after them. */
  private static final String WIDE_COMMAS = "，、；：";

  /** The maximum distance at which white space, or brackets after a sentence, are considered. */
  private static final int NEARBY = 8;

  /** The longest sequence of combining marks that stays whole. Longer ones are decoration. */
  private static final int MAX_SEQUENCE_LENGTH = 32;

  private static final int ZERO_WIDTH_JOINER = 0x200d;

  private Breaks() {}

  /**
   * Returns the unit that ends right before {@code at}, which is neither the start nor the end of
   * the text.
   */
  static Level level(CharSequence text, int at) {
    char before = text.charAt(at - 1);
    char after = text.charAt(at);
    if (Chars.isWhite(before)) {
      return Level.NONE;
    }
    if (Chars.isWhite(after)) {
      if (isParagraphEnd(text, at)) {
        return Level.PARAGRAPH;
      }
      return isSentenceEnd(text, at) ? Level.SENTENCE : Level.WORD;
    }
    if (WIDE_COMMAS.indexOf(before) >= 0) {
      return Level.WORD;
    }
    boolean wide = before > 0x7f && WIDE_TERMINATORS.indexOf(terminator(text, at)) >= 0;
    return wide && CLOSERS.indexOf(after) < 0 && WIDE_TERMINATORS.indexOf(after) < 0
        ? Level.SENTENCE
        : Level.NONE;
  }

  private static boolean isParagraphEnd(CharSequence text, int at) {
    int breaks = 0;
    int bound = Math.min(text.length(), at + NEARBY);
    for (int next = at; next < bound && Chars.isWhite(text.charAt(next)); next++) {
      breaks += text.charAt(next) == '\n' ? 1 : 0;
    }
    return breaks > 1;
  }

  private static boolean isSentenceEnd(CharSequence text, int at) {
    char terminator = terminator(text, at);
    if (terminator != '.') {
      return TERMINATORS.indexOf(terminator) >= 0;
    }
    int bound = Math.min(text.length(), at + NEARBY);
    int next = at;
    while (next < bound && Chars.isWhite(text.charAt(next))) {
      next++;
    }
    // A full stop before a small letter ends an abbreviation.
    return next == bound || !Character.isLowerCase(text.charAt(next));
  }

  /** Returns the character before {@code at} and before the brackets and quotes that precede it. */
  private static char terminator(CharSequence text, int at) {
    int last = at - 1;
    int bound = Math.max(0, at - NEARBY);
    while (last > bound && CLOSERS.indexOf(text.charAt(last)) >= 0) {
      last--;
    }
    return text.charAt(last);
  }

  /** Tells whether a cut at {@code at} has no white space on either side. */
  static boolean isInside(CharSequence text, int at) {
    return at > 0
        && at < text.length()
        && !Chars.isWhite(text.charAt(at - 1))
        && !Chars.isWhite(text.charAt(at));
  }

  /**
   * Returns the last offset in ({@code after}, {@code at}] that splits no surrogate pair. Avoids
   * combining sequences too if there is such an offset nearby. If the range has no offset, returns
   * the first one after {@code after} that splits no pair.
   */
  static int sequenceBoundary(CharSequence text, int after, int at) {
    int bound = Math.max(after, at - MAX_SEQUENCE_LENGTH);
    for (int whole = at; whole > bound; whole--) {
      if (!joins(text, whole)) {
        return whole;
      }
    }
    for (int whole = at; whole > after; whole--) {
      if (!splitsPair(text, whole)) {
        return whole;
      }
    }
    return splitsPair(text, after + 1) ? after + 2 : after + 1;
  }

  private static boolean joins(CharSequence text, int at) {
    if (at == text.length()) {
      return false;
    }
    if (splitsPair(text, at)) {
      return true;
    }
    char before = text.charAt(at - 1);
    if (before <= 0x7f && text.charAt(at) <= 0x7f) {
      return false;
    }
    int next = Character.codePointAt(text, at);
    return switch (Character.getType(next)) {
      case Character.NON_SPACING_MARK, Character.COMBINING_SPACING_MARK, Character.ENCLOSING_MARK ->
          true;
      default -> next == ZERO_WIDTH_JOINER || before == ZERO_WIDTH_JOINER || isEmojiModifier(next);
    };
  }

  /** Tells whether a code point is one of the five skin tones. */
  private static boolean isEmojiModifier(int codePoint) {
    return codePoint >= 0x1f3fb && codePoint <= 0x1f3ff;
  }

  private static boolean splitsPair(CharSequence text, int at) {
    return at < text.length()
        && Character.isLowSurrogate(text.charAt(at))
        && Character.isHighSurrogate(text.charAt(at - 1));
  }
}
