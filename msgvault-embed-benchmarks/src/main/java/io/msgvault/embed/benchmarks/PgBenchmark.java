package io.msgvault.embed.benchmarks;

import io.msgvault.embed.pgvector.PgVectorStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Measures filling, indexing and searching a generation in PostgreSQL. It compares them with
 * inserts into an existing index, with plain SQL, and with the pgvector stores of LangChain4j and
 * Spring AI, each tuned to the same recall.
 */
final class PgBenchmark implements Bench.Benchmark {
  private static final int DIMENSION = 384;
  private static final int BATCH = 256;
  private static final int QUERIES = 200;
  private static final int ROUNDS = 3;

  @Override
  public BenchmarkResult run(Scale scale, Workspace workspace) throws IOException {
    int count = scale.of(50_000);
    Path mailbox = Post.anyMailbox();
    List<float[]> real = RealVectors.of(mailbox);
    try (PgSchema schema = new PgSchema();
        PgVectorStore store =
            PgVectorStore.builder(schema.dataSource(), schema.name()).buildMemory(1500).install()) {
      BenchmarkResult result = new BenchmarkResult();
      SyntheticVectors clustered = SyntheticVectors.clustered(count, QUERIES, DIMENSION);
      measureFill(store, clustered, result);

      System.out.printf("%,d in clusters of some 100:%n", count);
      compare(schema, store, 10, clustered, true);
      System.out.printf(
          "%,d made of the %,d real ones of %s:%n", count, real.size(), mailbox.getFileName());
      Comparison few =
          compare(schema, store, 11, SyntheticVectors.resembling(real, count, QUERIES), true);
      System.out.printf("%,d made of them:%n", 10 * count);
      Comparison many =
          compare(schema, store, 12, SyntheticVectors.resembling(real, 10 * count, QUERIES), false);
      System.out.printf("%,d in all directions alike:%n", count);
      Comparison scattered =
          compare(schema, store, 13, SyntheticVectors.uniform(count, QUERIES, DIMENSION), false);
      return result
          .put("search_ratio", Math.max(few.toRaw(), many.toRaw()))
          .put("peer_ratio", few.toBestPeer())
          .put("recall", Math.min(few.ours.recall(), many.ours.recall()))
          .put("scattered_recall", scattered.ours.recall())
          .put("p50_ms", few.ours.p50())
          .put("many_p50_ms", many.ours.p50());
    }
  }

  /** Fills generations and indexes them at the end, and one whose index is there from the start. */
  private static void measureFill(
      PgVectorStore store, SyntheticVectors data, BenchmarkResult result) {
    double[] filled = new double[ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
      filled[round] = fill(MsgvaultPgVectors.indexedLast(store, round + 1L, DIMENSION), data);
      store.dropRetired();
    }
    long ready = ROUNDS + 1L;
    double inserted = fill(MsgvaultPgVectors.indexedFirst(store, ready, DIMENSION), data);
    store.forceRetire(ready);
    store.dropRetired();
    System.out.printf(
        "filled, then indexed: %.1f s; into a ready index: %.1f s%n",
        Measurements.median(filled) / 1e3, inserted / 1e3);
    result
        .put("fill_ratio", inserted / Measurements.median(filled))
        .put("fill_s", Measurements.median(filled) / 1e3);
  }

  /** The times of ours, of plain SQL, and of the other stores, at equal recall. */
  private record Comparison(TunedSearches.Tuned ours, List<TunedSearches.Tuned> peers) {
    double toRaw() {
      return ours.p50() / peers.get(0).p50();
    }

    double toBestPeer() {
      return ours.p50()
          / peers.stream().skip(1).mapToDouble(TunedSearches.Tuned::p50).min().orElseThrow();
    }
  }

  private static Comparison compare(
      PgSchema schema,
      PgVectorStore store,
      long generation,
      SyntheticVectors data,
      boolean withOthers) {
    VectorBackend ours = MsgvaultPgVectors.indexedLast(store, generation, DIMENSION);
    fill(ours, data);
    List<VectorBackend> peers = new ArrayList<>();
    peers.add(new RawPgVectors(schema, generation, DIMENSION));
    if (withOthers) {
      peers.add(LangChainPgVectors.hnswByHand(schema, DIMENSION));
      peers.add(new SpringPgVectors(schema, DIMENSION));
      peers.subList(1, peers.size()).forEach(peer -> fill(peer, data));
    }
    List<TunedSearches.Tuned> times =
        new TunedSearches(schema, new VectorQuestions(data)).compare(ours, peers);
    store.forceRetire(generation);
    store.dropRetired();
    return new Comparison(times.get(0), times.subList(1, times.size()));
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
}
