package io.msgvault.embed.opensearch;

import io.msgvault.embed.store.MessageRevision;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;

/** Reads hits page by page, since a cluster gives 10,000 at most, and takes 65,536 ids at most. */
final class Pages {
  /** The greatest number of hits in a reply. */
  static final int MAX_HITS = 10_000;

  private static final int MAX_IDS = 50_000;

  private final Function<Map<String, ?>, Optional<Json>> search;

  /**
   * Creates a reader.
   *
   * @param search sends a search; its result is empty if there is no index
   */
  Pages(Function<Map<String, ?>, Optional<Json>> search) {
    this.search = search;
  }

  /** Returns the best hits of a query by score, then by id. */
  List<Json> best(Map<String, ?> query, int k) {
    return pages(query, k, List.of(Map.of("_score", "desc"), Map.of("id", "asc")));
  }

  /** Returns the messages of a query, by id. */
  List<MessageRevision> entries(Map<String, ?> query, int limit) {
    return pages(query, limit, List.of(Map.of("id", "asc"))).stream()
        .map(
            hit ->
                new MessageRevision(
                    VectorQueries.first(hit.get("fields", "id")).asLong(),
                    VectorQueries.first(hit.get("fields", "revision")).asLong()))
        .toList();
  }

  /** Returns the messages above an id, by id. */
  List<MessageRevision> entries(long afterId, int limit) {
    return entries(Map.of("range", Map.of("id", Map.of("gt", afterId))), limit);
  }

  /** Returns those of these messages that are there, by id. */
  List<MessageRevision> entries(Collection<Long> ids) {
    List<MessageRevision> entries = new ArrayList<>();
    for (List<Long> part : parts(ids)) {
      entries.addAll(entries(Map.of("terms", Map.of("id", part)), Integer.MAX_VALUE));
    }
    return entries;
  }

  /** Cuts ids into parts that a query takes, ascending, each id once. */
  static List<List<Long>> parts(Collection<Long> ids) {
    return parts(ids, MAX_IDS);
  }

  /** Cuts ids into parts of a size, ascending, each id once. */
  static List<List<Long>> parts(Collection<Long> ids, int size) {
    List<Long> sorted = new ArrayList<>(new TreeSet<>(ids));
    List<List<Long>> parts = new ArrayList<>();
    for (int from = 0; from < sorted.size(); from += size) {
      parts.add(sorted.subList(from, Math.min(sorted.size(), from + size)));
    }
    return parts;
  }

  private List<Json> pages(Map<String, ?> query, int limit, List<?> sort) {
    List<Json> hits = new ArrayList<>();
    List<Object> after = List.of();
    while (hits.size() < limit) {
      int size = Math.min(MAX_HITS, limit - hits.size());
      Map<String, Object> body = new LinkedHashMap<>();
      body.put("size", size);
      body.put("_source", false);
      body.put("track_total_hits", false);
      body.put("docvalue_fields", List.of("id", "revision"));
      body.put("sort", sort);
      body.put("query", query);
      if (!after.isEmpty()) {
        body.put("search_after", after);
      }
      Optional<Json> reply = search.apply(body);
      if (reply.isEmpty()) {
        return hits;
      }
      List<Json> page = reply.get().get("hits", "hits").list();
      hits.addAll(page);
      if (page.size() < size) {
        return hits;
      }
      after = page.get(page.size() - 1).get("sort").list().stream().map(Json::raw).toList();
    }
    return hits;
  }
}
