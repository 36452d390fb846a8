package io.msgvault.embed.langchain4j;

import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.scoring.ScoringModel;
import io.msgvault.embed.embedder.TransientEmbedderException;
import io.msgvault.embed.search.Reranker;
import java.util.List;

/**
 * Makes a reranker of a {@link ScoringModel} of LangChain4j. Its failures are sorted as {@link
 * LangChain4jEmbedder} says. As safe for use by many threads as the model. {@link #close} releases
 * nothing, since the model belongs to the host.
 */
public final class LangChain4jReranker implements Reranker {
  private final ScoringModel model;

  /**
   * Creates a reranker.
   *
   * @param model the model; the reranker does not close it
   */
  public LangChain4jReranker(ScoringModel model) {
    this.model = model;
  }

  @Override
  public List<Double> score(String question, List<String> texts) {
    if (texts.isEmpty()) {
      return List.of();
    }
    List<Double> scores;
    try {
      scores = model.scoreAll(texts.stream().map(TextSegment::from).toList(), question).content();
    } catch (RuntimeException e) {
      throw LangChain4jFailures.sorted(e);
    }
    if (scores.size() != texts.size() || scores.stream().anyMatch(score -> !isFinite(score))) {
      throw new TransientEmbedderException(
          "the scoring model gave "
              + scores.stream().filter(LangChain4jReranker::isFinite).count()
              + " finite scores for "
              + texts.size()
              + " texts");
    }
    return List.copyOf(scores);
  }

  private static boolean isFinite(Double score) {
    return score != null && Double.isFinite(score);
  }

  @Override
  public void close() {}
}
