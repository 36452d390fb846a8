package io.msgvault.embed.benchmarks;

import io.msgvault.embed.ChunkVector;
import io.msgvault.embed.Fingerprint;
import io.msgvault.embed.MessageVectors;
import io.msgvault.embed.Scope;
import io.msgvault.embed.VectorHit;
import io.msgvault.embed.sqlite.SqliteVectorStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * The ten nearest of many vectors in an SQLite file: ours against the extension sqlite-vec, which
 * compares the query with each, and against Lucene's HNSW graph.
 */
final class SearchBenchmark implements Bench.Benchmark {
  /** What an earlier run has made or fetched and the next one need not. */
  private static final Path CACHE = Path.of("msgvault-embed-benchmarks", "target", "bench");

  private static final int VECTORS = 1_000_000;
  private static final int K = 10;
  private static final int QUERIES = 100;
  private static final int ROUNDS = 5;
  private static final int BATCH = 2000;
  private static final int FILTERED_QUERIES = 20;

  /** As in {@code Searcher}. */
  private static final int FEW = 5000;

  private static final int WIDENING = 4;

  @Override
  public Figures run(Scale scale, Workspace workspace) throws IOException, InterruptedException {
    int vectors = scale.of(VECTORS);
    Path mailbox = Post.anyMailbox();
    List<float[]> real = RealVectors.of(mailbox, CACHE.resolve(mailbox.getFileName() + ".vectors"));
    VectorCloud cloud = new VectorCloud(real, 1);
    VectorCloud asked = new VectorCloud(real, 2);
    List<float[]> queries = LongStream.range(0, QUERIES).mapToObj(asked::vector).toList();
    System.out.printf(
        "%,d vectors of %d components, made of the %,d of %s: each one real vector mixed with"
            + " another (0 to 50 %%) and noise of 0.4 its length; %d queries made the same way%n",
        vectors, cloud.dimension(), real.size(), mailbox.getFileName(), QUERIES);
    List<Set<Long>> truth = Exact.nearest(cloud, vectors, queries, K);

    Path file = workspace.path("vectors.db");
    double seconds = Rounds.millis(() -> fill(file, cloud, vectors)) / 1e3;
    System.out.printf("ours: filled in %.1f s, file of %,d MB%n", seconds, Files.size(file) >> 20);
    Timings ours = ours(file, queries, truth, vectors);
    Figures figures = new Figures();
    Optional<Timings> theirs = SqliteVec.measure(CACHE, workspace, cloud, vectors, queries, truth);
    theirs.ifPresent(
        timings -> figures.put("speedup", timings.percentile(50) / ours.percentile(50)));
    figures
        .put("recall", ours.recall())
        .put("p50_ms", ours.percentile(50))
        .put("p99_ms", ours.percentile(99))
        .put("open_ms", ours.firstMillis());
    LuceneHnsw.measure(scale, workspace, cloud, vectors, queries)
        .ifPresent(
            timings -> figures.put("lucene_ratio", ours.percentile(50) / timings.percentile(50)));
    return figures;
  }

  private static void fill(Path file, VectorCloud cloud, int vectors) {
    try (SqliteVectorStore store = SqliteVectorStore.open(file)) {
      store.create(new Fingerprint("MiniLM", cloud.dimension(), "bench", Scope.ALL), 1);
      List<MessageVectors> batch = new ArrayList<>();
      for (int id = 1; id <= vectors; id++) {
        ChunkVector chunk = new ChunkVector(0, 1, cloud.vector(id));
        batch.add(new MessageVectors(id, 1, "", List.of(chunk)));
        if (batch.size() == BATCH || id == vectors) {
          store.upsert(1, batch);
          batch.clear();
        }
      }
    }
  }

  private static Timings ours(
      Path file, List<float[]> queries, List<Set<Long>> truth, int vectors) {
    Timings alone;
    try (SqliteVectorStore store = SqliteVectorStore.open(file)) {
      double first = Rounds.millis(() -> store.search(1, queries.get(0), K));
      alone = Timings.of(queries, truth, ROUNDS, query -> ids(store.search(1, query, K)), first);
      System.out.println("ours, one thread: " + alone);
      System.out.printf("codes: %.1f MB%n", store.codeBytes() / 1e6);
      filtered(store, queries, vectors);
    }
    ExecutorService pool = Executors.newCachedThreadPool();
    try (SqliteVectorStore store = SqliteVectorStore.open(file, Clock.systemUTC(), pool)) {
      double first = Rounds.millis(() -> store.search(1, queries.get(0), K));
      System.out.printf(
          "ours, %d threads: %s%n",
          Runtime.getRuntime().availableProcessors(),
          Timings.of(queries, truth, ROUNDS, query -> ids(store.search(1, query, K)), first));
    } finally {
      pool.shutdown();
    }
    return alone;
  }

  /**
   * With a filter, as {@code Searcher} does it: what matches is compared one by one where it is
   * little; else more and more of the best are asked for until enough of them match.
   */
  private static void filtered(SqliteVectorStore store, List<float[]> queries, int vectors) {
    for (double share : new double[] {0.001, 0.01, 0.1, 0.5}) {
      SplittableRandom random = new SplittableRandom(3);
      Set<Long> matching =
          LongStream.rangeClosed(1, vectors)
              .filter(id -> random.nextDouble() < share)
              .boxed()
              .collect(Collectors.toSet());
      double[] millis =
          queries.stream()
              .limit(FILTERED_QUERIES)
              .mapToDouble(
                  query ->
                      Rounds.millis(
                          () -> {
                            if (matching.size() <= FEW) {
                              store.searchAmong(1, query, K, matching);
                            } else {
                              widen(store, query, matching);
                            }
                          }))
              .toArray();
      System.out.printf(
          "ours, one thread, filter that %.1f %% match: p50 %.2f ms%n",
          share * 100, Rounds.median(millis));
    }
  }

  private static void widen(SqliteVectorStore store, float[] query, Set<Long> matching) {
    for (int wanted = K + K / 2; ; wanted *= WIDENING) {
      Set<Long> found = ids(store.search(1, query, wanted));
      int asked = found.size();
      found.retainAll(matching);
      if (found.size() >= K || asked < wanted) {
        return;
      }
    }
  }

  private static Set<Long> ids(Collection<VectorHit> hits) {
    return hits.stream().map(VectorHit::messageId).collect(Collectors.toSet());
  }
}
