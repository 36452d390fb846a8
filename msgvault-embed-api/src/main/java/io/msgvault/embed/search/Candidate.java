package io.msgvault.embed.search;

import io.msgvault.embed.search.Rescorer.Scored;
import io.msgvault.embed.search.SearchHit.SignalRank;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A message that a search may return.
 *
 * @param messageId the message's id
 * @param score the score by which the signals rank it
 * @param byWords whether the keyword signal adds more to the score than the vector signal
 * @param vector its place by vectors, if it has vectors
 * @param keyword its place by words, if it matches by words
 * @param chunk its best chunk, if it has vectors
 * @param reranked the score of the reranker, if it gave one
 * @param others how many other candidates of its conversation were left out
 * @param sentAt when it was sent, if the request sorts by that and it is known
 */
record Candidate(
    long messageId,
    double score,
    boolean byWords,
    Optional<SignalRank> vector,
    Optional<SignalRank> keyword,
    Optional<Scored> chunk,
    OptionalDouble reranked,
    int others,
    Optional<Instant> sentAt) {
  /** Ties go to the lower id. */
  static final Comparator<Candidate> BEST_FIRST =
      Comparator.comparingDouble(Candidate::score)
          .reversed()
          .thenComparingLong(Candidate::messageId);

  Candidate(
      long messageId,
      double score,
      boolean byWords,
      Optional<SignalRank> vector,
      Optional<SignalRank> keyword,
      Optional<Scored> chunk) {
    this(
        messageId,
        score,
        byWords,
        vector,
        keyword,
        chunk,
        OptionalDouble.empty(),
        0,
        Optional.empty());
  }

  Candidate withReranked(double score) {
    return new Candidate(
        messageId,
        this.score,
        byWords,
        vector,
        keyword,
        chunk,
        OptionalDouble.of(score),
        others,
        sentAt);
  }

  Candidate withOthers(int others) {
    return new Candidate(
        messageId, score, byWords, vector, keyword, chunk, reranked, others, sentAt);
  }

  Candidate withSentAt(Optional<Instant> sentAt) {
    return new Candidate(
        messageId, score, byWords, vector, keyword, chunk, reranked, others, sentAt);
  }
}
