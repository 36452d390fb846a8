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
 * Scores the hits of a vector store again.
 *
 * <p>Stores add up the products of a cosine in different orders and precisions. So the last digits
 * of their scores differ, and with them the order of messages that are almost equal. Here the same
 * vectors have the same score to the last bit.
 */
final class Rescorer {
  /** Bounds the messages whose vectors are in memory at once. */
  private static final int PAGE = 50;

  static final Comparator<Scored> BEST_FIRST =
      Comparator.comparing(
          Scored::hit,
          Comparator.comparingDouble(VectorHit::score)
              .reversed()
              .thenComparingLong(VectorHit::messageId));

  private final float[] query;
  private final double queryNorm;

  /**
   * A hit with its exact score.
   *
   * @param hit the message and its best chunk
   * @param textDigest the digest of the text that was embedded; empty if it is not known
   * @param chunks all its chunks, best first
   */
  record Scored(VectorHit hit, String textDigest, List<VectorHit> chunks) {}

  Rescorer(float[] query) {
    this.query = query;
    this.queryNorm = VectorMath.norm(query);
  }

  /**
   * Returns the hits with their exact scores, by score descending, then by id ascending. A hit
   * whose vectors are gone by now keeps the store's score, and its text is not known.
   *
   * @param reader reads the vectors of messages
   */
  List<Scored> rescore(
      List<VectorHit> hits, Function<Collection<Long>, List<MessageVectors>> reader) {
    Map<Long, Scored> scored = new HashMap<>();
    for (int from = 0; from < hits.size(); from += PAGE) {
      List<VectorHit> slice = hits.subList(from, Math.min(hits.size(), from + PAGE));
      List<Long> ids = slice.stream().map(VectorHit::messageId).toList();
      for (MessageVectors message : reader.apply(ids)) {
        scored.put(message.messageId(), score(message));
      }
    }
    List<Scored> all = new ArrayList<>();
    for (VectorHit hit : hits) {
      all.add(scored.getOrDefault(hit.messageId(), new Scored(hit, "", List.of(hit))));
    }
    all.sort(BEST_FIRST);
    return all;
  }

  /** Returns the exact score of a message, by its best chunk. */
  Scored score(MessageVectors message) {
    List<VectorHit> chunks = new ArrayList<>();
    for (ChunkVector chunk : message.chunks()) {
      chunks.add(
          new VectorHit(
              message.messageId(),
              message.revision(),
              chunk.start(),
              chunk.end(),
              cosine(chunk.vector())));
    }
    chunks.sort(Comparator.comparingDouble(VectorHit::score).reversed());
    return new Scored(chunks.get(0), message.textDigest(), chunks);
  }

  private double cosine(float[] vector) {
    return VectorMath.cosine(query, queryNorm, vector, VectorMath.norm(vector));
  }
}
