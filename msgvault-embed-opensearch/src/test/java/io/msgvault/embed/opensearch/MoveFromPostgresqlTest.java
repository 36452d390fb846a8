package io.msgvault.embed.opensearch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.msgvault.embed.EmbedJob;
import io.msgvault.embed.RunOutcome;
import io.msgvault.embed.VectorCopy;
import io.msgvault.embed.VectorCopyOutcome;
import io.msgvault.embed.archive.NewMessage;
import io.msgvault.embed.embedder.Embedder;
import io.msgvault.embed.embedder.EmbedderModel;
import io.msgvault.embed.embedder.InputType;
import io.msgvault.embed.memory.HashEmbedder;
import io.msgvault.embed.model.BackstopFindings;
import io.msgvault.embed.model.IndexSize;
import io.msgvault.embed.pgvector.PgArchive;
import io.msgvault.embed.pgvector.PgMessageStore;
import io.msgvault.embed.pgvector.PgVectorStore;
import io.msgvault.embed.store.MessageRevision;
import io.msgvault.embed.store.MessageVectors;
import io.msgvault.embed.store.VectorHit;
import io.msgvault.embed.store.VectorStore;
import io.msgvault.embed.text.TokenCounter;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Moves the vectors of an archive from pgvector to the cluster, by a process that is killed on the
 * way. {@code -Dmsgvault.test.moved=50000 -Dmsgvault.test.dimension=384} moves more.
 */
class MoveFromPostgresqlTest {
  private static final int MESSAGES = Integer.getInteger("msgvault.test.moved", 2_000);
  private static final int DIMENSION = Integer.getInteger("msgvault.test.dimension", 64);
  private static final int CONCURRENCY = 4;

  private final String schema = TestDatabase.freshSchema();
  private final String prefix = TestCluster.freshPrefix();
  private final CountingEmbedder embedder = new CountingEmbedder();
  private final ExecutorService pool = Executors.newCachedThreadPool();

  private final PgArchive archive = PgArchive.install(TestDatabase.dataSource(), schema);
  private final PgMessageStore messages = PgMessageStore.open(TestDatabase.dataSource(), schema);
  private final PgVectorStore postgres = PgVectorStore.install(TestDatabase.dataSource(), schema);
  private final VectorStore moved =
      VectorStore.of(postgres, TestCluster.vectors(TestCluster.transport(), prefix).build());

  @AfterEach
  void remove() {
    pool.shutdownNow();
    moved.close();
    messages.close();
    archive.close();
    TestCluster.vectors(TestCluster.transport(), prefix).uninstall();
    TestDatabase.drop(schema);
  }

  /** Counts the texts that it embeds. */
  private static final class CountingEmbedder implements Embedder {
    final AtomicLong texts = new AtomicLong();
    private final HashEmbedder delegate = new HashEmbedder(DIMENSION, 128);

    @Override
    public EmbedderModel model() {
      return delegate.model();
    }

    @Override
    public List<float[]> embed(List<String> batch, InputType inputType) {
      texts.addAndGet(batch.size());
      return delegate.embed(batch, inputType);
    }

    @Override
    public Optional<TokenCounter> tokenCounter() {
      return delegate.tokenCounter();
    }

    @Override
    public void close() {
      delegate.close();
    }
  }

  private EmbedJob job(VectorStore vectors) {
    return EmbedJob.builder(messages, vectors, embedder).build();
  }

  private void fill() {
    Random random = new Random(7);
    List<NewMessage> batch = new ArrayList<>();
    for (int i = 1; i <= MESSAGES; i++) {
      batch.add(NewMessage.builder("main", "message " + i).text(text(random)).build());
      if (batch.size() == 500 || i == MESSAGES) {
        archive.storeAll(batch);
        batch.clear();
      }
    }
    assertInstanceOf(RunOutcome.Completed.class, job(postgres).runOnce());
  }

  /** Words of a skewed vocabulary, for one to three chunks. */
  private static String text(Random random) {
    int words = 20 + random.nextInt(200);
    return IntStream.range(0, words)
        .mapToObj(i -> "w" + (int) Math.pow(20_000, random.nextDouble()))
        .collect(Collectors.joining(" "));
  }

  @Test
  void killedMoveGoesOnAndNothingIsEmbeddedAgain() throws Exception {
    fill();
    IndexSize size = postgres.size(1);
    long texts = embedder.texts.get();
    long copiedBeforeKill = copyInProcessUntilKilled();

    long begun = System.nanoTime();
    VectorCopyOutcome.Copied outcome =
        assertInstanceOf(
            VectorCopyOutcome.Copied.class,
            VectorCopy.builder(messages, postgres, cluster())
                .executor(pool, CONCURRENCY)
                .build()
                .run());
    double seconds = (System.nanoTime() - begun) / 1e9;

    assertEquals(MESSAGES, outcome.messages());
    assertTrue(
        outcome.copied() < MESSAGES - copiedBeforeKill / 2,
        () -> outcome.copied() + " were copied after " + copiedBeforeKill);
    assertEquals(size, moved.size(1));
    requireSameVectors();
    requireSameHits();
    assertInstanceOf(RunOutcome.Idle.class, job(moved).runOnce());
    assertEquals(BackstopFindings.NONE, job(moved).verify());
    assertInstanceOf(RunOutcome.Completed.class, job(moved).runBackstop());
    assertEquals(texts, embedder.texts.get(), "texts that were embedded");
    requireNoUseOfOldRoom();
    System.out.printf(
        "move: messages=%d chunks=%d before_kill=%d after=%d seconds=%.1f embedded=0%n",
        MESSAGES, size.chunks(), copiedBeforeKill, outcome.copied(), seconds);
  }

  private void requireNoUseOfOldRoom() throws SQLException {
    try (Connection connection = TestDatabase.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(
          "TRUNCATE "
              + schema
              + ".embed_chunks, "
              + schema
              + ".embed_messages"); // as the page says
    }
    assertEquals(BackstopFindings.NONE, job(moved).verify());
    long texts = embedder.texts.get();
    archive.storeAll(List.of(NewMessage.builder("main", "later").text("one more").build()));
    assertInstanceOf(RunOutcome.Completed.class, job(moved).runOnce());
    assertEquals(texts + 1, embedder.texts.get(), "texts that were embedded");
    assertEquals(MESSAGES + 1, moved.size(1).messages());
  }

  private OpenSearchVectorIndex cluster() {
    return TestCluster.vectors(TestCluster.transport(), prefix).build();
  }

  /** Returns how many messages a process had copied for certain when it was killed. */
  private long copyInProcessUntilKilled() throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                MoveFromPostgresqlTest.class.getName(),
                schema,
                prefix)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    long copied = 0;
    try (BufferedReader progress = process.inputReader(StandardCharsets.UTF_8)) {
      while (copied < MESSAGES / 3) {
        String line = progress.readLine();
        if (line == null) {
          throw new IllegalStateException("the process failed; its standard error says why");
        }
        copied = Long.parseLong(line);
      }
    } finally {
      process.destroyForcibly().waitFor();
    }
    assertTrue(copied < MESSAGES, "the process was killed too late");
    return copied;
  }

  /** The process that is killed. */
  public static void main(String[] arguments) {
    VectorCopy.builder(
            PgMessageStore.open(TestDatabase.dataSource(), arguments[0]),
            PgVectorStore.open(TestDatabase.dataSource(), arguments[0]),
            TestCluster.vectors(TestCluster.transport(), arguments[1]).build())
        .listener(progress -> System.out.println(progress.copied()))
        .build()
        .run();
  }

  private void requireSameVectors() {
    long after = 0;
    List<Long> page = page(after);
    while (!page.isEmpty()) {
      List<MessageVectors> expected = postgres.vectors(1, page);
      assertEquals(expected, moved.vectors(1, page));
      after = page.get(page.size() - 1);
      page = page(after);
    }
  }

  private List<Long> page(long after) {
    return postgres.messageIds(1, after, 200).stream().map(MessageRevision::messageId).toList();
  }

  /** Nine of ten hits are those of an exact search, at least. */
  private void requireSameHits() {
    Random random = new Random(8);
    List<Long> all =
        messages.embeddedIds(1, 0, MESSAGES).stream().map(MessageRevision::messageId).toList();
    long found = 0;
    long questions = 20;
    for (int i = 0; i < questions; i++) {
      float[] question = embedder.delegate.embed(List.of(text(random)), InputType.QUERY).get(0);
      Set<Long> exact = ids(postgres.searchExactly(1, question, 10, all));
      exact.retainAll(ids(moved.search(1, question, 10)));
      found += exact.size();
    }
    assertTrue(found >= questions * 9, "hits that were found: " + found);
  }

  private static Set<Long> ids(List<VectorHit> hits) {
    return hits.stream().map(VectorHit::messageId).collect(Collectors.toSet());
  }
}
