package io.msgvault.embed.benchmarks;

import io.msgvault.embed.EmbedJob;
import io.msgvault.embed.RunOutcome;
import io.msgvault.embed.archive.NewMessage;
import io.msgvault.embed.benchmarks.JudgedCollection.Document;
import io.msgvault.embed.embedder.Embedder;
import io.msgvault.embed.lucene.LuceneWordIndex;
import io.msgvault.embed.onnx.OnnxReranker;
import io.msgvault.embed.search.SearchMode;
import io.msgvault.embed.search.Searcher;
import io.msgvault.embed.search.evaluation.Evaluation;
import io.msgvault.embed.search.evaluation.EvaluationResult;
import io.msgvault.embed.search.evaluation.Measures;
import io.msgvault.embed.sqlite.SqliteArchive;
import io.msgvault.embed.sqlite.SqliteMessageStore;
import io.msgvault.embed.sqlite.SqliteVectorStore;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Measures retrieval on judged collections: our three modes with default settings, and peers that
 * see the same texts. {@link NamedModel} is our model. The keys are nDCG@10. The times have no
 * embedding of questions, since all of them are embedded before.
 */
final class CollectionsBenchmark implements Bench.Benchmark {
  /** The questions of a collection that are asked at most; of more, every n-th is. */
  private static final int MAX_TOPICS =
      Optional.ofNullable(System.getenv("BENCH_QUESTIONS")).map(Integer::valueOf).orElse(300);

  private final Optional<Path> reranker;

  /**
   * @param reranker the folder of a cross-encoder, with {@code model.onnx} and {@code
   *     tokenizer.json}
   */
  CollectionsBenchmark(Optional<Path> reranker) {
    this.reranker = reranker;
  }

  @Override
  public BenchmarkResult run(Scale scale, Workspace workspace) throws IOException {
    BenchmarkResult figures = new BenchmarkResult();
    List<Double> hybrid = new ArrayList<>();
    List<Double> peers = new ArrayList<>();
    try (CachingEmbedder ours = new CachingEmbedder(NamedModel.open());
        CachingEmbedder theirs = new CachingEmbedder(new LangChainMiniLm())) {
      for (JudgedCollection all : JudgedCollection.all()) {
        JudgedCollection collection = all.withTopics(scale.of(MAX_TOPICS));
        Table table = new Table(collection, figures);
        collection.embedTopics(ours);
        collection.embedTopics(theirs);
        measureOurs(table, collection, ours, workspace.folder(collection.name()));
        measurePeers(table, collection, theirs);
        hybrid.add(table.hybrid);
        peers.add(table.peer);
      }
    }
    return figures.put("mean_hybrid", mean(hybrid)).put("mean_peer", mean(peers));
  }

  private static double mean(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
  }

  private void measureOurs(
      Table table, JudgedCollection collection, Embedder embedder, Path folder) {
    List<NewMessage> batch = new ArrayList<>();
    for (Document document : collection.documents()) {
      batch.add(
          NewMessage.builder(collection.name(), document.name())
              .subject(document.title())
              .text(document.text())
              .build());
    }
    Path archive = folder.resolve("archive.db");
    try (SqliteArchive store = SqliteArchive.install(archive)) {
      store.storeAll(batch); // ids from 1 on, in this order
    }
    try (SqliteMessageStore messages = SqliteMessageStore.open(archive);
        SqliteVectorStore vectors = SqliteVectorStore.install(folder.resolve("vectors.db"));
        LuceneWordIndex words = LuceneWordIndex.install(folder.resolve("words"));
        EmbedJob job = EmbedJob.builder(messages, vectors, embedder).words(words).build()) {
      if (!(job.runOnce() instanceof RunOutcome.Completed completed) || !completed.activated()) {
        throw new IllegalStateException("the index is not complete");
      }
      Searcher.Builder builder = Searcher.builder(messages, vectors, embedder).words(words);
      Searcher searcher = builder.build();
      for (SearchMode mode : SearchMode.values()) {
        table.add(
            mode.name().toLowerCase(Locale.ROOT),
            "ours, " + mode.name().toLowerCase(Locale.ROOT),
            table.evaluation.run(searcher, mode));
      }
      reranker.ifPresent(model -> measureReranked(table, builder, model));
    }
  }

  private static void measureReranked(Table table, Searcher.Builder builder, Path model) {
    try (OnnxReranker reranker =
        OnnxReranker.builder()
            .model(model.resolve("model.onnx"))
            .tokenizer(model.resolve("tokenizer.json"))
            .build()) {
      Searcher searcher = builder.reranker(reranker).rerankWithin(Duration.ofMinutes(1)).build();
      table.add("reranked", "ours, reranked", table.evaluation.run(searcher, SearchMode.HYBRID));
    }
  }

  private static void measurePeers(Table table, JudgedCollection collection, Embedder embedder)
      throws IOException {
    try (CollectionPeers peers = new CollectionPeers(collection, embedder)) {
      table.add("lc4j", "LangChain4j, exact", table.evaluation.run(peers::byVectors));
      table.add("lucene", "Lucene, English", table.evaluation.run(peers::byWords));
      table.add("peer", "RRF of these two", table.evaluation.run(peers::byBoth));
    }
  }

  /** Prints a row for each way to search one collection, and keeps the figures. */
  private static final class Table {
    private final String collection;
    private final Evaluation evaluation;
    private final BenchmarkResult figures;
    private double hybrid;
    private double peer;

    Table(JudgedCollection collection, BenchmarkResult figures) {
      this.collection = collection.name();
      this.figures = figures;
      this.evaluation =
          Evaluation.builder(collection.topics(), collection.judgements())
              .documentName(id -> collection.documents().get(Math.toIntExact(id) - 1).name())
              .build();
      System.out.printf(
          "%n%s%n%-20s %8s %8s %8s %8s %9s %9s%n",
          collection.size(), "", "nDCG@10", "R@100", "MAP", "MRR", "p50 ms", "p99 ms");
    }

    void add(String key, String name, EvaluationResult result) {
      Measures mean = result.mean();
      System.out.printf(
          Locale.ROOT,
          "%-20s %8.4f %8.4f %8.4f %8.4f %9.2f %9.2f%n",
          name,
          mean.ndcg(),
          mean.recall(),
          mean.averagePrecision(),
          mean.reciprocalRank(),
          result.percentile(50).toNanos() / 1e6,
          result.percentile(99).toNanos() / 1e6);
      figures.put(collection + "_" + key, mean.ndcg());
      if (key.equals("hybrid")) {
        hybrid = mean.ndcg();
      } else if (key.equals("peer")) {
        peer = mean.ndcg();
      }
    }
  }
}
