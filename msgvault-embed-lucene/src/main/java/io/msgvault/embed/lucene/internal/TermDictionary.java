package io.msgvault.embed.lucene.internal;

import io.msgvault.embed.store.support.WordScoring;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.PostingsEnum;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.TermStates;
import org.apache.lucene.index.Terms;
import org.apache.lucene.index.TermsEnum;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.TermStatistics;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.BytesRef;
import org.jspecify.annotations.Nullable;

/**
 * Looks up the terms of one field for one question. The first term opens the dictionary of each
 * segment, because that takes longer than to find a term.
 */
final class TermDictionary {
  private final String field;
  private final long messages;
  private final IndexReader reader;
  private @Nullable List<OfLeaf> leaves;

  private record OfLeaf(LeafReaderContext leaf, TermsEnum terms) {}

  /**
   * @param messages the number of messages that have a term
   */
  TermDictionary(IndexReader reader, String field, long messages) {
    this.reader = reader;
    this.field = field;
    this.messages = messages;
  }

  /**
   * A term of the index, which is looked up once for its figures and for the search.
   *
   * @param weight 0 if it is in no message
   */
  record Found(Term term, TermStates states, double weight) {
    long frequency() {
      return weight == 0 ? 0 : states.docFreq();
    }

    TermStatistics statistics() {
      return new TermStatistics(term.bytes(), states.docFreq(), states.totalTermFreq());
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

  /** Finds a term. */
  Found find(String text) throws IOException {
    BytesRef bytes = new BytesRef(text);
    TermStates states = new TermStates(reader.getContext());
    boolean live = false;
    for (OfLeaf segment : leaves()) {
      TermsEnum terms = segment.terms;
      if (terms.seekExact(bytes)) {
        states.register(
            terms.termState(), segment.leaf.ord, terms.docFreq(), terms.totalTermFreq());
        live = live || isInSomeMessage(segment);
      }
    }
    double weight = WordScoring.weight(live ? states.docFreq() : 0, messages);
    return new Found(new Term(field, bytes), states, weight);
  }

  private List<OfLeaf> leaves() throws IOException {
    if (leaves == null) {
      leaves = new ArrayList<>();
      for (LeafReaderContext leaf : reader.leaves()) {
        Terms terms = leaf.reader().terms(field);
        if (terms != null) {
          leaves.add(new OfLeaf(leaf, terms.iterator()));
        }
      }
    }
    return leaves;
  }

  /** Returns whether the term is in a message that is not deleted: Lucene counts deleted ones. */
  private static boolean isInSomeMessage(OfLeaf segment) throws IOException {
    Bits live = segment.leaf.reader().getLiveDocs();
    if (live == null) {
      return true;
    }
    PostingsEnum postings = segment.terms.postings(null, PostingsEnum.NONE);
    int document = postings.nextDoc();
    while (document != DocIdSetIterator.NO_MORE_DOCS && !live.get(document)) {
      document = postings.nextDoc();
    }
    return document != DocIdSetIterator.NO_MORE_DOCS;
  }
}
