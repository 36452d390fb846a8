package io.msgvault.embed.search.evaluation;

import io.msgvault.embed.search.SearchHit;
import io.msgvault.embed.search.SearchMode;
import io.msgvault.embed.search.SearchRequest;
import io.msgvault.embed.search.SearchResult;
import io.msgvault.embed.search.Searcher;
import io.msgvault.embed.search.SignalState;
import io.msgvault.embed.search.evaluation.EvaluationResult.TopicResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.LongFunction;

/**
 * Asks a search the topics of a collection, and measures what it finds.
 *
 * <p>Topics without any judgement are left out and counted. Judgements of other topics are ignored.
 * Each topic is asked once, one after the other, and the first searches of a new virtual machine
 * are slow: run twice to compare times.
 *
 * <p>Immutable. Safe for use by many threads if the search and the function for names are.
 */
public final class Evaluation {
  private final List<Topic> topics;
  private final Judgements judgements;
  private final int unjudged;
  private final int ndcgCutoff;
  private final int recallCutoff;
  private final int depth;
  private final LongFunction<String> documentName;

  private Evaluation(Builder builder) {
    this.judgements = builder.judgements;
    this.topics =
        builder.topics.stream().filter(topic -> !judgements.grades(topic.id()).isEmpty()).toList();
    this.unjudged = builder.topics.size() - topics.size();
    this.ndcgCutoff = builder.ndcgCutoff;
    this.recallCutoff = builder.recallCutoff;
    this.depth = builder.depth;
    this.documentName = builder.documentName;
  }

  /**
   * Starts to build an evaluation. All other settings have defaults.
   *
   * @param topics the questions
   * @param judgements which documents answer them
   * @return a builder
   */
  public static Builder builder(List<Topic> topics, Judgements judgements) {
    return new Builder(topics, judgements);
  }

  /**
   * Measures a searcher in one mode. Asks for {@link Builder#depth} hits of all messages.
   *
   * <p>A search goes on where one of its signals or its reranker cannot answer. Its figures would
   * then be those of another search, so this method throws what prevented it.
   *
   * @param searcher the searcher
   * @param mode the signals that search
   * @return what was measured
   * @throws io.msgvault.embed.model.EmbedException if a search or one of its signals fails
   */
  public EvaluationResult run(Searcher searcher, SearchMode mode) {
    return run(topic -> names(searcher, mode, topic));
  }

  private List<String> names(Searcher searcher, SearchMode mode, Topic topic) {
    SearchResult result =
        searcher.search(SearchRequest.of(topic.text()).withMode(mode).withLimit(depth));
    requireAnswer(result.vector());
    requireAnswer(result.keyword());
    requireAnswer(result.reranker());
    return result.hits().stream().map(SearchHit::messageId).map(documentName::apply).toList();
  }

  private static void requireAnswer(SignalState state) {
    if (state instanceof SignalState.Unavailable unavailable) {
      throw unavailable.cause();
    }
  }

  /**
   * Measures any search.
   *
   * @param search returns the names of the documents that answer a topic, best first, each once
   * @return what was measured
   * @throws IllegalArgumentException if a ranking has a document twice
   */
  public EvaluationResult run(Function<Topic, List<String>> search) {
    List<TopicResult> results = new ArrayList<>();
    for (Topic topic : topics) {
      Map<String, Integer> grades = judgements.grades(topic.id());
      long began = System.nanoTime();
      List<String> ranking = search.apply(topic);
      Duration took = Duration.ofNanos(System.nanoTime() - began);
      Measures measures =
          Measures.of(
              ranking.subList(0, Math.min(depth, ranking.size())),
              grades,
              ndcgCutoff,
              recallCutoff);
      results.add(new TopicResult(topic, measures, took));
    }
    Measures mean = Measures.mean(results.stream().map(TopicResult::measures).toList());
    return new EvaluationResult(results, mean, unjudged);
  }

  /** Builds an evaluation. Not safe for use by many threads. */
  public static final class Builder {
    private final List<Topic> topics;
    private final Judgements judgements;
    private int ndcgCutoff = 10;
    private int recallCutoff = 100;
    private int depth = 100;
    private LongFunction<String> documentName = Long::toString;

    private Builder(List<Topic> topics, Judgements judgements) {
      this.topics = List.copyOf(topics);
      this.judgements = judgements;
    }

    /**
     * Sets the k of {@link Measures#ndcg}. Default: 10.
     *
     * @param cutoff the number of documents, at least 1 and at most {@link #depth}
     * @return this builder
     */
    public Builder ndcgAt(int cutoff) {
      this.ndcgCutoff = Measures.requireCutoff("ndcgAt", cutoff);
      return this;
    }

    /**
     * Sets the k of {@link Measures#recall}. Default: 100.
     *
     * @param cutoff the number of documents, at least 1 and at most {@link #depth}
     * @return this builder
     */
    public Builder recallAt(int cutoff) {
      this.recallCutoff = Measures.requireCutoff("recallAt", cutoff);
      return this;
    }

    /**
     * Sets how many documents of a ranking are asked for and measured. {@link
     * Measures#averagePrecision} and {@link Measures#reciprocalRank} see this many; published
     * figures often have 1,000. A depth above {@link Searcher.Builder#candidates} also raises the
     * candidates, and so may change the ranking. Default: 100.
     *
     * @param depth the number of documents, 1 to {@value SearchRequest#MAX_LIMIT}
     * @return this builder
     * @throws IllegalArgumentException if the number is out of range
     */
    public Builder depth(int depth) {
      if (depth < 1 || depth > SearchRequest.MAX_LIMIT) {
        throw new IllegalArgumentException(
            "depth is " + depth + ", but must be from 1 to " + SearchRequest.MAX_LIMIT);
      }
      this.depth = depth;
      return this;
    }

    /**
     * Sets how judgements name a message. Default: its id as a decimal number.
     *
     * @param documentName returns the name of the message with an id
     * @return this builder
     */
    public Builder documentName(LongFunction<String> documentName) {
      this.documentName = documentName;
      return this;
    }

    /**
     * Builds the evaluation.
     *
     * @return the evaluation
     * @throws IllegalArgumentException if a cutoff is above the depth, or no topic has a judgement
     */
    public Evaluation build() {
      if (Math.max(ndcgCutoff, recallCutoff) > depth) {
        throw new IllegalArgumentException(
            "depth is " + depth + ", but the cutoffs are " + ndcgCutoff + " and " + recallCutoff);
      }
      Evaluation evaluation = new Evaluation(this);
      if (evaluation.topics.isEmpty()) {
        throw new IllegalArgumentException(
            "no topic has a judgement: compare the ids of topics and judgements");
      }
      return evaluation;
    }
  }
}
