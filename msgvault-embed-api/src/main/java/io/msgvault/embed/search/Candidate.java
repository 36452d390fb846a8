package io.msgvault.embed.search;

import io.msgvault.embed.search.Rescorer.Scored;
import io.msgvault.embed.search.SearchHit.SignalRank;
import java.util.Comparator;
import java.util.Optional;

/**
 * A message that a search may return.
 *
 * @param messageId the message's id
 * @param score the score by which it is ranked
 * @param byWords whether the keyword signal adds more to the score than the vector signal
 * @param vector its place by vectors, if it has vectors
 * @param keyword its place by words, if it matches by words
 * @param chunk its best chunk, if it has vectors
 */
record Candidate(
    long messageId,
    double score,
    boolean byWords,
    Optional<SignalRank> vector,
    Optional<SignalRank> keyword,
    Optional<Scored> chunk) {
  /** Ties go to the lower id. */
  static final Comparator<Candidate> BEST_FIRST =
      Comparator.comparingDouble(Candidate::score)
          .reversed()
          .thenComparingLong(Candidate::messageId);
}
