package io.msgvault.embed.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Cuts text into the terms by which messages are searched. It is one for all backends, so that
 * every backend finds the same. The same analyzer reads questions and marks their words in a hit.
 *
 * <p><b>Characters.</b> Text is compared in NFKC and lower case. Soft hyphens, zero-width and other
 * invisible characters count as absent. Letters lose their diacritics where people type without
 * them ({@code Łódź} is {@code lodz}, {@code Straße} is {@code strasse}); letters that another
 * script tells apart, such as {@code й}, stay.
 *
 * <p><b>Words.</b> A word is a run of letters, digits and marks. It has a surface and a stem, from
 * the {@link Stemmer}. Words with digits are not stemmed.
 *
 * <p><b>Compounds.</b> Words that a hyphen, an apostrophe or an ampersand joins are terms each, and
 * one more term together: {@code e-mail} is also {@code email}. So are the parts of addresses, file
 * names, numbers and times, whose joined term keeps the characters between them: {@code
 * ann@example.org}, {@code report_v2.pdf}, {@code 3.14}, {@code 10:30}. Commas between digits are
 * dropped. English endings behind an apostrophe, such as the {@code s} of {@code plumber's}, are
 * dropped.
 *
 * <p><b>Stop words.</b> Words that say little by themselves, such as {@code the}, are terms like
 * all others. Their {@link Kind} lets a question leave them out.
 *
 * <p><b>Scripts without spaces.</b> Runs of Chinese, Japanese, Korean, Thai, Lao, Khmer and Burmese
 * letters give each pair of neighbouring letters and, at the end, the last letter. So a word is
 * found inside a run.
 *
 * <p>Analysis takes time and memory in proportion to the text, for any text. Analyzers are
 * immutable.
 */
public final class WordAnalyzer {
  /** The maximum length of a term in UTF-16 code units. A longer word is cut to it. */
  public static final int MAX_LENGTH = 100;

  /** Changes whenever the analysis of some text changes. */
  private static final int VERSION = 1;

  /** The endings of contractions, which say nothing. */
  private static final Set<String> CLITICS = Set.of("s", "t", "d", "m", "ll", "re", "ve");

  private static final int PROLONGED_SOUND = 0x30FC;

  /** Stands in the normalized form of {@code ½}. */
  private static final int FRACTION_SLASH = 0x2044;

  private final Stemmer stemmer;

  private WordAnalyzer(Stemmer stemmer) {
    this.stemmer = stemmer;
  }

  /** Tells what a term is made of. */
  public enum Kind {
    /** One word. */
    WORD,
    /** One word that {@linkplain Stemmer#isStopWord says little by itself}. */
    STOP_WORD,
    /** Words that are written as one, besides each of them. */
    COMPOUND,
    /** Two neighbouring letters of a script without spaces. */
    PAIR,
    /** The last letter of a run of a script without spaces. */
    LAST
  }

  /**
   * A term and its place in a text.
   *
   * @param surface the folded form, of 1 to {@value #MAX_LENGTH} code units
   * @param stem the folded stem; equal to the surface where nothing is stemmed
   * @param position the number of the word in the text, from 0; a compound has that of its first
   *     word
   * @param start the offset of the first UTF-16 code unit
   * @param end the offset after the last code unit
   * @param kind what it is made of
   */
  public record Term(String surface, String stem, int position, int start, int end, Kind kind) {}

  /** Returns the analyzer with the English stemmer, which is the default. */
  public static WordAnalyzer english() {
    return with(Stemmer.english());
  }

  /** Returns the analyzer with a stemmer. */
  public static WordAnalyzer with(Stemmer stemmer) {
    return new WordAnalyzer(stemmer);
  }

  /**
   * Names the word policy: the version of the analysis and the stemmer. Terms of two policies must
   * not be compared. An index stores the name and notices by it that it must be made anew.
   *
   * @return a name such as {@code words-1/english}
   */
  public String policy() {
    return "words-" + VERSION + "/" + stemmer.language();
  }

  /**
   * Returns the terms of a text.
   *
   * @param text any text
   * @return the terms by position ascending; of one position, the compound last
   */
  public List<Term> terms(CharSequence text) {
    return new Reader(NormalizedText.of(text)).read();
  }

  /** A word as it stands in the normalized text. */
  private record Part(int start, int end) {}

  /** Reads one text from its beginning to its end. */
  private final class Reader {
    private final NormalizedText text;
    private final List<Term> terms = new ArrayList<>();
    private int position;

    Reader(NormalizedText text) {
      this.text = text;
    }

    List<Term> read() {
      int at = 0;
      while (at < text.length()) {
        int c = text.codePointAt(at);
        if (!isPartOfWord(c)) {
          at += Character.charCount(c);
        } else if (isUnspaced(c)) {
          at = readRun(at);
        } else {
          at = readChain(at);
        }
      }
      return terms;
    }

    /** Reads a run of a script without spaces. Returns its end. */
    private int readRun(int start) {
      int first = start;
      int second = letterEnd(first);
      while (second < text.length() && continuesRun(text.codePointAt(second))) {
        int end = letterEnd(second);
        add(first, end, Kind.PAIR);
        first = second;
        second = end;
      }
      add(first, second, Kind.LAST);
      return second;
    }

    private boolean continuesRun(int c) {
      return isUnspaced(c) || c == PROLONGED_SOUND;
    }

    /** Returns the end of a letter with its marks. */
    private int letterEnd(int start) {
      int at = start + Character.charCount(text.codePointAt(start));
      while (at < text.length() && NormalizedText.isMark(text.codePointAt(at))) {
        at += Character.charCount(text.codePointAt(at));
      }
      return at;
    }

    private void add(int start, int end, Kind kind) {
      String surface = cut(Folding.fold(text.substring(start, end)));
      if (!surface.isEmpty()) {
        terms.add(new Term(surface, surface, position++, text.start(start), text.end(end), kind));
      }
    }

    /** Reads a word, or several that are written as one. Returns the end. */
    private int readChain(int start) {
      List<Part> parts = new ArrayList<>(1);
      int from = start;
      int end = wordEnd(from);
      while (true) {
        parts.add(new Part(from, end));
        if (end >= text.length()) {
          break;
        }
        int connector = text.codePointAt(end);
        int next = end + Character.charCount(connector);
        if (next >= text.length() || !connects(end, connector, next)) {
          break;
        }
        int nextEnd = wordEnd(next);
        if (isApostrophe(connector)
            && isChainEnd(nextEnd)
            && CLITICS.contains(text.substring(next, nextEnd))) {
          end = nextEnd;
          break;
        }
        from = next;
        end = nextEnd;
      }
      addChain(parts);
      return end;
    }

    private int wordEnd(int start) {
      int at = start;
      while (at < text.length()) {
        int c = text.codePointAt(at);
        if (!isPartOfWord(c) || isUnspaced(c)) {
          break;
        }
        at += Character.charCount(c);
      }
      return at;
    }

    /** Returns whether the words before and behind a character are written as one. */
    private boolean connects(int at, int connector, int next) {
      int after = text.codePointAt(next);
      if (!isPartOfWord(after) || isUnspaced(after)) {
        return false;
      }
      if (connector == ',' || connector == ':' || connector == '/' || connector == FRACTION_SLASH) {
        return Character.isDigit(text.codePointAt(at - 1)) && Character.isDigit(after);
      }
      return isKept(connector) || isApostrophe(connector) || isHyphen(connector);
    }

    private boolean isChainEnd(int end) {
      if (end >= text.length()) {
        return true;
      }
      int connector = text.codePointAt(end);
      int next = end + Character.charCount(connector);
      return next >= text.length() || !connects(end, connector, next);
    }

    private void addChain(List<Part> parts) {
      int before = terms.size();
      for (Part part : parts) {
        String word = text.substring(part.start, part.end);
        Kind kind = stemmer.isStopWord(word) ? Kind.STOP_WORD : Kind.WORD;
        addWord(word, position, part.start, part.end, kind, terms.size());
      }
      if (parts.size() > 1 && terms.size() > before) {
        addCompound(parts, before);
      }
    }

    private void addCompound(List<Part> parts, int before) {
      int start = parts.get(0).start;
      int end = parts.get(parts.size() - 1).end;
      StringBuilder whole = new StringBuilder();
      int from = start;
      for (Part part : parts) {
        if (whole.length() > MAX_LENGTH || part.end - part.start > MAX_LENGTH) {
          return;
        }
        int connector = from < part.start ? text.codePointAt(from) : 0;
        if (isKept(connector)) {
          whole.append(connector == FRACTION_SLASH ? '/' : (char) connector);
        }
        whole.append(text.substring(part.start, part.end));
        from = part.end;
      }
      if (whole.length() <= MAX_LENGTH) {
        int at = terms.get(before).position;
        addWord(whole.toString(), at, start, end, Kind.COMPOUND, before + 1);
      }
    }

    private void addWord(String word, int at, int start, int end, Kind kind, int index) {
      String surface = cut(Folding.fold(word));
      if (surface.isEmpty()) {
        return;
      }
      String stem = hasOnlyLetters(word) ? cut(Folding.fold(stemmer.stem(word))) : surface;
      terms.add(index, new Term(surface, stem, at, text.start(start), text.end(end), kind));
      if (kind != Kind.COMPOUND) {
        position++;
      }
    }
  }

  private static boolean hasOnlyLetters(String word) {
    for (int i = 0; i < word.length(); ) {
      int c = word.codePointAt(i);
      if (!isLetter(c)) {
        return false;
      }
      i += Character.charCount(c);
    }
    return true;
  }

  private static String cut(String term) {
    if (term.length() <= MAX_LENGTH) {
      return term;
    }
    boolean split = Character.isHighSurrogate(term.charAt(MAX_LENGTH - 1));
    return term.substring(0, split ? MAX_LENGTH - 1 : MAX_LENGTH);
  }

  private static boolean isPartOfWord(int c) {
    if (c < 0x80) {
      return isAsciiLetter(c) || (c >= '0' && c <= '9');
    }
    if (isApostrophe(c)) {
      return false;
    }
    return isLetter(c)
        || switch (Character.getType(c)) {
          case Character.DECIMAL_DIGIT_NUMBER, Character.LETTER_NUMBER, Character.OTHER_NUMBER ->
              true;
          default -> false;
        };
  }

  private static boolean isLetter(int c) {
    return c < 0x80 ? isAsciiLetter(c) : Character.isLetter(c) || NormalizedText.isMark(c);
  }

  private static boolean isAsciiLetter(int c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }

  /** Returns whether a letter belongs to a script that is written without spaces. */
  private static boolean isUnspaced(int c) {
    if (c < 0xE00 || !Character.isLetter(c)) {
      return false;
    }
    return switch (Character.UnicodeScript.of(c)) {
      case HAN, HIRAGANA, KATAKANA, HANGUL, BOPOMOFO, THAI, LAO, KHMER, MYANMAR -> true;
      default -> false;
    };
  }

  private static boolean isApostrophe(int c) {
    return c == '\'' || c == 0x2019 || c == 0x2BC || c == 0x2BB;
  }

  private static boolean isHyphen(int c) {
    return c == '-' || c == 0x2010 || c == 0x2011 || c == '&' || c == 0xB7;
  }

  /** Returns whether a character between two words stays in the term that joins them. */
  private static boolean isKept(int c) {
    return switch (c) {
      case '.', '@', '_', '+', ':', '/', FRACTION_SLASH -> true;
      default -> false;
    };
  }
}
