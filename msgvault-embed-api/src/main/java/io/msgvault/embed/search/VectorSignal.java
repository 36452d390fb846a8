package io.msgvault.embed.search;

import io.msgvault.embed.embedder.Embedder;
import io.msgvault.embed.embedder.InputType;
import io.msgvault.embed.model.Fingerprint;
import io.msgvault.embed.model.Generation;
import io.msgvault.embed.model.GenerationStateException;
import io.msgvault.embed.model.MessageFilter;
import io.msgvault.embed.search.SearchUnavailableException.Reason;
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
 * <p>A filter is planned once: if few messages match, they are compared exactly; if more do, but
 * not so many that a list of them is a burden, the index is searched for them alone; and if many
 * do, it is searched for all and what does not match is left out, asking for more until there is
 * enough.
 */
final class VectorSignal {
  /**
   * So many matches are few: comparing them exactly costs less than a search that finds them among
   * all others.
   */
  private static final int EXACT_BELOW = 2000;

  /** So many matches are listed: beyond, enough of them are soon met among all others. */
  private static final int FILTER_LIST_LIMIT = 20_000;

  /** How many times as many messages are asked for, at the most, when too few of them match. */
  private static final int MAX_WIDENING = 16;

  /** A generation hardly ever goes in the middle of a search, and never several in a row. */
  private static final int MAX_ATTEMPTS = 3;

  /**
   * Two stores may give scores that differ by so much for the same vectors (VS-13), so that closer
   * ones do not tell an order.
   */
  private static final double SCORE_TOLERANCE = 2e-5;

  private final MessageStore messages;
  private final VectorStore vectors;
  private final Embedder embedder;
  private final TextPolicy text;

  /** Whether the index is known to be of this archive, which it then stays. */
  private volatile boolean archiveMatches;

  /** What was found, best first. */
  record Answer(Generation active, List<VectorHit> hits) {}

  VectorSignal(MessageStore messages, VectorStore vectors, Embedder embedder, TextPolicy text) {
    this.messages = messages;
    this.vectors = vectors;
    this.embedder = embedder;
    this.text = text;
  }

  /** The messages that come closest to a question. */
  Answer nearest(String question, MessageFilter filter, int limit) {
    return retryOnRetirement(
        active -> {
          requireSameModel(active);
          float[] query = embedder.embed(List.of(question), InputType.QUERY).get(0);
          return find(active, query, filter, limit);
        });
  }

  /** The messages that come closest to a message of the index, without itself. */
  Answer nearest(long messageId, MessageFilter filter, int limit) {
    return retryOnRetirement(
        active ->
            storedVectors(active, messageId)
                .flatMap(VectorSignal::centroid)
                .map(query -> find(active, query, filter, limit + 1))
                .orElse(List.of())
                .stream()
                .filter(hit -> hit.messageId() != messageId)
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

  /** Begins anew with the next generation where the one that is searched is retired meanwhile. */
  private Answer retryOnRetirement(Function<Generation, List<VectorHit>> search) {
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

  /** An index that is bound to none may be one that a host fills by itself. */
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

  private List<VectorHit> find(Generation active, float[] query, MessageFilter filter, int limit) {
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
      List<VectorHit> hits =
          rescore(active, query, listed.isPresent() ? found : keepMatching(found, filter), limit);
      if (found.size() < wanted
          || (hits.size() == limit && last(hits).score() > last(found).score() + SCORE_TOLERANCE)) {
        return hits; // of those that were not found, none belongs before the last of these
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
   * The best of what a store has found, scored here, so that every backend ranks alike (SR-1).
   *
   * @param found by the store's score, descending
   */
  private List<VectorHit> rescore(
      Generation active, float[] query, List<VectorHit> found, int limit) {
    double least =
        found.size() <= limit
            ? Double.NEGATIVE_INFINITY
            : found.get(limit - 1).score() - SCORE_TOLERANCE;
    List<VectorHit> near = found.stream().takeWhile(hit -> hit.score() >= least).toList();
    return new Rescorer(query)
        .rescore(near, ids -> vectors.vectors(active.id(), ids)).stream().limit(limit).toList();
  }

  private static VectorHit last(List<VectorHit> hits) {
    return hits.get(hits.size() - 1);
  }

  /** Twice as many as hold enough matches if those to come match as often as those so far. */
  private static int widen(int wanted, int hits, int limit) {
    long factor = Math.min(MAX_WIDENING, 2L * limit / Math.max(1, hits));
    return (int) Math.min(Integer.MAX_VALUE, wanted * factor);
  }

  /**
   * The sum of the message's chunk vectors, each at length 1: the direction they have in common.
   */
  private static Optional<float[]> centroid(MessageVectors message) {
    float[] sum = new float[message.chunks().get(0).vector().length];
    message
        .chunks()
        .forEach(
            chunk -> {
              double norm = VectorMath.norm(chunk.vector());
              for (int i = 0; i < sum.length; i++) {
                sum[i] += (float) (chunk.vector()[i] / norm);
              }
            });
    for (float component : sum) {
      if (component != 0) {
        return Optional.of(sum);
      }
    }
    return Optional.empty();
  }
}
