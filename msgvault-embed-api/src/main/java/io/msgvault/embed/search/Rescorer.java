package io.msgvault.embed.search;

import io.msgvault.embed.store.ChunkVector;
import io.msgvault.embed.store.MessageVectors;
import io.msgvault.embed.store.VectorHit;
import io.msgvault.embed.store.support.VectorMath;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Scores what a store has found once more. Stores add up the products of a cosine in different
 * orders and precisions, so their last digits differ, and with them the order of messages that are
 * hardly apart. Here the same vectors have the same score, to the last bit.
 */
final class Rescorer {
  /** So many messages' vectors are read at once. */
  private static final int PAGE = 50;

  private static final Comparator<VectorHit> BEST_FIRST =
      Comparator.comparingDouble(VectorHit::score)
          .reversed()
          .thenComparingLong(VectorHit::messageId);

  private final float[] query;
  private final double queryNorm;

  Rescorer(float[] query) {
    this.query = query;
    this.queryNorm = VectorMath.norm(query);
  }

  /**
   * The same hits by their exact scores, descending, then by id ascending. One whose vectors are
   * gone meanwhile stays as it is.
   *
   * @param read the vectors of messages
   */
  List<VectorHit> rescore(
      List<VectorHit> hits, Function<Collection<Long>, List<MessageVectors>> read) {
    Map<Long, VectorHit> scored = new HashMap<>();
    for (int from = 0; from < hits.size(); from += PAGE) {
      List<VectorHit> slice = hits.subList(from, Math.min(hits.size(), from + PAGE));
      for (MessageVectors message : read.apply(slice.stream().map(VectorHit::messageId).toList())) {
        scored.put(message.messageId(), score(message));
      }
    }
    List<VectorHit> all = new ArrayList<>(hits);
    all.replaceAll(hit -> scored.getOrDefault(hit.messageId(), hit));
    all.sort(BEST_FIRST);
    return all;
  }

  private VectorHit score(MessageVectors message) {
    ChunkVector best = message.chunks().get(0);
    double score = cosine(best.vector());
    for (ChunkVector chunk : message.chunks()) {
      double cosine = cosine(chunk.vector());
      if (cosine > score) {
        best = chunk;
        score = cosine;
      }
    }
    return new VectorHit(message.messageId(), message.revision(), best.start(), best.end(), score);
  }

  private double cosine(float[] vector) {
    return VectorMath.cosine(query, queryNorm, vector, VectorMath.norm(vector));
  }
}
