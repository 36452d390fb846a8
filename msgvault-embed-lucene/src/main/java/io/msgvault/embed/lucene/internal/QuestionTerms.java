package io.msgvault.embed.lucene.internal;

import io.msgvault.embed.store.WordQuery;
import io.msgvault.embed.store.WordQuery.Phrase;
import io.msgvault.embed.store.WordQuery.Prefix;
import io.msgvault.embed.store.WordQuery.Word;
import io.msgvault.embed.store.WordStatistics;
import io.msgvault.embed.store.support.WordScoring;
import io.msgvault.embed.text.WordAnalyzer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.MultiTerms;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.Terms;
import org.apache.lucene.index.TermsEnum;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.BoostQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.PhraseQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.SynonymQuery;
import org.apache.lucene.util.BytesRef;
import org.apache.lucene.util.StringHelper;

/** Turns a question into Lucene's query over one reader, and knows the greatest score. */
final class QuestionTerms {
  private final IndexReader reader;
  private final long messages;
  private final TermDictionary stems;
  private final TermDictionary exactForms;
  private final TermDictionary strays;
  private final BooleanQuery.Builder query = new BooleanQuery.Builder();
  private final ExactForms forms;
  private final WordAnalyzer analyzer;
  private double greatest;

  private QuestionTerms(IndexSearcher searcher, WordAnalyzer analyzer) throws IOException {
    this.analyzer = analyzer;
    this.forms = new ExactForms(searcher);
    this.reader = searcher.getIndexReader();
    this.messages = reader.getDocCount(WordDocument.STEM);
    this.stems = new TermDictionary(reader, WordDocument.STEM, messages);
    this.exactForms = new TermDictionary(reader, WordDocument.FORM, messages);
    this.strays = new TermDictionary(reader, WordDocument.STRAY, messages);
  }

  static QuestionTerms of(WordQuery question, IndexSearcher searcher, WordAnalyzer analyzer)
      throws IOException {
    QuestionTerms terms = new QuestionTerms(searcher, analyzer);
    for (Map.Entry<WordQuery.Term, Integer> term : question.terms().entrySet()) {
      terms.add(term.getKey(), term.getValue());
    }
    return terms;
  }

  /** Returns whether no message can match. */
  boolean isEmpty() {
    return greatest == 0;
  }

  Query query() {
    return query.build();
  }

  /** Returns what is added to the scores of the query. */
  ExactForms forms() {
    return forms;
  }

  /** Returns the score of a message that has every term without end. */
  double greatestScore() {
    return greatest;
  }

  private void add(WordQuery.Term term, int count) throws IOException {
    if (term instanceof Word word) {
      addWord(word, count);
    } else if (term instanceof Prefix prefix) {
      addPrefix(prefix, count);
    } else if (term instanceof Phrase phrase) {
      addPhrase(phrase, count);
    }
  }

  /**
   * Searches for the stem alone where that says enough: where each message with the stem has it in
   * this form, or where the form can be added to what the stem finds.
   */
  private void addWord(Word word, int count) throws IOException {
    TermDictionary.Found stem = stems.find(word.stem());
    TermDictionary.Found form = exactForms.find(word.surface());
    double ofStem = count * (1 - WordScoring.EXACT_SHARE);
    double ofForm = count * WordScoring.EXACT_SHARE;
    double share = (ofForm * form.weight()) / (ofStem * stem.weight());
    if (form.weight() == 0 || share > ExactForms.MAX_SHARE || !isAlwaysOfStem(word)) {
      add(stem.query(), ofStem, stem.weight());
      add(form.query(), ofForm, form.weight());
    } else if (form.occursAsOftenAs(stem)) {
      add(stem.query(), count, stem.weight());
    } else {
      add(stem.query(), ofStem, stem.weight());
      forms.add(form, ofForm, share);
      greatest += ofForm * form.weight();
    }
  }

  /** Returns whether every message with the form has it with this stem. */
  private boolean isAlwaysOfStem(Word word) throws IOException {
    return WordDocument.isOwnStem(word.surface(), word.stem(), analyzer)
        && strays.find(word.surface()).weight() == 0;
  }

  private void addPrefix(Prefix prefix, int count) throws IOException {
    SynonymQuery.Builder words = new SynonymQuery.Builder(WordDocument.FORM);
    int most = 0;
    for (Expansion word : expansions(prefix)) {
      words.addTerm(new Term(WordDocument.FORM, word.form));
      most = Math.max(most, word.frequency);
    }
    add(words.build(), count, WordScoring.weight(most, messages));
  }

  private void addPhrase(Phrase phrase, int count) throws IOException {
    PhraseQuery.Builder words = new PhraseQuery.Builder();
    double sum = 0;
    for (String surface : phrase.surfaces()) {
      TermDictionary.Found form = exactForms.find(surface);
      if (form.weight() == 0) {
        return;
      }
      words.add(form.term());
      sum += form.weight();
    }
    add(words.build(), count, sum);
  }

  private void add(Query part, double boost, double weight) {
    if (weight > 0) {
      query.add(new BoostQuery(part, (float) boost), BooleanClause.Occur.SHOULD);
      greatest += boost * weight;
    }
  }

  /** A word that begins like a prefix, and the number of documents that have it. */
  private record Expansion(BytesRef form, int frequency) {
    private static final Comparator<Expansion> LEAST_FIRST =
        Comparator.comparingInt(Expansion::frequency)
            .thenComparing(Expansion::form, Comparator.reverseOrder());
  }

  private Collection<Expansion> expansions(Prefix prefix) throws IOException {
    PriorityQueue<Expansion> best = new PriorityQueue<>(Expansion.LEAST_FIRST);
    Terms terms = MultiTerms.getTerms(reader, WordDocument.FORM);
    if (terms != null) {
      TermsEnum words = terms.iterator();
      BytesRef beginning = new BytesRef(prefix.beginning());
      if (words.seekCeil(beginning) != TermsEnum.SeekStatus.END) {
        BytesRef word = words.term();
        while (word != null && StringHelper.startsWith(word, beginning)) {
          best.add(new Expansion(BytesRef.deepCopyOf(word), words.docFreq()));
          if (best.size() > WordQuery.MAX_EXPANSIONS) {
            best.remove();
          }
          word = words.next();
        }
      }
    }
    return best;
  }

  static WordStatistics statistics(
      Collection<WordQuery.Term> terms, IndexSearcher searcher, WordAnalyzer analyzer)
      throws IOException {
    QuestionTerms figures = new QuestionTerms(searcher, analyzer);
    Map<WordQuery.Term, Long> frequencies = new HashMap<>();
    for (WordQuery.Term term : terms) {
      frequencies.put(term, figures.frequency(term));
    }
    double length =
        figures.messages == 0
            ? 0
            : (double) figures.reader.getSumTotalTermFreq(WordDocument.STEM) / figures.messages;
    return new WordStatistics(figures.messages, length, frequencies);
  }

  private long frequency(WordQuery.Term term) throws IOException {
    if (term instanceof Word word) {
      return stems.find(word.stem()).frequency();
    }
    if (term instanceof Prefix prefix) {
      return expansions(prefix).stream().mapToLong(Expansion::frequency).max().orElse(0);
    }
    List<Long> frequencies = new ArrayList<>();
    for (String form : ((Phrase) term).surfaces()) {
      frequencies.add(exactForms.find(form).frequency());
    }
    return frequencies.stream().mapToLong(Long::longValue).min().orElse(0);
  }
}
