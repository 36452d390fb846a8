package io.msgvault.embed.benchmarks;

import io.msgvault.embed.sqlite.SqliteVectorStore;
import io.msgvault.embed.store.VectorHit;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.LongStream;

/**
 * Measures searches with a filter that a share of the messages match. They are planned as in {@code
 * Searcher}. The time to evaluate the filter is not counted.
 */
final class FilteredSearches {
  private static final int QUERIES = 20;
  private static final int ROUNDS = 2;

  // As in Searcher.
  private static final int EXACT_BELOW = 2000;
  private static final int FILTER_LIST_LIMIT = 20_000;
  private static final int MAX_WIDENING = 16;

  private FilteredSearches() {}

  static void print(SqliteVectorStore store, List<float[]> queries, int k, int vectors) {
    List<float[]> sample = queries.subList(0, QUERIES);
    for (double share : new double[] {0.001, 0.01, 0.1, 0.5}) {
      SplittableRandom random = new SplittableRandom(3);
      List<Long> matching =
          LongStream.rangeClosed(1, vectors)
              .filter(id -> random.nextDouble() < share)
              .boxed()
              .toList();
      String filter = String.format(Locale.ROOT, "filter that %.1f %% match", share * 100);
      if (matching.size() > FILTER_LIST_LIMIT) {
        Set<Long> matches = Set.copyOf(matching);
        print(filter + ", widened", sample, query -> widen(store, query, k, matches));
        continue;
      }
      List<Set<Long>> truth =
          print(
              filter + ", each compared",
              sample,
              query -> store.searchExactly(1, query, k, matching));
      if (matching.size() > EXACT_BELOW) {
        SearchTimings byCodes =
            SearchTimings.of(
                sample,
                truth,
                ROUNDS,
                query -> SearchBenchmark.ids(store.search(1, query, k, matching)));
        System.out.printf("ours, one thread, %s, by codes: %s%n", filter, byCodes);
      }
    }
  }

  /** Prints the times, and returns the hits of each query. */
  private static List<Set<Long>> print(
      String name, List<float[]> queries, Function<float[], List<VectorHit>> search) {
    Function<float[], Set<Long>> ids = query -> SearchBenchmark.ids(search.apply(query));
    List<Set<Long>> found = queries.stream().map(ids).toList();
    System.out.printf(
        "ours, one thread, %s: %s%n", name, SearchTimings.of(queries, found, ROUNDS, ids).times());
    return found;
  }

  private static List<VectorHit> widen(
      SqliteVectorStore store, float[] query, int k, Set<Long> matching) {
    long wanted = k + k / 2L;
    while (true) {
      List<VectorHit> found = store.search(1, query, (int) wanted);
      List<VectorHit> hits =
          found.stream().filter(hit -> matching.contains(hit.messageId())).limit(k).toList();
      if (hits.size() == k || found.size() < wanted) {
        return hits;
      }
      wanted *= Math.min(MAX_WIDENING, 2L * k / Math.max(1, hits.size()));
    }
  }
}
