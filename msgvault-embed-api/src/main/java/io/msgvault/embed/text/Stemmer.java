package io.msgvault.embed.text;

/**
 * Reduces the forms of a word to a common stem, so that {@code heating} finds {@code heated}. Knows
 * which words of the language say little by themselves.
 *
 * <p>{@link #english()} is the default of word analysis and needs no library. The module {@code
 * msgvault-embed-lucene} has the stemmers of other languages. A host may write its own.
 * Implementations are safe for use by many threads. The same word always has the same stem.
 */
public interface Stemmer {
  /**
   * Names the language in the {@linkplain WordAnalyzer#policy name of the word policy}. Two
   * stemmers of one name give the same stems. A stemmer that changes takes another name.
   *
   * @return a name such as {@code english}
   */
  String language();

  /**
   * Returns the stem of a word.
   *
   * @param word letters in lower case, in NFKC, with their diacritics; at least one
   * @return the stem, not empty; the word itself where the stemmer does not know it
   */
  String stem(String word);

  /**
   * Returns whether a word says little by itself, such as {@code the} or {@code how}. Questions
   * leave such words out, and indexes keep them. So the answer may change without a new name.
   *
   * @param word as {@link #stem} takes it
   */
  default boolean isStopWord(String word) {
    return false;
  }

  /** Returns the stemmer for English. It leaves words of other scripts as they are. */
  static Stemmer english() {
    return EnglishStemmer.INSTANCE;
  }

  /** Returns a stemmer that leaves every word as it is. */
  static Stemmer none() {
    return NoStemmer.INSTANCE;
  }
}
