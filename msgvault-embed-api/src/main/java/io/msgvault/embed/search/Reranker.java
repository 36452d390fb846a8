package io.msgvault.embed.search;

import io.msgvault.embed.embedder.EmbedderException;
import java.util.List;

/**
 * Scores texts by how well they answer a question, better and slower than the two signals do. A
 * {@link Searcher} lets it reorder the head of a result.
 *
 * <p>Implementations are safe for use by many threads.
 */
public interface Reranker extends AutoCloseable {
  /**
   * Scores each text by itself. A higher score is a better answer. Scores of one reranker can be
   * compared, also across calls; their range is its own.
   *
   * @param question the question, not blank
   * @param texts the texts, in any number; long ones are cut at what the model takes
   * @return the scores in the order of the texts, each finite
   * @throws EmbedderException if the model fails; sorted into its three kinds as for an {@link
   *     io.msgvault.embed.embedder.Embedder}
   */
  List<Double> score(String question, List<String> texts);

  /** Releases the model. Closing twice is fine. */
  @Override
  void close();
}
