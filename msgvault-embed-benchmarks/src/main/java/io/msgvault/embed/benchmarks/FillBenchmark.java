package io.msgvault.embed.benchmarks;

import io.msgvault.embed.EmbedJob;
import io.msgvault.embed.RunOutcome;
import io.msgvault.embed.embedder.InputType;
import io.msgvault.embed.lucene.LuceneWordIndex;
import io.msgvault.embed.sqlite.SqliteMessageStore;
import io.msgvault.embed.sqlite.SqliteVectorStore;
import io.msgvault.embed.store.WordIndex;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Compares a whole run (scan, prepare, chunk, digest, write, stamp) with a bare insertion of the
 * same vectors. The embedder costs nothing. The insertion goes to another SQLite file, with the
 * same durability and transactions of the same size. A second run keeps words too.
 */
final class FillBenchmark implements Bench.Benchmark {
  private static final int DIMENSION = 384;
  private static final int WORDS = 60;

  /** The rows of a transaction, as many as a run writes at once. */
  private static final int TRANSACTION = 1024;

  private static final int IN_FLIGHT = 4;

  /** One thread for each request, the current write, and the preparation of the next. */
  private static final int THREADS = IN_FLIGHT + 2;

  private static final int ROUNDS = 3;

  @Override
  public BenchmarkResult run(Scale scale, Workspace workspace) {
    int messages = scale.of(100_000);
    double[] ours = new double[ROUNDS];
    double[] raw = new double[ROUNDS];
    double[] ratios = new double[ROUNDS];
    double[] wordsRatios = new double[ROUNDS];
    for (int round = -1; round < ROUNDS; round++) {
      Path folder = workspace.folder("round");
      SyntheticMail.store(folder.resolve("archive.db"), messages, WORDS);
      double rawMillis = Measurements.millis(() -> insert(folder.resolve("raw.db"), messages));
      Path archive = folder.resolve("archive.db");
      double ourMillis =
          Measurements.millis(
              () -> fill(archive, folder.resolve("vectors.db"), Optional.empty(), messages));
      SyntheticMail.store(folder.resolve("with-words.db"), messages, WORDS);
      double wordsMillis = Measurements.millis(() -> fillWithWords(folder, messages));
      System.out.printf(
          "%s: raw %,.0f rows/s, ours %,.0f messages/s, ratio %.2f; with words %,.0f, %.2f%n",
          round < 0 ? "warm-up" : "round " + (round + 1),
          messages / rawMillis * 1e3,
          messages / ourMillis * 1e3,
          rawMillis / ourMillis,
          messages / wordsMillis * 1e3,
          rawMillis / wordsMillis);
      if (round >= 0) {
        raw[round] = messages / rawMillis * 1e3;
        ours[round] = messages / ourMillis * 1e3;
        ratios[round] = rawMillis / ourMillis;
        wordsRatios[round] = rawMillis / wordsMillis;
      }
    }
    return new BenchmarkResult()
        .put("ratio", Measurements.median(ratios))
        .put("words_ratio", Measurements.median(wordsRatios))
        .put("messages_per_s", Measurements.median(ours))
        .put("raw_rows_per_s", Measurements.median(raw));
  }

  private static void fillWithWords(Path folder, int messages) {
    try (LuceneWordIndex words = LuceneWordIndex.install(folder.resolve("words"))) {
      fill(
          folder.resolve("with-words.db"),
          folder.resolve("vectors-with-words.db"),
          Optional.of(words),
          messages);
    }
  }

  private static void fill(
      Path archive, Path index, Optional<? extends WordIndex> words, int messages) {
    ExecutorService pool = Executors.newFixedThreadPool(THREADS);
    try (SqliteMessageStore store = SqliteMessageStore.open(archive);
        SqliteVectorStore vectors = SqliteVectorStore.install(index);
        CannedEmbedder embedder = new CannedEmbedder(DIMENSION, 0, IN_FLIGHT)) {
      EmbedJob.Builder builder = EmbedJob.builder(store, vectors, embedder).executor(pool);
      words.ifPresent(builder::words);
      RunOutcome outcome;
      try (EmbedJob job = builder.build()) {
        outcome = job.runOnce();
      }
      if (!(outcome instanceof RunOutcome.Completed completed)
          || completed.counts().embedded() != messages
          || completed.counts().chunks() != messages) {
        throw new IllegalStateException("not one vector for each message: " + outcome);
      }
    } finally {
      pool.shutdown();
    }
  }

  private static void insert(Path file, int rows) {
    CannedEmbedder embedder = new CannedEmbedder(DIMENSION);
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file)) {
      try (Statement statement = connection.createStatement()) {
        statement.execute("PRAGMA journal_mode = WAL");
        statement.execute("PRAGMA synchronous = FULL");
        statement.execute(
            "CREATE TABLE vectors (message_id INTEGER PRIMARY KEY, vector BLOB NOT NULL)");
      }
      connection.setAutoCommit(false);
      try (PreparedStatement insert =
          connection.prepareStatement("INSERT INTO vectors VALUES (?, ?)")) {
        for (int i = 1; i <= rows; i++) {
          float[] vector = embedder.embed(List.of("message " + i), InputType.DOCUMENT).get(0);
          ByteBuffer bytes =
              ByteBuffer.allocate(DIMENSION * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
          bytes.asFloatBuffer().put(vector);
          insert.setLong(1, i);
          insert.setBytes(2, bytes.array());
          insert.addBatch();
          if (i % TRANSACTION == 0 || i == rows) {
            insert.executeBatch();
            connection.commit();
          }
        }
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
