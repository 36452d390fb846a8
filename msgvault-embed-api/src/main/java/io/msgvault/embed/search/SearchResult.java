package io.msgvault.embed.search;

import io.msgvault.embed.Coverage;
import io.msgvault.embed.Generation;
import java.util.List;

/**
 * The answer to a search.
 *
 * @param hits the best messages, by score descending, then id ascending
 * @param generation the index that answered
 * @param coverage how much of the archive it covered when that was last counted, see {@link
 *     Searcher.Builder#coverageAge}
 */
public record SearchResult(List<SearchHit> hits, Generation generation, Coverage coverage) {
  /** Copies the list. */
  public SearchResult {
    hits = List.copyOf(hits);
  }
}
