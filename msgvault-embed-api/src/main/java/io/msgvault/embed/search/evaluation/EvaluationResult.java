package io.msgvault.embed.search.evaluation;

import java.time.Duration;
import java.util.List;

/**
 * Holds what an evaluation measured.
 *
 * @param topics the judged topics, in their order, at least one
 * @param mean the mean of each measure over these topics: {@link Measures#averagePrecision} is then
 *     the mean average precision (MAP), and {@link Measures#reciprocalRank} the mean reciprocal
 *     rank (MRR)
 * @param unjudgedTopics how many topics were left out because they have no judgements
 */
public record EvaluationResult(List<TopicResult> topics, Measures mean, int unjudgedTopics) {
  /** Copies the list. */
  public EvaluationResult {
    topics = List.copyOf(topics);
  }

  /**
   * Holds what was measured for one topic.
   *
   * @param topic the topic
   * @param measures how good its ranking is
   * @param took the time of the search
   */
  public record TopicResult(Topic topic, Measures measures, Duration took) {}

  /**
   * Returns the time within which this share of the searches ended: the least one that at least
   * {@code percent} of them did not exceed.
   *
   * @param percent the share, above 0 and at most 100, such as 50 for the median
   * @return the time of one of the searches
   * @throws IllegalArgumentException if the share is out of range
   */
  public Duration percentile(double percent) {
    if (!(percent > 0 && percent <= 100)) {
      throw new IllegalArgumentException(
          "percent is " + percent + ", but must be above 0 and at most 100");
    }
    List<Duration> times = topics.stream().map(TopicResult::took).sorted().toList();
    return times.get((int) Math.ceil(percent * times.size() / 100) - 1);
  }
}
