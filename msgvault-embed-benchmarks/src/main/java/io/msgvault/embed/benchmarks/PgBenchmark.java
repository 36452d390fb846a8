package io.msgvault.embed.benchmarks;

import io.msgvault.embed.pgvector.PgVectorStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Filling and indexing a generation in PostgreSQL against inserting into an index that is there,
 * and searching it; beside it the pgvector stores of LangChain4j and of Spring AI.
 */
final class PgBenchmark implements Bench.Benchmark {
  private static final int DIMENSION = 384;
  private static final int BATCH = 256;
  private static final int K = 10;
  private static final int WARM_UP = 50;
  private static final int QUERIES = 200;
  private static final int ROUNDS = 3;

  @Override
  public Figures run(Scale scale, Workspace workspace) throws IOException {
    int count = scale.of(50_000);
    Path mailbox = Post.anyMailbox();
    List<float[]> real = RealVectors.of(mailbox);
    MadeVectors data = MadeVectors.clustered(count, QUERIES, DIMENSION);
    Truth truth = new Truth(data);
    try (PgSchema schema = new PgSchema();
        PgVectorStore store = PgVectorStore.builder(schema.dataSource(), schema.name()).open()) {
      double[] filled = new double[ROUNDS];
      OurPgVectors ours = OurPgVectors.indexedLast(store, 1, DIMENSION);
      filled[0] = fill(ours, data);
      for (int round = 1; round < ROUNDS; round++) {
        ours = OurPgVectors.indexedLast(store, round + 1L, DIMENSION);
        filled[round] = fill(ours, data);
        store.reclaim();
      }
      Answers ourAnswers = ask(ours, data, truth);
      print(ours, Rounds.median(filled), ourAnswers);

      VectorBackend ready = OurPgVectors.indexedFirst(store, ROUNDS + 1L, DIMENSION);
      double inserted = fill(ready, data);
      print(ready, inserted, ask(ready, data, truth));
      store.retireForced(ROUNDS + 1L);
      store.reclaim();

      measure(LangChainPgVectors.ivfflat(schema, DIMENSION, (int) Math.sqrt(count)), data, truth);
      measure(LangChainPgVectors.hnswByHand(schema, DIMENSION), data, truth);
      measure(new SpringPgVectors(schema, DIMENSION), data, truth);

      System.out.printf("made of the %,d real ones of %s:%n", real.size(), mailbox.getFileName());
      Answers realAnswers =
          measureIndexed(schema, store, ROUNDS + 2L, MadeVectors.like(real, count, QUERIES));
      System.out.println("in all directions alike:");
      Answers scatteredAnswers =
          measureIndexed(
              schema, store, ROUNDS + 3L, MadeVectors.scattered(count, QUERIES, DIMENSION));
      return new Figures()
          .put("fill_ratio", inserted / Rounds.median(filled))
          .put("recall", Math.min(ourAnswers.recall, realAnswers.recall))
          .put("scattered_recall", scatteredAnswers.recall)
          .put("p50_ms", ourAnswers.p50)
          .put("p99_ms", ourAnswers.p99)
          .put("real_p50_ms", realAnswers.p50)
          .put("fill_s", Rounds.median(filled) / 1e3);
    }
  }

  /** Ours and a plain HNSW index, both made when all vectors are there. */
  private static Answers measureIndexed(
      PgSchema schema, PgVectorStore store, long generation, MadeVectors data) {
    Truth truth = new Truth(data);
    Answers answers = measure(OurPgVectors.indexedLast(store, generation, DIMENSION), data, truth);
    measure(LangChainPgVectors.hnswByHand(schema, DIMENSION), data, truth);
    return answers;
  }

  private static Answers measure(VectorBackend backend, MadeVectors data, Truth truth) {
    double filled = fill(backend, data);
    Answers answers = ask(backend, data, truth);
    print(backend, filled, answers);
    return answers;
  }

  private static double fill(VectorBackend backend, MadeVectors data) {
    List<float[]> vectors = Arrays.asList(data.vectors);
    return Rounds.millis(
        () -> {
          for (int from = 0; from < vectors.size(); from += BATCH) {
            backend.add(from, vectors.subList(from, Math.min(from + BATCH, vectors.size())));
          }
          backend.complete();
        });
  }

  private static Answers ask(VectorBackend backend, MadeVectors data, Truth truth) {
    for (int i = 0; i < WARM_UP; i++) {
      backend.search(data.queries[i], K);
    }
    double[] millis = new double[QUERIES];
    double found = 0;
    for (int i = 0; i < QUERIES; i++) {
      float[] query = data.queries[i];
      long began = System.nanoTime();
      List<Integer> hits = backend.search(query, K);
      millis[i] = (System.nanoTime() - began) / 1e6;
      found += truth.found(i, hits);
    }
    return new Answers(found / (QUERIES * K), Rounds.median(millis), Rounds.percentile(99, millis));
  }

  private record Answers(double recall, double p50, double p99) {}

  private static void print(VectorBackend backend, double fillMillis, Answers answers) {
    System.out.printf(
        "%-42s fill %7.1f s   search p50 %7.2f ms, p99 %7.2f ms   recall@10 %.3f   by hand: %s%n",
        backend.name(),
        fillMillis / 1e3,
        answers.p50,
        answers.p99,
        answers.recall,
        backend.byHand());
  }

  /** The true nearest of each query. */
  private static final class Truth {
    private final int[][] nearest;

    Truth(MadeVectors data) {
      nearest =
          Arrays.stream(data.queries).map(query -> data.nearest(query, K)).toArray(int[][]::new);
    }

    int found(int query, List<Integer> hits) {
      Set<Integer> found = new HashSet<>(hits);
      return (int) Arrays.stream(nearest[query]).filter(found::contains).count();
    }
  }
}
