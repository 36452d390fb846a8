package io.msgvault.embed.testkit.model;

import io.msgvault.embed.store.ChunkVector;
import io.msgvault.embed.store.MessageVectors;
import io.msgvault.embed.store.VectorHit;
import io.msgvault.embed.store.support.VectorMath;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a search must give, worked out by comparing the query with every vector. */
public final class Ranking {
  /** The largest error of a score (VS-13). */
  private static final double TOLERANCE = 1e-5;

  private record Candidate(MessageVectors message, double score) {}

  private final Map<Long, Candidate> candidates = new HashMap<>();
  private final float[] query;

  public Ranking(Collection<MessageVectors> messages, float[] query) {
    this.query = query;
    for (MessageVectors message : messages) {
      candidates.put(message.messageId(), new Candidate(message, best(message)));
    }
  }

  private double best(MessageVectors message) {
    return message.chunks().stream()
        .mapToDouble(chunk -> VectorMath.cosine(query, chunk.vector()))
        .max()
        .orElseThrow();
  }

  /** The ids of the k best. */
  public List<Long> best(int k) {
    return candidates.values().stream()
        .sorted(
            Comparator.comparingDouble(Candidate::score)
                .reversed()
                .thenComparing(candidate -> candidate.message.messageId()))
        .limit(k)
        .map(candidate -> candidate.message.messageId())
        .toList();
  }

  /** Requires of hits all but that they are the best there are, by the rule under test. */
  public void requireSound(int k, List<VectorHit> hits) {
    requireSound(RunningRule.current(), k, hits);
  }

  /** Requires of hits all but that they are the best there are, by the given rule. */
  public void requireSound(String rule, int k, List<VectorHit> hits) {
    Set<Long> distinct = new HashSet<>(IndexUnderTest.ids(hits));
    Expect.equal(
        rule, hits.size(), distinct.size(), "how many of the messages found differ, in " + hits);
    Expect.equal(
        rule,
        Math.min(k, candidates.size()),
        hits.size(),
        "how many of " + candidates.size() + " messages are found for k = " + k);
    for (VectorHit hit : hits) {
      requireSound(rule, hit);
    }
    for (int i = 1; i < hits.size(); i++) {
      VectorHit better = hits.get(i - 1);
      VectorHit worse = hits.get(i);
      Expect.that(
          "VS-13",
          better.score() > worse.score()
              || (better.score() == worse.score() && better.messageId() < worse.messageId()),
          () -> better + " comes before " + worse);
    }
  }

  private void requireSound(String rule, VectorHit hit) {
    Candidate candidate = candidates.get(hit.messageId());
    if (candidate == null) {
      throw Expect.violationOf(rule, hit + " is found, but there is no such message to be found");
    }
    MessageVectors message = candidate.message;
    double score = candidate.score;
    Expect.that(
        "VS-13",
        Math.abs(hit.score() - score) <= TOLERANCE && Math.abs(hit.score()) <= 1,
        () -> hit + " should have the score " + score);
    Expect.equal("VS-12", message.revision(), hit.revision(), "the revision of " + hit);
    Expect.that(
        "VS-13",
        message.chunks().stream().anyMatch(chunk -> isOf(hit, chunk)),
        () -> hit + " does not name the best chunk of " + message);
  }

  private boolean isOf(VectorHit hit, ChunkVector chunk) {
    return chunk.start() == hit.start()
        && chunk.end() == hit.end()
        && Math.abs(VectorMath.cosine(query, chunk.vector()) - hit.score()) <= TOLERANCE;
  }

  /** Requires that hits are the best there are, by the rule under test. */
  public void requireExact(int k, List<VectorHit> hits) {
    requireExact(RunningRule.current(), k, hits);
  }

  /** Requires that hits are the best there are, by the given rule. */
  public void requireExact(String rule, int k, List<VectorHit> hits) {
    requireSound(rule, k, hits);
    Set<Long> found = new HashSet<>(IndexUnderTest.ids(hits));
    double worst = hits.stream().mapToDouble(VectorHit::score).min().orElse(1);
    candidates.forEach(
        (id, candidate) ->
            Expect.that(
                rule,
                found.contains(id) || candidate.score <= worst + TOLERANCE,
                () ->
                    "message "
                        + id
                        + " with the score "
                        + candidate.score
                        + " is not found, but one with "
                        + worst
                        + " is"));
  }
}
