package io.msgvault.embed.lucene.internal;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.apache.lucene.index.DocValues;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.search.Collector;
import org.apache.lucene.search.CollectorManager;
import org.apache.lucene.search.LeafCollector;
import org.apache.lucene.search.Scorable;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.util.PriorityQueue;

/**
 * Collects the best messages, of equal scores those with the lower ids. As soon as there are
 * enough, Lucene skips what scores less than the last of them.
 *
 * <p>It adds what the exact forms give to the score of a message. They are looked up only in
 * messages that could be among the best with them.
 *
 * <p>Lucene's own collector that sorts by score and id compares each message by all its keys. This
 * one reads the id of a message only when it comes among the best.
 */
final class BestMessages implements CollectorManager<BestMessages.Best, List<BestMessages.Scored>> {
  private final int limit;
  private final ExactForms forms;

  /** A message and its score. The best comes first. */
  record Scored(long messageId, long revision, float score) implements Comparable<Scored> {
    @Override
    public int compareTo(Scored other) {
      int byScore = Float.compare(other.score, score);
      return byScore != 0 ? byScore : Long.compare(messageId, other.messageId);
    }
  }

  /**
   * Creates a manager for one search.
   *
   * @param limit the number of messages
   * @param forms what is added to the scores
   */
  BestMessages(int limit, ExactForms forms) {
    this.limit = limit;
    this.forms = forms;
  }

  @Override
  public Best newCollector() {
    return new Best(limit, forms);
  }

  /** Returns the best messages of all collectors, best first. */
  @Override
  public List<Scored> reduce(Collection<Best> collectors) {
    List<Scored> best = new ArrayList<>(limit);
    collectors.forEach(collector -> collector.found.forEach(best::add));
    best.sort(null);
    return best.subList(0, Math.min(limit, best.size()));
  }

  /** The best messages so far. */
  static final class Best implements Collector {
    private final Found found;
    private final ExactForms forms;

    /** The score of the last of the best; 0 until there are enough. */
    private float least;

    /** The score that a message needs without forms to be among the best. */
    private float leastWithoutForms;

    private Best(int limit, ExactForms forms) {
      this.found = new Found(limit);
      this.forms = forms;
    }

    @Override
    public ScoreMode scoreMode() {
      return ScoreMode.TOP_SCORES;
    }

    @Override
    public LeafCollector getLeafCollector(LeafReaderContext leaf) throws IOException {
      return new OfLeaf(leaf);
    }

    private final class OfLeaf implements LeafCollector {
      private final NumericDocValues ids;
      private final NumericDocValues revisions;
      private final ExactForms.OfLeaf formsOfLeaf;

      @SuppressWarnings("NullAway.Init") // Lucene sets it before it collects.
      private Scorable scorer;

      OfLeaf(LeafReaderContext leaf) throws IOException {
        ids = DocValues.getNumeric(leaf.reader(), WordDocument.ID);
        revisions = DocValues.getNumeric(leaf.reader(), WordDocument.REVISION);
        formsOfLeaf = forms.of(leaf);
      }

      @Override
      public void setScorer(Scorable scorer) throws IOException {
        this.scorer = scorer;
        skip();
      }

      @Override
      public void collect(int document) throws IOException {
        float withoutForms = scorer.score();
        if (withoutForms < leastWithoutForms) {
          return;
        }
        float score = formsOfLeaf.addTo(withoutForms, document, least);
        if (score < least) {
          return;
        }
        long id = value(ids, document);
        if (score == least && id > found.top().messageId) {
          return;
        }
        if (found.offer(new Scored(id, value(revisions, document), score))
            && found.top().score > least) {
          least = found.top().score;
          leastWithoutForms = forms.leastWithout(least);
          skip();
        }
      }

      private void skip() throws IOException {
        if (least > 0) {
          scorer.setMinCompetitiveScore(leastWithoutForms);
        }
      }
    }
  }

  /** Messages, the worst of them on top. */
  private static final class Found extends PriorityQueue<Scored> {
    private final int limit;

    Found(int limit) {
      super(limit);
      this.limit = limit;
    }

    @Override
    protected boolean lessThan(Scored a, Scored b) {
      return a.score < b.score || (a.score == b.score && a.messageId > b.messageId);
    }

    /** Adds a message, which is better than the worst if it is full. Returns whether it is full. */
    boolean offer(Scored message) {
      if (size() < limit) {
        add(message);
      } else {
        updateTop(message);
      }
      return size() == limit;
    }
  }

  private static long value(NumericDocValues values, int document) throws IOException {
    if (!values.advanceExact(document)) {
      throw new IllegalStateException("a document has no " + WordDocument.ID);
    }
    return values.longValue();
  }
}
