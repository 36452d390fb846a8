package io.msgvault.embed.search;

import io.msgvault.embed.embedder.Embedder;
import io.msgvault.embed.model.Generation;
import io.msgvault.embed.model.GenerationStateException;
import io.msgvault.embed.search.Rescorer.Scored;
import io.msgvault.embed.search.SearchUnavailableException.Reason;
import io.msgvault.embed.store.ChunkVector;
import io.msgvault.embed.store.MessageStore;
import io.msgvault.embed.store.MessageVectors;
import io.msgvault.embed.store.VectorHit;
import io.msgvault.embed.store.VectorStore;
import io.msgvault.embed.store.support.VectorMath;
import java.time.Clock;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;

/**
 * Finds messages by meaning, in the active generation.
 *
 * <p><b>Filters.</b> The number of messages that match a filter decides how they are searched:
 *
 * <ul>
 *   <li>few: all of them are compared exactly;
 *   <li>more, but few enough to list: the index is searched for the listed messages only;
 *   <li>many: the index is searched for all messages, and hits that do not match are dropped. The
 *       search is repeated with a greater limit until enough hits match.
 * </ul>
 *
 * <p><b>Order.</b> The index is asked for more hits than wanted, and {@link Rescorer} scores them
 * again, so that every backend gives the same order (SR-1).
 */
final class VectorSignal {
  /**
   * The maximum number of matches that are compared exactly. Up to here that costs less than to
   * find them among all other messages.
   */
  private static final int EXACT_BELOW = 2000;

  /**
   * The maximum number of generations that one search tries. A generation is rarely retired during
   * a search, and never several in a row.
   */
  private static final int MAX_ATTEMPTS = 3;

  /**
   * The difference that two stores' scores for the same vectors may have (VS-13). Scores that are
   * closer do not determine an order.
   */
  private static final double SCORE_TOLERANCE = 2e-5;

  private final MessageStore messages;
  private final VectorStore vectors;
  private final Embedders embedders;
  private final VectorSample sample;

  /** Whether the index is known to belong to this archive. A bound index stays bound. */
  private volatile boolean archiveMatches;

  /**
   * The ranking of a question.
   *
   * @param active the generation that was searched
   * @param scale what the cosines mean
   * @param hits the closest messages, best first
   * @param others the messages beside the hits that were looked up, by id; those without vectors
   *     are missing
   */
  record Answer(
      Generation active, CosineScale scale, List<Scored> hits, Map<Long, Scored> others) {}

  VectorSignal(MessageStore messages, VectorStore vectors, Embedders embedders, Clock clock) {
    this.messages = messages;
    this.vectors = vectors;
    this.embedders = embedders;
    this.sample = new VectorSample(vectors, clock);
  }

  /**
   * Returns the messages that come closest to a question.
   *
   * @param others the messages to look up besides, any number
   */
  Answer nearest(
      QuestionVectors question,
      Matches matches,
      int limit,
      Collection<Long> others,
      StageClock clock) {
    return retryOnRetirement(
        active -> {
          Embedder embedder = embedders.of(active);
          float[] query = clock.time(SearchStage.EMBEDDING, () -> question.by(embedder));
          return clock.time(
              SearchStage.VECTORS,
              () -> {
                List<Scored> hits = find(active, query, matches, limit);
                return new Answer(
                    active, sample.scale(active, query), hits, lookUp(active, query, hits, others));
              });
        });
  }

  /** Returns the messages that come closest to a message of the index, without that message. */
  Answer nearest(long messageId, Matches matches, int limit, StageClock clock) {
    return clock.time(
        SearchStage.VECTORS,
        () ->
            retryOnRetirement(
                active -> {
                  Optional<float[]> query =
                      storedVectors(active, Set.of(messageId)).stream()
                          .findFirst()
                          .flatMap(VectorSignal::centroid);
                  List<Scored> hits =
                      query
                          .map(vector -> find(active, vector, matches, limit + 1))
                          .orElse(List.of())
                          .stream()
                          .filter(scored -> scored.hit().messageId() != messageId)
                          .limit(limit)
                          .toList();
                  return new Answer(active, CosineScale.UNKNOWN, hits, Map.of());
                }));
  }

  /** Returns the exact scores of those messages that have vectors and are no hits. */
  private Map<Long, Scored> lookUp(
      Generation active, float[] query, List<Scored> hits, Collection<Long> others) {
    Set<Long> wanted = new HashSet<>(others);
    hits.forEach(scored -> wanted.remove(scored.hit().messageId()));
    Map<Long, Scored> found = new HashMap<>();
    Rescorer rescorer = new Rescorer(query);
    for (MessageVectors message : storedVectors(active, wanted)) {
      found.put(message.messageId(), rescorer.score(message));
    }
    return found;
  }

  /** Reads vectors. Those that are missing are missing because the messages have none. */
  private List<MessageVectors> storedVectors(Generation active, Set<Long> ids) {
    List<MessageVectors> found = ids.isEmpty() ? List.of() : vectors.vectors(active.id(), ids);
    if (found.size() < ids.size()
        && vectors.generation(active.id()).orElse(active).state() == Generation.State.RETIRED) {
      throw new GenerationStateException(
          active.id(), Generation.State.RETIRED, "search the active one");
    }
    return found;
  }

  /** Searches again in the next generation if the searched one is retired during the search. */
  private Answer retryOnRetirement(Function<Generation, Answer> search) {
    for (int attempt = 1; ; attempt++) {
      try {
        return search.apply(requireActive());
      } catch (GenerationStateException e) {
        if (attempt == MAX_ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  private Generation requireActive() {
    requireSameArchive();
    List<Generation> generations = vectors.generations();
    return generations.stream()
        .filter(generation -> generation.state() == Generation.State.ACTIVE)
        .findFirst()
        .orElseThrow(
            () ->
                generations.stream()
                        .anyMatch(generation -> generation.state() == Generation.State.BUILDING)
                    ? new SearchUnavailableException(
                        Reason.FIRST_INDEX_BUILDING,
                        "the first index is still being built: search when the job has completed it")
                    : new SearchUnavailableException(
                        Reason.NO_INDEX, "there is no index yet: run the job to build one"));
  }

  private void requireSameArchive() {
    if (!archiveMatches) {
      Optional<UUID> bound = vectors.archive();
      ArchiveCheck.requireSame("index", bound, messages);
      archiveMatches = bound.isPresent();
    }
  }

  private List<Scored> find(Generation active, float[] query, Matches matches, int limit) {
    Optional<List<Long>> listed = matches.listed();
    if (listed.isPresent() && listed.get().size() <= EXACT_BELOW) {
      return rescore(
          active,
          query,
          vectors.searchExactly(active.id(), query, EXACT_BELOW, listed.get()),
          limit);
    }
    int wanted = limit + limit / 2;
    while (true) {
      List<VectorHit> found =
          listed.isPresent()
              ? vectors.search(active.id(), query, wanted, listed.get())
              : vectors.search(active.id(), query, wanted);
      List<VectorHit> matching =
          listed.isPresent() ? found : matches.keep(found, VectorHit::messageId);
      List<Scored> hits = rescore(active, query, matching, limit);
      if (found.size() < wanted
          || (hits.size() == limit
              && last(hits).hit().score() > last(found).score() + SCORE_TOLERANCE)) {
        return hits; // no message that was not found ranks before the last of these
      }
      wanted = Matches.widen(wanted, hits.size(), limit);
    }
  }

  /**
   * Returns the best hits of a store by their exact scores. Drops those that the store scores so
   * far below the limit that they cannot be among the best.
   *
   * @param found the hits by the store's score, descending
   */
  private List<Scored> rescore(Generation active, float[] query, List<VectorHit> found, int limit) {
    double minScore =
        found.size() <= limit
            ? Double.NEGATIVE_INFINITY
            : found.get(limit - 1).score() - SCORE_TOLERANCE;
    List<VectorHit> near = found.stream().takeWhile(hit -> hit.score() >= minScore).toList();
    return new Rescorer(query)
        .rescore(near, ids -> vectors.vectors(active.id(), ids)).stream().limit(limit).toList();
  }

  private static <T> T last(List<T> hits) {
    return hits.get(hits.size() - 1);
  }

  /**
   * Returns the sum of a message's normalized chunk vectors, which is their common direction; empty
   * if the vectors cancel out.
   */
  private static Optional<float[]> centroid(MessageVectors message) {
    float[] sum = new float[message.chunks().get(0).vector().length];
    for (ChunkVector chunk : message.chunks()) {
      float[] unit = VectorMath.normalize(chunk.vector());
      for (int i = 0; i < sum.length; i++) {
        sum[i] += unit[i];
      }
    }
    return VectorMath.hasDirection(sum) ? Optional.of(sum) : Optional.empty();
  }
}
