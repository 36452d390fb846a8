package io.msgvault.embed.search;

import io.msgvault.embed.embedder.Embedder;
import io.msgvault.embed.embedder.InputType;
import io.msgvault.embed.model.Fingerprint;
import io.msgvault.embed.model.Generation;
import io.msgvault.embed.model.GenerationStateException;
import io.msgvault.embed.model.MessageFilter;
import io.msgvault.embed.search.SearchUnavailableException.Reason;
import io.msgvault.embed.store.ChunkVector;
import io.msgvault.embed.store.MessageStore;
import io.msgvault.embed.store.MessageVectors;
import io.msgvault.embed.store.VectorHit;
import io.msgvault.embed.store.VectorStore;
import io.msgvault.embed.store.support.VectorMath;
import io.msgvault.embed.text.TextPolicy;
import java.util.List;
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
   * The maximum number of matches that are listed. Beyond it, a search over all messages soon finds
   * enough of them.
   */
  private static final int FILTER_LIST_LIMIT = 20_000;

  /** The maximum factor by which the limit grows when too few hits match. */
  private static final int MAX_WIDENING = 16;

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
  private final Embedder embedder;
  private final TextPolicy text;

  /** Whether the index is known to belong to this archive. A bound index stays bound. */
  private volatile boolean archiveMatches;

  /**
   * The ranking of a question.
   *
   * @param active the generation that was searched
   * @param hits the closest messages, best first
   */
  record Answer(Generation active, List<Rescorer.Scored> hits) {
    List<VectorHit> ranking() {
      return hits.stream().map(Rescorer.Scored::hit).toList();
    }
  }

  VectorSignal(MessageStore messages, VectorStore vectors, Embedder embedder, TextPolicy text) {
    this.messages = messages;
    this.vectors = vectors;
    this.embedder = embedder;
    this.text = text;
  }

  /** Returns the messages that come closest to a question. */
  Answer nearest(String question, MessageFilter filter, int limit) {
    return retryOnRetirement(
        active -> {
          requireSameModel(active);
          float[] query = embedder.embed(List.of(question), InputType.QUERY).get(0);
          return find(active, query, filter, limit);
        });
  }

  /** Returns the messages that come closest to a message of the index, without that message. */
  Answer nearest(long messageId, MessageFilter filter, int limit) {
    return retryOnRetirement(
        active ->
            storedVectors(active, messageId)
                .flatMap(VectorSignal::centroid)
                .map(query -> find(active, query, filter, limit + 1))
                .orElse(List.of())
                .stream()
                .filter(scored -> scored.hit().messageId() != messageId)
                .limit(limit)
                .toList());
  }

  private Optional<MessageVectors> storedVectors(Generation active, long messageId) {
    Optional<MessageVectors> found =
        vectors.vectors(active.id(), List.of(messageId)).stream().findFirst();
    if (found.isEmpty()
        && vectors.generation(active.id()).orElse(active).state() == Generation.State.RETIRED) {
      throw new GenerationStateException(
          active.id(), Generation.State.RETIRED, "search the active one");
    }
    return found;
  }

  /** Searches again in the next generation if the searched one is retired during the search. */
  private Answer retryOnRetirement(Function<Generation, List<Rescorer.Scored>> search) {
    for (int attempt = 1; ; attempt++) {
      Generation active = requireActive();
      try {
        return new Answer(active, search.apply(active));
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

  /** Accepts an index that is bound to no archive, because a host may fill it by itself. */
  private void requireSameArchive() {
    if (archiveMatches) {
      return;
    }
    Optional<UUID> bound = vectors.archive();
    if (bound.isEmpty()) {
      return;
    }
    UUID archive = messages.archiveId();
    if (!bound.get().equals(archive)) {
      throw new SearchUnavailableException(
          Reason.ARCHIVE_MISMATCH,
          "the index was made for archive %s, not for %s: open the one that belongs to these messages,"
                  .formatted(bound.get(), archive)
              + " or an empty one, which the job fills");
    }
    archiveMatches = true;
  }

  private void requireSameModel(Generation active) {
    Fingerprint ours = embedder.model().fingerprint(text, active.fingerprint().scope());
    if (!ours.model().equals(active.fingerprint().model())
        || ours.dimension() != active.fingerprint().dimension()) {
      throw new SearchUnavailableException(
          Reason.STALE_INDEX,
          "generation "
              + active.id()
              + " was built by "
              + active.fingerprint().model()
              + ", but queries would be embedded by "
              + ours.model()
              + ": search with the index's model, or rebuild with the new one");
    }
  }

  private List<Rescorer.Scored> find(
      Generation active, float[] query, MessageFilter filter, int limit) {
    Optional<List<Long>> listed =
        filter.equals(MessageFilter.ALL)
            ? Optional.empty()
            : messages.findMatching(filter, FILTER_LIST_LIMIT);
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
      List<Rescorer.Scored> hits =
          rescore(active, query, listed.isPresent() ? found : keepMatching(found, filter), limit);
      if (found.size() < wanted
          || (hits.size() == limit
              && last(hits).hit().score() > last(found).score() + SCORE_TOLERANCE)) {
        return hits; // no message that was not found ranks before the last of these
      }
      wanted = widen(wanted, hits.size(), limit);
    }
  }

  private List<VectorHit> keepMatching(List<VectorHit> found, MessageFilter filter) {
    Set<Long> matching =
        messages.filterIds(found.stream().map(VectorHit::messageId).toList(), filter);
    return found.stream().filter(hit -> matching.contains(hit.messageId())).toList();
  }

  /**
   * Returns the best hits of a store by their exact scores. Drops those that the store scores so
   * far below the limit that they cannot be among the best.
   *
   * @param found the hits by the store's score, descending
   */
  private List<Rescorer.Scored> rescore(
      Generation active, float[] query, List<VectorHit> found, int limit) {
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

  /** Returns twice the limit that is enough if later hits match as often as those so far. */
  private static int widen(int wanted, int hits, int limit) {
    long factor = Math.min(MAX_WIDENING, 2L * limit / Math.max(1, hits));
    return (int) Math.min(Integer.MAX_VALUE, wanted * factor);
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
