package io.msgvault.embed.search;

import io.msgvault.embed.model.EmbedException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Holds the hits of a search over several archives, and what each archive answered. An {@link
 * ArchivesSearcher} makes it. Immutable.
 *
 * @param hits the hits of the page, best first
 * @param answers the result of each archive that answered, by its name, in the order of the
 *     archives: its hits of the page, the state of its signals and how complete its indexes are
 * @param failures why an archive could not answer, by its name; no hit is from it
 */
public record ArchivesResult(
    List<Hit> hits, Map<String, SearchResult> answers, Map<String, EmbedException> failures) {
  /** Copies the collections. */
  public ArchivesResult {
    hits = List.copyOf(hits);
    answers = Collections.unmodifiableMap(new LinkedHashMap<>(answers));
    failures = Collections.unmodifiableMap(new LinkedHashMap<>(failures));
  }

  /**
   * Names the archive of a hit.
   *
   * @param archive the name that the searcher has for it
   * @param hit the hit, whose id belongs to that archive
   */
  public record Hit(String archive, SearchHit hit) {}
}
