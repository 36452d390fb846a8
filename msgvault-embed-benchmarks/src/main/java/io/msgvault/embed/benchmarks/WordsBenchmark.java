package io.msgvault.embed.benchmarks;

import io.msgvault.embed.EmbedJob;
import io.msgvault.embed.JobEvent;
import io.msgvault.embed.JobEvent.PhaseEntered;
import io.msgvault.embed.RunOutcome;
import io.msgvault.embed.RunPhase;
import io.msgvault.embed.lucene.LuceneWordIndex;
import io.msgvault.embed.pgvector.PgWordIndex;
import io.msgvault.embed.search.SearchMode;
import io.msgvault.embed.search.SearchRequest;
import io.msgvault.embed.search.Searcher;
import io.msgvault.embed.sqlite.SqliteMessageStore;
import io.msgvault.embed.sqlite.SqliteVectorStore;
import io.msgvault.embed.store.MessageWords;
import io.msgvault.embed.store.WordField;
import io.msgvault.embed.store.WordIndex;
import io.msgvault.embed.store.WordQuery;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;
import org.apache.lucene.analysis.standard.StandardAnalyzer;
import org.apache.lucene.store.MMapDirectory;

/**
 * Finds the hundred best of many messages by words. Our two indexes and Lucene's own BM25 search
 * have the same texts and one thread, and get each question in turn. Then it searches end to end,
 * beside an embedder that costs nothing.
 */
final class WordsBenchmark implements Bench.Benchmark {
  private static final int MESSAGES = 1_000_000;
  private static final int K = 100;
  private static final int BATCH = 1024;

  private static final String OURS = "ours, Lucene's directory";
  private static final String LUCENE = "Lucene itself";
  private static final String PG = "ours, PostgreSQL";
  private static final String HYBRID = "hybrid, ten hits with passages";

  @Override
  public BenchmarkResult run(Scale scale, Workspace workspace) throws IOException {
    int messages = scale.of(MESSAGES);
    ZipfMail mail = new ZipfMail();
    Path archive = workspace.path("archive.db");
    mail.store(archive, messages);
    System.out.printf("%,d messages of 60 to 140 words%n", messages);
    try (PgSchema schema = new PgSchema();
        SqliteMessageStore store = SqliteMessageStore.open(archive);
        SqliteVectorStore vectors = SqliteVectorStore.install(workspace.path("vectors.db"));
        LuceneWordIndex words = LuceneWordIndex.install(workspace.path("words"));
        CloudEmbedder embedder = new CloudEmbedder();
        PgWordIndex pg = PgWordIndex.install(schema.dataSource(), schema.name());
        LuceneWords lucene = lucene(workspace.folder("lucene"), mail, messages)) {
      double rate = messages / fill(store, vectors, words, embedder);
      System.out.printf("ours, Lucene's directory: %,.0f messages/s in the run%n", rate);
      double pgSeconds = Measurements.millis(() -> fill(pg, mail, messages)) / 1e3;
      System.out.printf("ours, PostgreSQL: %,.0f messages/s%n", messages / pgSeconds);
      Searcher searcher = Searcher.builder(store, vectors, embedder).words(words).build();
      Map<String, ToIntFunction<String>> searches = new LinkedHashMap<>();
      searches.put(OURS, question -> search(words, question));
      searches.put(LUCENE, question -> lucene.search(question, K).size());
      searches.put(PG, question -> search(pg, question));
      WordTimings indexes = WordTimings.measure(mail, searches);
      WordTimings whole =
          WordTimings.measure(mail, Map.of(HYBRID, question -> search(searcher, question)));
      return new BenchmarkResult()
          .put("p50_ms", indexes.percentile(OURS, 50))
          .put("p99_ms", indexes.percentile(OURS, 99))
          .put("lucene_ratio", indexes.percentile(OURS, 50) / indexes.percentile(LUCENE, 50))
          .put("worst_ratio", indexes.worstRatio(OURS, LUCENE))
          .put("pg_p50_ms", indexes.percentile(PG, 50))
          .put("pg_p99_ms", indexes.percentile(PG, 99))
          .put("hybrid_p50_ms", whole.percentile(HYBRID, 50))
          .put("words_per_s", rate);
    }
  }

  private static LuceneWords lucene(Path folder, ZipfMail mail, int messages) throws IOException {
    Iterable<String> texts =
        () ->
            IntStream.rangeClosed(1, messages)
                .mapToObj(i -> mail.subject(i) + "\n" + mail.body(i))
                .iterator();
    return LuceneWords.index(new MMapDirectory(folder), new StandardAnalyzer(), texts);
  }

  /** Returns how many seconds the run took to write the words of all messages, before vectors. */
  private static double fill(
      SqliteMessageStore store,
      SqliteVectorStore vectors,
      WordIndex words,
      CloudEmbedder embedder) {
    Map<RunPhase, Long> entered = new EnumMap<>(RunPhase.class);
    try (EmbedJob job =
        EmbedJob.builder(store, vectors, embedder)
            .words(words)
            .listener(event -> note(event, entered))
            .build()) {
      if (!(job.runOnce() instanceof RunOutcome.Completed completed) || !completed.activated()) {
        throw new IllegalStateException("the index is not complete");
      }
    }
    long began = entered.getOrDefault(RunPhase.WORDS, 0L);
    return (entered.getOrDefault(RunPhase.FILL, 0L) - began) / 1e9;
  }

  private static void note(JobEvent event, Map<RunPhase, Long> entered) {
    if (event instanceof PhaseEntered phase) {
      entered.put(phase.phase(), System.nanoTime());
    }
  }

  private static void fill(WordIndex words, ZipfMail mail, int messages) {
    List<MessageWords> batch = new ArrayList<>();
    for (int i = 1; i <= messages; i++) {
      Map<WordField, String> texts =
          Map.of(WordField.SUBJECT, mail.subject(i), WordField.BODY, mail.body(i));
      batch.add(new MessageWords(i, 1, texts));
      if (batch.size() == BATCH || i == messages) {
        words.upsert(batch);
        batch.clear();
      }
    }
  }

  private static int search(WordIndex words, String question) {
    return words.search(WordQuery.parse(question, words.analyzer()), K).size();
  }

  private static int search(Searcher searcher, String question) {
    return searcher.search(SearchRequest.of(question).withMode(SearchMode.HYBRID)).hits().size();
  }
}
