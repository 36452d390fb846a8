package io.msgvault.embed.search;

import io.msgvault.embed.model.Coverage;
import io.msgvault.embed.model.Generation;
import java.util.List;
import java.util.Optional;

/**
 * Holds the hits of a search, the state of its signals, and the index that answered.
 *
 * @param hits the best messages, by score descending, then by id ascending
 * @param vector the state of the vector signal
 * @param keyword the state of the keyword signal
 * @param index the index that answered; empty if the vector signal did not
 */
public record SearchResult(
    List<SearchHit> hits, SignalState vector, SignalState keyword, Optional<Index> index) {
  /** Copies the list. */
  public SearchResult {
    hits = List.copyOf(hits);
  }

  /**
   * Names the index that answered.
   *
   * @param generation the active generation
   * @param coverage how much of the archive the generation covered when that was last counted, see
   *     {@link Searcher.Builder#coverageAge}
   */
  public record Index(Generation generation, Coverage coverage) {}
}
