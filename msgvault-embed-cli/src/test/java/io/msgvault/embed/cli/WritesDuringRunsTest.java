package io.msgvault.embed.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.msgvault.embed.EmbedJob;
import io.msgvault.embed.RunOutcome;
import io.msgvault.embed.archive.MessageArchive;
import io.msgvault.embed.cli.backend.ArchiveLocation;
import io.msgvault.embed.cli.backend.Backend;
import io.msgvault.embed.embedder.Embedder;
import io.msgvault.embed.embedder.EmbedderModel;
import io.msgvault.embed.embedder.InputType;
import io.msgvault.embed.memory.HashEmbedder;
import io.msgvault.embed.model.BackstopFindings;
import io.msgvault.embed.model.MessageFilter;
import io.msgvault.embed.model.RunCounts;
import io.msgvault.embed.pgvector.PgArchive;
import io.msgvault.embed.sqlite.SqliteArchive;
import io.msgvault.embed.store.ChunkVector;
import io.msgvault.embed.store.Message;
import io.msgvault.embed.store.MessageRevision;
import io.msgvault.embed.store.MessageStore;
import io.msgvault.embed.store.MessageVectors;
import io.msgvault.embed.store.VectorStore;
import io.msgvault.embed.text.Chunk;
import io.msgvault.embed.text.Chunker;
import io.msgvault.embed.text.TextPolicy;
import io.msgvault.embed.text.TextPreparer;
import io.msgvault.embed.text.TokenCounter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A host may write anything while runs are under way. One run after its last write leaves an index
 * of exactly the texts that the archive then has. The mailbox is the sample, unless the property
 * {@code msgvault.test.mailbox} names another; {@code target/writes-during-runs.txt} says what was
 * done.
 */
class WritesDuringRunsTest {
  private static final Path MAILBOX =
      Path.of(System.getProperty("msgvault.test.mailbox", "../dev/sample/sample.mbox"));
  private static final int IN_FLIGHT = 4;
  private static final int WRITES_PER_REQUEST = 4;
  private static final int WRITES_PER_MESSAGE = 16;
  private static final int ALL = 1_000_000;

  @Test
  void sqliteIndexMatchesCurrentTexts(@TempDir Path folder) throws Exception {
    Cli cli = new Cli(folder);
    cli.ok("import", MAILBOX.toString());
    try (Backend backend = Backend.open(location(cli.db().toString()));
        MessageArchive archive = SqliteArchive.install(cli.db());
        Connection connection =
            DriverManager.getConnection("jdbc:sqlite:" + cli.db() + "?foreign_keys=true")) {
      assertIndexMatchesCurrentTexts("SQLite", backend, archive, connection);
    }
  }

  @Test
  void postgresIndexMatchesCurrentTexts(@TempDir Path folder) throws Exception {
    try (TestSchema schema = TestSchema.create()) {
      new Cli(folder).database(schema.url()).ok("import", MAILBOX.toString());
      PGSimpleDataSource dataSource = new PGSimpleDataSource();
      dataSource.setUrl(schema.url());
      try (Backend backend = Backend.open(location(schema.url()));
          MessageArchive archive = PgArchive.open(dataSource, schema.name);
          Connection connection = dataSource.getConnection()) {
        assertIndexMatchesCurrentTexts("PostgreSQL", backend, archive, connection);
      }
    }
  }

  private static void assertIndexMatchesCurrentTexts(
      String where, Backend backend, MessageArchive archive, Connection connection)
      throws IOException {
    MessageStore messages = backend.messages();
    List<Long> ids = messages.findMatching(MessageFilter.ALL, ALL).orElseThrow();
    int writes = WRITES_PER_MESSAGE * ids.size();
    ConcurrentWriter host = new ConcurrentWriter(archive, messages, connection, ids, writes);
    ExecutorService threads = Executors.newFixedThreadPool(IN_FLIGHT + 3);
    try (PacedEmbedder embedder = new PacedEmbedder(host);
        EmbedJob job =
            EmbedJob.builder(messages, backend.vectors(), embedder).executor(threads).build()) {
      CompletableFuture<Void> writing = CompletableFuture.runAsync(host, threads);
      List<RunCounts> busy = new ArrayList<>();
      while (!host.isFinished()) {
        busy.add(counts(job.runOnce()));
      }
      writing.join();
      RunCounts quiet = counts(job.runBackstop());
      assertEquals(0, quiet.missed());
      assertEquals(0, job.coverage().missing());
      assertEquals(BackstopFindings.NONE, job.verify());
      int current = requireCurrent(messages, backend.vectors());
      long missed = busy.stream().mapToLong(RunCounts::missed).sum();
      assertTrue(missed > 0, "no text ever moved under a run");
      report(
          "%s: %d messages at first, %d writes, %d concurrent runs: %d embedded, %d stamps missed; the"
                  .formatted(
                      where,
                      ids.size(),
                      writes,
                      busy.size(),
                      busy.stream().mapToLong(RunCounts::embedded).sum(),
                      missed)
              + " quiet run: %d embedded, %d orphans deleted; all %d indexed are of the current text%n"
                  .formatted(quiet.embedded(), quiet.orphans(), current));
    } finally {
      threads.shutdownNow();
    }
  }

  private static RunCounts counts(RunOutcome outcome) {
    return outcome instanceof RunOutcome.Idle
        ? RunCounts.NONE
        : assertInstanceOf(RunOutcome.Completed.class, outcome).counts();
  }

  /** Computes every vector again; returns the number of messages that have some. */
  private static int requireCurrent(MessageStore messages, VectorStore vectors) {
    TextPolicy policy = TextPolicy.standard();
    TextPreparer preparer = new TextPreparer(policy);
    long serving = vectors.active().orElseThrow().id();
    List<Long> indexed =
        vectors.messageIds(serving, 0, ALL).stream().map(MessageRevision::messageId).toList();
    Map<Long, MessageVectors> found =
        vectors.vectors(serving, indexed).stream()
            .collect(Collectors.toMap(MessageVectors::messageId, Function.identity()));
    List<Long> expected = new ArrayList<>();
    try (HashEmbedder embedder = new HashEmbedder()) {
      Chunker chunker =
          new Chunker(policy, embedder.model().maxTokens(), embedder.tokenCounter().orElseThrow());
      List<Long> live = messages.findMatching(MessageFilter.ALL, ALL).orElseThrow();
      for (Message message : messages.find(live, ConcurrentWriter.NO_LIMIT)) {
        String text = preparer.prepare(message.subject(), message.text(), message.html());
        List<Chunk> chunks = chunker.chunk(text);
        if (chunks.isEmpty()) {
          continue;
        }
        List<float[]> embedded =
            embedder.embed(chunks.stream().map(c -> c.of(text)).toList(), InputType.DOCUMENT);
        List<ChunkVector> current = new ArrayList<>();
        for (int i = 0; i < chunks.size(); i++) {
          current.add(new ChunkVector(chunks.get(i).start(), chunks.get(i).end(), embedded.get(i)));
        }
        MessageVectors kept =
            Objects.requireNonNull(
                found.get(message.id()), () -> "nothing is indexed of " + message.id());
        assertEquals(message.revision(), kept.revision(), () -> "revision of " + message.id());
        assertEquals(current, kept.chunks(), () -> "vectors of " + message.id());
        expected.add(message.id());
      }
    }
    assertEquals(expected, indexed, "the messages with vectors are the live ones with a text");
    return indexed.size();
  }

  private static void report(String line) throws IOException {
    Path file = Path.of("target", "writes-during-runs.txt");
    Files.writeString(
        file,
        (Files.exists(file) ? Files.readString(file) : "") + MAILBOX.getFileName() + ", " + line);
  }

  /** Answers a request only after the host has written some more. */
  private static final class PacedEmbedder implements Embedder {
    private final HashEmbedder embedder = new HashEmbedder();
    private final ConcurrentWriter host;

    PacedEmbedder(ConcurrentWriter host) {
      this.host = host;
    }

    @Override
    public EmbedderModel model() {
      return embedder.model();
    }

    @Override
    public List<float[]> embed(List<String> texts, InputType inputType) {
      try {
        host.await(WRITES_PER_REQUEST);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      return embedder.embed(texts, inputType);
    }

    @Override
    public int batchSize() {
      return 8;
    }

    @Override
    public int concurrency() {
      return IN_FLIGHT;
    }

    @Override
    public Optional<TokenCounter> tokenCounter() {
      return embedder.tokenCounter();
    }

    @Override
    public void close() {
      embedder.close();
    }
  }

  private static ArchiveLocation location(String db) {
    return new ArchiveLocation(db, Optional.empty(), Optional.empty());
  }
}
