package io.msgvault.embed.sqlite.internal.index;

import io.msgvault.embed.store.VectorHit;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/** Keeps the best of the offered hits, by score descending, then by id ascending. */
final class TopHits {
  private static final Comparator<VectorHit> BEST_FIRST =
      Comparator.comparingDouble(VectorHit::score)
          .reversed()
          .thenComparingLong(VectorHit::messageId);

  private final int limit;
  private final PriorityQueue<VectorHit> worstFirst = new PriorityQueue<>(BEST_FIRST.reversed());

  TopHits(int limit) {
    this.limit = limit;
  }

  /** Offers a message with its best chunk. */
  void offer(long messageId, long revision, StoredVectors stored, double[] unit) {
    int best = 0;
    float score = stored.similarity(0, unit);
    for (int chunk = 1; chunk < stored.chunks(); chunk++) {
      float other = stored.similarity(chunk, unit);
      if (other > score) {
        best = chunk;
        score = other;
      }
    }
    VectorHit last = worstFirst.peek();
    if (worstFirst.size() == limit && last != null && score < last.score()) {
      return; // the common case allocates nothing
    }
    worstFirst.add(new VectorHit(messageId, revision, stored.start(best), stored.end(best), score));
    if (worstFirst.size() > limit) {
      worstFirst.poll();
    }
  }

  /** Returns the score that a hit must reach; negative infinity while there is room. */
  double threshold() {
    VectorHit last = worstFirst.peek();
    return worstFirst.size() < limit || last == null ? Double.NEGATIVE_INFINITY : last.score();
  }

  List<VectorHit> bestFirst() {
    return worstFirst.stream().sorted(BEST_FIRST).toList();
  }
}
