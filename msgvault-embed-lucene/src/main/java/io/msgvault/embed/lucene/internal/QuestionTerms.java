package io.msgvault.embed.lucene.internal;

import io.msgvault.embed.store.WordQuery;
import io.msgvault.embed.store.WordQuery.Phrase;
import io.msgvault.embed.store.WordQuery.Prefix;
import io.msgvault.embed.store.WordQuery.Word;
import io.msgvault.embed.store.WordStatistics;
import io.msgvault.embed.store.support.WordScoring;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.MultiTerms;
import org.apache.lucene.index.PostingsEnum;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.TermStates;
import org.apache.lucene.index.Terms;
import org.apache.lucene.index.TermsEnum;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.BoostQuery;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.PhraseQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.SynonymQuery;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.BytesRef;
import org.apache.lucene.util.StringHelper;

/** Turns a question into Lucene's query over one reader, and knows the greatest score. */
final class QuestionTerms {
  private final IndexSearcher searcher;
  private final IndexReader reader;
  private final long messages;
  private final BooleanQuery.Builder query = new BooleanQuery.Builder();
  private double greatest;

  private QuestionTerms(IndexSearcher searcher) throws IOException {
    this.searcher = searcher;
    this.reader = searcher.getIndexReader();
    this.messages = reader.getDocCount(WordDocument.STEM);
  }

  static QuestionTerms of(WordQuery question, IndexSearcher searcher) throws IOException {
    QuestionTerms terms = new QuestionTerms(searcher);
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

  /** Reads a list of messages once if each message with the stem has it in this form alone. */
  private void addWord(Word word, int count) throws IOException {
    Found stem = find(WordDocument.STEM, word.stem());
    Found form = find(WordDocument.FORM, word.surface());
    if (form.occursAsOftenAs(stem)) {
      add(stem.query(), count, stem.weight);
    } else {
      add(stem.query(), count * (1 - WordScoring.EXACT_SHARE), stem.weight);
      add(form.query(), count * WordScoring.EXACT_SHARE, form.weight);
    }
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
      Found form = find(WordDocument.FORM, surface);
      if (form.weight == 0) {
        return;
      }
      words.add(form.term);
      sum += form.weight;
    }
    add(words.build(), count, sum);
  }

  private void add(Query part, double boost, double weight) {
    if (weight > 0) {
      query.add(new BoostQuery(part, (float) boost), BooleanClause.Occur.SHOULD);
      greatest += boost * weight;
    }
  }

  /**
   * A term of the index, which is looked up once for its figures and for the search.
   *
   * @param weight 0 if it is in no message
   */
  private record Found(Term term, TermStates states, double weight) {
    long frequency() {
      return weight == 0 ? 0 : states.docFreq();
    }

    TermQuery query() {
      return new TermQuery(term, states);
    }

    /** Returns whether a form and its stem are in the same messages, equally often. */
    boolean occursAsOftenAs(Found stem) {
      return states.docFreq() == stem.states.docFreq()
          && states.totalTermFreq() == stem.states.totalTermFreq();
    }
  }

  private Found find(String field, String text) throws IOException {
    Term term = new Term(field, text);
    TermStates states = TermStates.build(searcher, term, true);
    int frequency = isInSomeMessage(term, states) ? states.docFreq() : 0;
    return new Found(term, states, WordScoring.weight(frequency, messages));
  }

  /** Returns whether a term is in a message that is not deleted: Lucene counts deleted ones too. */
  private boolean isInSomeMessage(Term term, TermStates states) throws IOException {
    if (states.docFreq() == 0 || !reader.hasDeletions()) {
      return states.docFreq() > 0;
    }
    for (LeafReaderContext leaf : reader.leaves()) {
      PostingsEnum postings = leaf.reader().postings(term, PostingsEnum.NONE);
      Bits live = leaf.reader().getLiveDocs();
      if (postings != null) {
        int document = postings.nextDoc();
        while (document != DocIdSetIterator.NO_MORE_DOCS) {
          if (live == null || live.get(document)) {
            return true;
          }
          document = postings.nextDoc();
        }
      }
    }
    return false;
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

  static WordStatistics statistics(Collection<WordQuery.Term> terms, IndexSearcher searcher)
      throws IOException {
    QuestionTerms figures = new QuestionTerms(searcher);
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
      return find(WordDocument.STEM, word.stem()).frequency();
    }
    if (term instanceof Prefix prefix) {
      return expansions(prefix).stream().mapToLong(Expansion::frequency).max().orElse(0);
    }
    List<Long> frequencies = new ArrayList<>();
    for (String form : ((Phrase) term).surfaces()) {
      frequencies.add(find(WordDocument.FORM, form).frequency());
    }
    return frequencies.stream().mapToLong(Long::longValue).min().orElse(0);
  }
}
