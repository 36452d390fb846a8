package io.msgvault.embed.benchmarks;

import io.msgvault.embed.pgvector.PgVectorStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Measures filling, indexing and searching a generation in PostgreSQL. It compares them with
 * inserts into an existing index, and with the pgvector stores of LangChain4j and Spring AI.
 */
final class PgBenchmark implements Bench.Benchmark {
  private static final int DIMENSION = 384;
  private static final int BATCH = 256;
  private static final int K = 10;
  private static final int WARM_UP_QUERIES = 50;
  private static final int QUERIES = 200;
  private static final int ROUNDS = 3;

  @Override
  public BenchmarkResult run(Scale scale, Workspace workspace) throws IOException {
    int count = scale.of(50_000);
    Path mailbox = Post.anyMailbox();
    List<float[]> real = RealVectors.of(mailbox);
    SyntheticVectors data = SyntheticVectors.clustered(count, QUERIES, DIMENSION);
    GroundTruth truth = new GroundTruth(data);
    try (PgSchema schema = new PgSchema();
        PgVectorStore store = PgVectorStore.builder(schema.dataSource(), schema.name()).install()) {
      double[] filled = new double[ROUNDS];
      MsgvaultPgVectors ours = MsgvaultPgVectors.indexedLast(store, 1, DIMENSION);
      filled[0] = fill(ours, data);
      for (int round = 1; round < ROUNDS; round++) {
        ours = MsgvaultPgVectors.indexedLast(store, round + 1L, DIMENSION);
        filled[round] = fill(ours, data);
        store.dropRetired();
      }
      Measured ourAnswers = runQueries(ours, data, truth);
      print(ours, Measurements.median(filled), ourAnswers);

      VectorBackend ready = MsgvaultPgVectors.indexedFirst(store, ROUNDS + 1L, DIMENSION);
      double inserted = fill(ready, data);
      print(ready, inserted, runQueries(ready, data, truth));
      store.forceRetire(ROUNDS + 1L);
      store.dropRetired();

      measure(LangChainPgVectors.ivfflat(schema, DIMENSION, (int) Math.sqrt(count)), data, truth);
      measure(LangChainPgVectors.hnswByHand(schema, DIMENSION), data, truth);
      measure(new SpringPgVectors(schema, DIMENSION), data, truth);

      System.out.printf("made of the %,d real ones of %s:%n", real.size(), mailbox.getFileName());
      Measured realAnswers =
          measureIndexed(
              schema, store, ROUNDS + 2L, SyntheticVectors.resembling(real, count, QUERIES));
      System.out.println("in all directions alike:");
      Measured scatteredAnswers =
          measureIndexed(
              schema, store, ROUNDS + 3L, SyntheticVectors.uniform(count, QUERIES, DIMENSION));
      return new BenchmarkResult()
          .put("fill_ratio", inserted / Measurements.median(filled))
          .put("recall", Math.min(ourAnswers.recall, realAnswers.recall))
          .put("scattered_recall", scatteredAnswers.recall)
          .put("p50_ms", ourAnswers.p50)
          .put("p99_ms", ourAnswers.p99)
          .put("real_p50_ms", realAnswers.p50)
          .put("fill_s", Measurements.median(filled) / 1e3);
    }
  }

  /** Our store and a plain HNSW index, both built after all vectors are inserted. */
  private static Measured measureIndexed(
      PgSchema schema, PgVectorStore store, long generation, SyntheticVectors data) {
    GroundTruth truth = new GroundTruth(data);
    Measured answers =
        measure(MsgvaultPgVectors.indexedLast(store, generation, DIMENSION), data, truth);
    measure(LangChainPgVectors.hnswByHand(schema, DIMENSION), data, truth);
    return answers;
  }

  private static Measured measure(VectorBackend backend, SyntheticVectors data, GroundTruth truth) {
    double filled = fill(backend, data);
    Measured answers = runQueries(backend, data, truth);
    print(backend, filled, answers);
    return answers;
  }

  private static double fill(VectorBackend backend, SyntheticVectors data) {
    List<float[]> vectors = Arrays.asList(data.vectors);
    return Measurements.millis(
        () -> {
          for (int from = 0; from < vectors.size(); from += BATCH) {
            backend.add(from, vectors.subList(from, Math.min(from + BATCH, vectors.size())));
          }
          backend.finishFill();
        });
  }

  private static Measured runQueries(
      VectorBackend backend, SyntheticVectors data, GroundTruth truth) {
    for (int i = 0; i < WARM_UP_QUERIES; i++) {
      backend.search(data.queries[i], K);
    }
    double[] millis = new double[QUERIES];
    double found = 0;
    for (int i = 0; i < QUERIES; i++) {
      float[] query = data.queries[i];
      long began = System.nanoTime();
      List<Integer> hits = backend.search(query, K);
      millis[i] = (System.nanoTime() - began) / 1e6;
      found += truth.countMatches(i, hits);
    }
    return new Measured(
        found / (QUERIES * K), Measurements.median(millis), Measurements.percentile(99, millis));
  }

  private record Measured(double recall, double p50, double p99) {}

  private static void print(VectorBackend backend, double fillMillis, Measured answers) {
    System.out.printf(
        "%-42s fill %7.1f s   search p50 %7.2f ms, p99 %7.2f ms   recall@10 %.3f   by hand: %s%n",
        backend.name(),
        fillMillis / 1e3,
        answers.p50,
        answers.p99,
        answers.recall,
        backend.manualSteps());
  }

  /** The true nearest vectors of each query. */
  private static final class GroundTruth {
    private final int[][] nearest;

    GroundTruth(SyntheticVectors data) {
      nearest =
          Arrays.stream(data.queries).map(query -> data.nearest(query, K)).toArray(int[][]::new);
    }

    int countMatches(int query, List<Integer> hits) {
      Set<Integer> found = new HashSet<>(hits);
      return (int) Arrays.stream(nearest[query]).filter(found::contains).count();
    }
  }
}
