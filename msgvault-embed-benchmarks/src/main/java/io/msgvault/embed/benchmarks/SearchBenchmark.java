package io.msgvault.embed.benchmarks;

import io.msgvault.embed.model.Fingerprint;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.sqlite.SqliteVectorStore;
import io.msgvault.embed.store.ChunkVector;
import io.msgvault.embed.store.MessageVectors;
import io.msgvault.embed.store.VectorHit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * Finds the ten nearest of many vectors in an SQLite file. It compares our search with the
 * extension sqlite-vec, which reads each vector, and with Lucene's HNSW graph.
 */
final class SearchBenchmark implements Bench.Benchmark {
  private static final int VECTORS = 1_000_000;

  /** The default number of vectors that Lucene indexes, about two minutes of work. */
  private static final int PARTITION_VECTORS =
      Optional.ofNullable(System.getenv("BENCH_LUCENE")).map(Integer::valueOf).orElse(100_000);

  private static final int K = 10;
  private static final int QUERIES = 100;
  private static final int ROUNDS = 5;
  private static final int BATCH = 2000;

  /** Every vector at a multiple of this number is a query. */
  private static final int HELD_OUT_EVERY = 10;

  @Override
  public BenchmarkResult run(Scale scale, Workspace workspace)
      throws IOException, InterruptedException {
    int vectors = scale.of(VECTORS);
    Path mailbox = Post.anyMailbox();
    List<float[]> real = RealVectors.of(mailbox);
    PerturbedVectors cloud = new PerturbedVectors(real, 1);
    PerturbedVectors questions = new PerturbedVectors(real, 2);
    List<float[]> queries = LongStream.range(0, QUERIES).mapToObj(questions::vector).toList();
    System.out.printf(
        "%,d vectors of %d components, made of the %,d of %s: each one real vector mixed with"
            + " another (0 to 50 %%) and noise of 0.4 its length; %d queries made the same way%n",
        vectors, cloud.dimension(), real.size(), mailbox.getFileName(), QUERIES);
    List<Set<Long>> truth = ExactSearch.nearest(cloud::vector, vectors, queries, K);

    Path file = workspace.path("vectors.db");
    double seconds = Measurements.millis(() -> fill(file, cloud, vectors)) / 1e3;
    System.out.printf("ours: filled in %.1f s, file of %,d MB%n", seconds, Files.size(file) >> 20);
    BenchmarkResult figures = new BenchmarkResult();
    measureHelpers(file, queries, truth);
    try (SqliteVectorStore store = SqliteVectorStore.install(file)) {
      Function<float[], Set<Long>> search = searchFunction(store);
      double first = Measurements.millis(() -> store.search(1, queries.get(0), K));
      SearchTimings ours = SearchTimings.of(queries, truth, ROUNDS, search);
      System.out.printf("ours, one thread: %s, first search %.0f ms%n", ours, first);
      System.out.printf("codes: %.1f MB%n", store.codeBytes() / 1e6);
      FilteredSearches.print(store, queries, K, vectors);
      SqliteVec.measure(workspace, cloud, vectors, queries, truth, search)
          .ifPresent(speedup -> figures.put("speedup", speedup));
      figures
          .put("recall", ours.recall())
          .put("p50_ms", ours.percentile(50))
          .put("p99_ms", ours.percentile(99))
          .put("open_ms", first);
    }

    int some = scale.of(PARTITION_VECTORS);
    List<Set<Long>> truthOfSome = ExactSearch.nearest(cloud::vector, some, queries, K);
    Path small = workspace.path("some-vectors.db");
    fill(small, cloud, some);
    try (SqliteVectorStore store = SqliteVectorStore.install(small)) {
      Function<float[], Set<Long>> search = searchFunction(store);
      LuceneHnsw.measure(workspace, cloud, some, queries, truthOfSome, search)
          .ifPresent(ratio -> figures.put("lucene_ratio", ratio));
    }

    partition(cloud, vectors, real, queries, RealVectors.subjects(mailbox));
    return figures;
  }

  /** Uses the synthetic vectors, or the real ones without the queries. */
  private static void partition(
      PerturbedVectors cloud,
      int vectors,
      List<float[]> real,
      List<float[]> queries,
      List<float[]> subjects) {
    List<float[]> some = subjects.stream().limit(QUERIES).toList();
    NearestCells cells = new NearestCells(i -> cloud.vector(i + 1L), vectors);
    cells.print("made alike", queries, K);
    cells.print("subjects", some, K);
    List<float[]> heldOut = new ArrayList<>();
    List<float[]> rest = new ArrayList<>();
    for (int i = 0; i < real.size(); i++) {
      (i % HELD_OUT_EVERY == 0 ? heldOut : rest).add(real.get(i));
    }
    NearestCells ofReal = new NearestCells(rest::get, rest.size());
    ofReal.print("other chunks", heldOut, K);
    ofReal.print("subjects", some, K);
  }

  /** Measures searches with and without the threads of an executor, in turn. */
  private static void measureHelpers(Path file, List<float[]> queries, List<Set<Long>> truth) {
    ExecutorService pool = Executors.newCachedThreadPool();
    try (SqliteVectorStore helped = SqliteVectorStore.builder(file).executor(pool).open();
        SqliteVectorStore alone = SqliteVectorStore.open(file)) {
      List<SearchTimings> timings =
          SearchTimings.alternating(
              queries, truth, ROUNDS, List.of(searchFunction(helped), searchFunction(alone)));
      System.out.printf(
          "ours, %d threads: %s%nours, one thread, in turn with it: %s%n",
          Runtime.getRuntime().availableProcessors(), timings.get(0), timings.get(1));
    } finally {
      pool.shutdown();
    }
  }

  private static void fill(Path file, PerturbedVectors cloud, int vectors) {
    try (SqliteVectorStore store = SqliteVectorStore.install(file)) {
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

  private static Function<float[], Set<Long>> searchFunction(SqliteVectorStore store) {
    return query -> ids(store.search(1, query, K));
  }

  static Set<Long> ids(Collection<VectorHit> hits) {
    return hits.stream().map(VectorHit::messageId).collect(Collectors.toSet());
  }
}
