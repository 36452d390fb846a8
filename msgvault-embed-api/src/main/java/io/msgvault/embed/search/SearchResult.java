package io.msgvault.embed.search;

import io.msgvault.embed.model.Coverage;
import io.msgvault.embed.model.Generation;
import java.util.List;
import java.util.Optional;

/**
 * The answer to a search.
 *
 * @param hits the best messages, by score descending, then id ascending
 * @param vector what became of the search by meaning
 * @param keyword what became of the search by words
 * @param index the index that answered, if vectors did
 */
public record SearchResult(
    List<SearchHit> hits, SignalState vector, SignalState keyword, Optional<Index> index) {
  /** Copies the list. */
  public SearchResult {
    hits = List.copyOf(hits);
  }

  /**
   * The index that answered.
   *
   * @param generation its generation
   * @param coverage how much of the archive it covered when that was last counted, see {@link
   *     Searcher.Builder#coverageAge}
   */
  public record Index(Generation generation, Coverage coverage) {}
}
