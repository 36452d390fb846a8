package io.msgvault.embed.pgvector.internal.words;

import io.msgvault.embed.pgvector.internal.words.Places.Place;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * Collects the documents with the best scores, segment by segment. Of documents with equal scores
 * in one segment, the first come first, as their ids do. How those of several segments are ordered
 * is not known before their ids are, so all that tie with the last are kept.
 */
final class Ranking {
  /** A document with its score. */
  record Scored(Place place, double score) {}

  private static final Comparator<Scored> WORST_FIRST =
      Comparator.comparingDouble(Scored::score)
          .thenComparing(scored -> scored.place.document(), Comparator.reverseOrder());

  private final int most;
  private List<Scored> best = new ArrayList<>();
  private boolean complete = true;

  /**
   * Begins.
   *
   * @param most how many are wanted
   */
  Ranking(int most) {
    this.most = most;
  }

  /** Adds the documents of a segment that have a score. */
  void add(long segment, double[] scores) {
    PriorityQueue<Scored> heap = new PriorityQueue<>(WORST_FIRST);
    double least = best.size() < most ? 0 : best.get(most - 1).score;
    for (int document = 0; document < scores.length; document++) {
      double score = scores[document];
      if (score > 0 && score >= least) {
        if (heap.size() < most) {
          heap.add(new Scored(new Place(segment, document), score));
        } else {
          complete = false;
          Scored worst = heap.element();
          if (score > worst.score) {
            heap.remove();
            heap.add(new Scored(new Place(segment, document), score));
            least = Math.max(least, heap.element().score);
          }
        }
      } else if (score > 0) {
        complete = false;
      }
    }
    best.addAll(heap);
    cut();
  }

  /** Adds one document. */
  void add(Place place, double score) {
    best.add(new Scored(place, score));
  }

  private void cut() {
    best.sort(Comparator.comparingDouble(Scored::score).reversed());
    int end = Math.min(most, best.size());
    while (end > 0 && end < best.size() && best.get(end).score == best.get(end - 1).score) {
      end++;
    }
    if (end < best.size()) {
      complete = false;
      best = new ArrayList<>(best.subList(0, end));
    }
  }

  List<Scored> best() {
    return best;
  }

  /** Returns whether all documents with a score are among the best. */
  boolean isComplete() {
    return complete;
  }
}
