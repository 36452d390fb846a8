package io.msgvault.embed.lucene.internal;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.index.PostingsEnum;
import org.apache.lucene.index.TermState;
import org.apache.lucene.index.TermsEnum;
import org.apache.lucene.search.CollectionStatistics;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.similarities.Similarity.SimScorer;
import org.jspecify.annotations.Nullable;

/**
 * Scores exact forms beside the stems that a search is for.
 *
 * <p>A message has such a form at most as often as its stem, and it is as long in both fields. So a
 * form adds at most a known share of what its stem gives, and never more than its weight.
 *
 * <p>The lists of the forms are read here, and not by queries of Lucene: most of these would take
 * longer to set up in each segment than to read.
 */
final class ExactForms {
  /**
   * The greatest share that a form may have. A form that is much rarer than its stem tells more
   * than this, and is better searched for by itself.
   */
  static final double MAX_SHARE = 0.5;

  /** More than the rounding of the sums that are compared. */
  private static final double ROUNDING = 1 + 1e-5;

  private final IndexSearcher searcher;
  private final List<Form> forms = new ArrayList<>();
  private @Nullable CollectionStatistics statistics;
  private double greatestShare;

  /** A form, and the greatest score that it can add. */
  private record Form(TermDictionary.Found found, SimScorer scorer, double most) {}

  ExactForms(IndexSearcher searcher) {
    this.searcher = searcher;
  }

  /**
   * Adds a form.
   *
   * @param share the greatest score of the form, divided by that of its stem
   */
  void add(TermDictionary.Found form, double boost, double share) throws IOException {
    if (statistics == null) {
      statistics = searcher.collectionStatistics(WordDocument.FORM);
    }
    SimScorer scorer =
        searcher.getSimilarity().scorer((float) boost, statistics, form.statistics());
    forms.add(new Form(form, scorer, boost * form.weight()));
    forms.sort(Comparator.comparingDouble(Form::most));
    greatestShare = Math.max(greatestShare, share);
  }

  /** Returns the least score without forms of a message that has at least a score with them. */
  float leastWithout(float score) {
    return forms.isEmpty() ? score : (float) (score / ((1 + greatestShare) * ROUNDING));
  }

  OfLeaf of(LeafReaderContext leaf) {
    return new OfLeaf(leaf);
  }

  /** The forms in one segment. They are looked up by the first message that needs them. */
  final class OfLeaf {
    private final LeafReaderContext leaf;
    private @Nullable List<Occurrences> occurrences;

    private OfLeaf(LeafReaderContext leaf) {
      this.leaf = leaf;
    }

    /**
     * Adds what the forms give to the score of a document. Documents come in ascending order.
     *
     * @param least the score from which on the document matters; if it cannot reach that, the
     *     result is some lower score
     */
    float addTo(float score, int document, float least) throws IOException {
      if (occurrences == null) {
        occurrences = occurrences();
      }
      float sum = score;
      for (Occurrences form : occurrences) {
        if (sum + form.mostFromHere < least) {
          return sum;
        }
        sum += form.score(document);
      }
      return sum;
    }

    /** Returns the forms of the segment, those first that can add most. */
    private List<Occurrences> occurrences() throws IOException {
      ArrayDeque<Occurrences> found = new ArrayDeque<>();
      TermsEnum dictionary = null;
      double most = 0;
      for (Form form : forms) {
        TermState state = form.found.states().get(leaf);
        if (state != null) {
          if (dictionary == null) {
            dictionary = leaf.reader().terms(WordDocument.FORM).iterator();
          }
          dictionary.seekExact(form.found.term().bytes(), state);
          most += form.most;
          found.addFirst(
              new Occurrences(
                  dictionary.postings(null, PostingsEnum.FREQS),
                  leaf.reader().getNormValues(WordDocument.FORM),
                  form.scorer,
                  (float) (most * ROUNDING)));
        }
      }
      return new ArrayList<>(found);
    }
  }

  /**
   * The documents of a segment that have a form.
   *
   * @param lengths the lengths of the documents, as Lucene codes them
   * @param mostFromHere the greatest score that this form and all later ones can add
   */
  private record Occurrences(
      PostingsEnum documents, NumericDocValues lengths, SimScorer scorer, float mostFromHere) {
    float score(int document) throws IOException {
      if (documents.docID() < document) {
        documents.advance(document);
      }
      if (documents.docID() != document || !lengths.advanceExact(document)) {
        return 0;
      }
      return scorer.score(documents.freq(), lengths.longValue());
    }
  }
}
