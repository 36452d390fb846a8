package io.msgvault.embed.store;

import io.msgvault.embed.text.Words;
import io.msgvault.embed.text.Words.Word;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Holds the terms to search for, read from free text. Any of them may match. A message with more of
 * them, or with rarer ones, ranks higher.
 *
 * <p>{@linkplain Words Words} are searched for as they are. With an asterisk right behind ({@code
 * rattl*}) they are prefixes; in double quotes ({@code "server room"}) they must follow one
 * another. All other characters separate words. A word of {@value Words#MAX_LENGTH} code points or
 * more is searched for by its prefix. So every text is a query, at worst one without terms. No part
 * of it reaches an engine as a command: terms consist of letters, digits and marks (MS-22).
 *
 * @param terms the terms, each once, in the order of the text; at most {@value #MAX_TERMS}, and
 *     later ones are ignored
 */
public record KeywordQuery(List<Term> terms) {
  /** The maximum number of terms. */
  public static final int MAX_TERMS = 128;

  /** Copies the list, without duplicates and without terms beyond the maximum. */
  public KeywordQuery {
    Set<Term> distinct = new LinkedHashSet<>(terms);
    terms = distinct.stream().limit(MAX_TERMS).toList();
  }

  /** Says what may match. All words are folded as {@link Words} does. */
  public sealed interface Term {}

  /** Matches one whole word. */
  public record Exact(String word) implements Term {
    /** Checks that it is a word. */
    public Exact {
      requireUntruncated(word);
    }
  }

  /** Matches any word that begins like this. */
  public record Prefix(String prefix) implements Term {
    /** Checks that it is a word. */
    public Prefix {
      requireWord(prefix);
    }
  }

  /** Matches words that follow one another, with no other word between them. */
  public record Phrase(List<String> words) implements Term {
    /** Checks that there are at least two words, and copies the list. */
    public Phrase {
      words = List.copyOf(words);
      if (words.size() < 2) {
        throw new IllegalArgumentException("a phrase needs at least two words");
      }
      words.forEach(KeywordQuery::requireUntruncated);
    }
  }

  /**
   * Names a place where a term occurs.
   *
   * @param term the term
   * @param start its first UTF-16 unit in the text
   * @param end the unit after its last
   */
  public record Occurrence(Term term, int start, int end) {}

  private static void requireWord(String word) {
    List<Word> words = Words.of(word);
    if (words.size() != 1 || !words.get(0).text().equals(word)) {
      throw new IllegalArgumentException("a term is made of folded words");
    }
  }

  private static void requireUntruncated(String word) {
    requireWord(word);
    if (isTruncated(word)) {
      throw new IllegalArgumentException("a word of that length may go on: look for its beginning");
    }
  }

  /** Reads a query from a text that a user typed. */
  public static KeywordQuery parse(String text) {
    List<Term> terms = new ArrayList<>();
    int at = 0;
    int open = text.indexOf('"');
    while (open >= 0) {
      int close = text.indexOf('"', open + 1);
      if (close < 0) {
        break;
      }
      addWords(text.substring(at, open), terms);
      addPhrase(text.substring(open + 1, close), terms);
      at = close + 1;
      open = text.indexOf('"', at);
    }
    addWords(text.substring(at), terms);
    return new KeywordQuery(terms);
  }

  private static void addWords(String text, List<Term> terms) {
    for (Word word : Words.of(text)) {
      boolean star = word.end() < text.length() && text.charAt(word.end()) == '*';
      terms.add(
          star || isTruncated(word.text()) ? new Prefix(word.text()) : new Exact(word.text()));
    }
  }

  private static void addPhrase(String text, List<Term> terms) {
    List<String> words = Words.of(text).stream().map(Word::text).toList();
    if (words.size() == 1 || words.stream().anyMatch(KeywordQuery::isTruncated)) {
      addWords(text, terms);
    } else if (words.size() > 1) {
      terms.add(new Phrase(words));
    }
  }

  /** Returns whether a word may have been cut. */
  private static boolean isTruncated(String word) {
    return word.codePointCount(0, word.length()) == Words.MAX_LENGTH;
  }

  /** Returns whether there is nothing to search for. */
  public boolean isEmpty() {
    return terms.isEmpty();
  }

  /** Finds the terms in a text, by start ascending. A phrase may overlap other terms. */
  public List<Occurrence> occurrences(String text) {
    Map<String, List<Term>> byWord = new HashMap<>();
    List<Prefix> prefixes = new ArrayList<>();
    for (Term term : terms) {
      if (term instanceof Exact exact) {
        byWord.computeIfAbsent(exact.word(), word -> new ArrayList<>()).add(term);
      } else if (term instanceof Phrase phrase) {
        byWord.computeIfAbsent(phrase.words().get(0), word -> new ArrayList<>()).add(term);
      } else if (term instanceof Prefix prefix) {
        prefixes.add(prefix);
      }
    }
    List<Occurrence> found = new ArrayList<>();
    List<Word> words = Words.of(text);
    for (int i = 0; i < words.size(); i++) {
      Word word = words.get(i);
      for (Prefix prefix : prefixes) {
        if (word.text().startsWith(prefix.prefix())) {
          found.add(new Occurrence(prefix, word.start(), word.end()));
        }
      }
      for (Term term : byWord.getOrDefault(word.text(), List.of())) {
        if (!(term instanceof Phrase phrase)) {
          found.add(new Occurrence(term, word.start(), word.end()));
        } else if (follows(words, i, phrase)) {
          int end = words.get(i + phrase.words().size() - 1).end();
          found.add(new Occurrence(term, word.start(), end));
        }
      }
    }
    found.sort(Comparator.comparingInt(Occurrence::start));
    return found;
  }

  private static boolean follows(List<Word> words, int first, Phrase phrase) {
    for (int i = 1; i < phrase.words().size(); i++) {
      if (first + i >= words.size() || !words.get(first + i).text().equals(phrase.words().get(i))) {
        return false;
      }
    }
    return true;
  }
}
