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
import org.apache.lucene.index.Terms;
import org.apache.lucene.index.TermsEnum;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.BoostQuery;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.PhraseQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.SynonymQuery;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.BytesRef;
import org.apache.lucene.util.StringHelper;

/** Turns a question into Lucene's query over one reader, and knows the greatest score. */
final class QuestionTerms {
  private final IndexReader reader;
  private final long messages;
  private final BooleanQuery.Builder query = new BooleanQuery.Builder();
  private double greatest;

  private QuestionTerms(IndexReader reader) throws IOException {
    this.reader = reader;
    this.messages = reader.getDocCount(WordDocument.STEM);
  }

  static QuestionTerms of(WordQuery question, IndexReader reader) throws IOException {
    QuestionTerms terms = new QuestionTerms(reader);
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
      addTerm(new Term(WordDocument.STEM, word.stem()), count * (1 - WordScoring.EXACT_SHARE));
      addTerm(new Term(WordDocument.FORM, word.surface()), count * WordScoring.EXACT_SHARE);
    } else if (term instanceof Prefix prefix) {
      addPrefix(prefix, count);
    } else if (term instanceof Phrase phrase) {
      addPhrase(phrase, count);
    }
  }

  private void addTerm(Term term, double boost) throws IOException {
    add(new TermQuery(term), boost, weight(term));
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
    for (String form : phrase.surfaces()) {
      Term term = new Term(WordDocument.FORM, form);
      double weight = weight(term);
      if (weight == 0) {
        return;
      }
      words.add(term);
      sum += weight;
    }
    add(words.build(), count, sum);
  }

  private void add(Query part, double boost, double weight) {
    if (weight > 0) {
      query.add(new BoostQuery(part, (float) boost), BooleanClause.Occur.SHOULD);
      greatest += boost * weight;
    }
  }

  private double weight(Term term) throws IOException {
    return isInSomeMessage(term) ? WordScoring.weight(reader.docFreq(term), messages) : 0;
  }

  /** Returns whether a term is in a message that is not deleted: Lucene counts deleted ones too. */
  private boolean isInSomeMessage(Term term) throws IOException {
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

  static WordStatistics statistics(Collection<WordQuery.Term> terms, IndexReader reader)
      throws IOException {
    QuestionTerms figures = new QuestionTerms(reader);
    Map<WordQuery.Term, Long> frequencies = new HashMap<>();
    for (WordQuery.Term term : terms) {
      frequencies.put(term, figures.frequency(term));
    }
    double length =
        figures.messages == 0
            ? 0
            : (double) reader.getSumTotalTermFreq(WordDocument.STEM) / figures.messages;
    return new WordStatistics(figures.messages, length, frequencies);
  }

  private long frequency(WordQuery.Term term) throws IOException {
    if (term instanceof Word word) {
      return liveFrequency(new Term(WordDocument.STEM, word.stem()));
    }
    if (term instanceof Prefix prefix) {
      return expansions(prefix).stream().mapToLong(Expansion::frequency).max().orElse(0);
    }
    List<Long> frequencies = new ArrayList<>();
    for (String form : ((Phrase) term).surfaces()) {
      frequencies.add(liveFrequency(new Term(WordDocument.FORM, form)));
    }
    return frequencies.stream().mapToLong(Long::longValue).min().orElse(0);
  }

  private long liveFrequency(Term term) throws IOException {
    return isInSomeMessage(term) ? reader.docFreq(term) : 0;
  }
}
