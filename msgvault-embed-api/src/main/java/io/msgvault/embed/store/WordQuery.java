package io.msgvault.embed.store;

import io.msgvault.embed.text.WordAnalyzer;
import io.msgvault.embed.text.WordAnalyzer.Kind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Holds the terms to search for, read from free text. Any of them may match. A message with more of
 * them, or with rarer ones, ranks higher. A term that is asked twice counts twice. Stop words such
 * as {@code the} are left out, unless they are in double quotes or the text has no other word.
 *
 * <p>Words are searched for in all forms that share their stem, and the form that was asked ranks
 * highest. With an asterisk right behind ({@code rattl*}) they are prefixes; in double quotes
 * ({@code "server room"}) they must follow one another, in this form. All other characters separate
 * words. So every text is a query, at worst one without terms. No part of it reaches an engine as a
 * command (WI-12).
 *
 * @param terms the terms with how often each is asked, in the order of the text; at most {@value
 *     #MAX_TERMS}, and later ones are ignored
 */
public record WordQuery(Map<Term, Integer> terms) {
  /** The maximum number of distinct terms. */
  public static final int MAX_TERMS = 128;

  /** The maximum number of words that a prefix stands for: those in the most messages. */
  public static final int MAX_EXPANSIONS = 1_000;

  /** Copies the map, without terms beyond the maximum. */
  public WordQuery {
    Map<Term, Integer> kept = new LinkedHashMap<>();
    terms.entrySet().stream()
        .limit(MAX_TERMS)
        .forEach(term -> kept.put(term.getKey(), term.getValue()));
    terms = Collections.unmodifiableMap(kept);
  }

  /** Says what may match. All words are as {@link WordAnalyzer} gives them. */
  public sealed interface Term {}

  /**
   * Matches every word of this stem.
   *
   * @param surface the form that ranks highest
   * @param stem the stem
   */
  public record Word(String surface, String stem) implements Term {}

  /**
   * Matches any word whose surface begins like this.
   *
   * @param beginning the beginning, not empty
   */
  public record Prefix(String beginning) implements Term {
    /** Checks that it is not empty. */
    public Prefix {
      if (beginning.isEmpty()) {
        throw new IllegalArgumentException("a prefix needs at least one character");
      }
    }
  }

  /**
   * Matches words of one field that follow one another, with no other word between them.
   *
   * @param surfaces the forms of the words, at least two
   */
  public record Phrase(List<String> surfaces) implements Term {
    /** Checks that there are at least two words, and copies the list. */
    public Phrase {
      surfaces = List.copyOf(surfaces);
      if (surfaces.size() < 2) {
        throw new IllegalArgumentException("a phrase needs at least two words");
      }
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

  /**
   * Reads a query from a text that a user typed.
   *
   * @param text any text
   * @param analyzer the analyzer of the index that is searched
   */
  public static WordQuery parse(String text, WordAnalyzer analyzer) {
    WordQuery query = parse(text, analyzer, false);
    return query.isEmpty() ? parse(text, analyzer, true) : query;
  }

  private static WordQuery parse(String text, WordAnalyzer analyzer, boolean stopWords) {
    Map<Term, Integer> terms = new LinkedHashMap<>();
    int at = 0;
    int open = text.indexOf('"');
    while (open >= 0) {
      int close = text.indexOf('"', open + 1);
      if (close < 0) {
        break;
      }
      addWords(text.substring(at, open), analyzer, stopWords, terms);
      addPhrase(text.substring(open + 1, close), analyzer, terms);
      at = close + 1;
      open = text.indexOf('"', at);
    }
    addWords(text.substring(at), analyzer, stopWords, terms);
    return new WordQuery(terms);
  }

  private static void addWords(
      String text, WordAnalyzer analyzer, boolean stopWords, Map<Term, Integer> terms) {
    WordAnalyzer.@Nullable Term previous = null;
    for (WordAnalyzer.Term found : analyzer.terms(text)) {
      boolean star = found.end() < text.length() && text.charAt(found.end()) == '*';
      if (found.kind() == Kind.LAST) {
        // The pairs of a run cover its last letter. A letter by itself begins pairs.
        if (!endsRun(previous, found)) {
          add(new Prefix(found.surface()), terms);
        }
      } else if (star && (found.kind() == Kind.WORD || found.kind() == Kind.STOP_WORD)) {
        add(new Prefix(found.surface()), terms);
      } else if (stopWords || found.kind() != Kind.STOP_WORD) {
        add(new Word(found.surface(), found.stem()), terms);
      }
      previous = found;
    }
  }

  private static boolean endsRun(WordAnalyzer.@Nullable Term previous, WordAnalyzer.Term last) {
    return previous != null && previous.kind() == Kind.PAIR && previous.end() == last.end();
  }

  private static void addPhrase(String text, WordAnalyzer analyzer, Map<Term, Integer> terms) {
    List<WordAnalyzer.Term> words =
        new ArrayList<>(
            analyzer.terms(text).stream().filter(word -> word.kind() != Kind.COMPOUND).toList());
    int last = words.size() - 1;
    if (last > 0
        && words.get(last).kind() == Kind.LAST
        && endsRun(words.get(last - 1), words.get(last))) {
      words.remove(last);
    }
    if (words.size() < 2) {
      addWords(text, analyzer, true, terms);
    } else {
      add(new Phrase(words.stream().map(WordAnalyzer.Term::surface).toList()), terms);
    }
  }

  private static void add(Term term, Map<Term, Integer> terms) {
    terms.merge(term, 1, Integer::sum);
  }

  /** Returns whether there is nothing to search for. */
  public boolean isEmpty() {
    return terms.isEmpty();
  }

  /**
   * Finds the terms in a text, by start ascending. They may overlap.
   *
   * @param text any text
   * @param analyzer the analyzer that the query was read with
   */
  public List<Occurrence> occurrences(String text, WordAnalyzer analyzer) {
    List<WordAnalyzer.Term> found = analyzer.terms(text);
    List<WordAnalyzer.Term> words =
        found.stream().filter(word -> word.kind() != Kind.COMPOUND).toList();
    List<Occurrence> occurrences = new ArrayList<>();
    for (Term term : terms.keySet()) {
      if (term instanceof Phrase phrase) {
        addPhrases(phrase, words, occurrences);
      } else {
        for (WordAnalyzer.Term word : found) {
          if (matches(term, word)) {
            occurrences.add(new Occurrence(term, word.start(), word.end()));
          }
        }
      }
    }
    occurrences.sort(Comparator.comparingInt(Occurrence::start).thenComparingInt(Occurrence::end));
    return occurrences;
  }

  private static boolean matches(Term term, WordAnalyzer.Term word) {
    if (term instanceof Word asked) {
      return asked.stem().equals(word.stem());
    }
    return term instanceof Prefix prefix && word.surface().startsWith(prefix.beginning());
  }

  private static void addPhrases(
      Phrase phrase, List<WordAnalyzer.Term> words, List<Occurrence> occurrences) {
    List<String> surfaces = words.stream().map(WordAnalyzer.Term::surface).toList();
    int size = phrase.surfaces().size();
    for (int i = 0; i + size <= words.size(); i++) {
      if (surfaces.subList(i, i + size).equals(phrase.surfaces())) {
        occurrences.add(
            new Occurrence(phrase, words.get(i).start(), words.get(i + size - 1).end()));
      }
    }
  }
}
