package io.msgvault.embed.sqlite;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.msgvault.embed.EmbedJob;
import io.msgvault.embed.RunOutcome;
import io.msgvault.embed.archive.NewMessage;
import io.msgvault.embed.embedder.InputType;
import io.msgvault.embed.memory.HashEmbedder;
import io.msgvault.embed.model.BackstopFindings;
import io.msgvault.embed.model.Generation;
import io.msgvault.embed.model.MessageFilter;
import io.msgvault.embed.model.RunKind;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.model.StoreException;
import io.msgvault.embed.sqlite.internal.archive.Schema;
import io.msgvault.embed.sqlite.internal.db.Database;
import io.msgvault.embed.sqlite.internal.db.SqliteConnections;
import io.msgvault.embed.store.ChunkVector;
import io.msgvault.embed.store.Message;
import io.msgvault.embed.store.MessageStore;
import io.msgvault.embed.store.MessageVectors;
import io.msgvault.embed.store.VectorStore;
import io.msgvault.embed.text.TextPolicy;
import io.msgvault.embed.text.TextPreparer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.sqlite.SQLiteConfig;

/**
 * Files that fail. Errors name the remedy, nothing is half-written, and the next run after the
 * failure completes the work.
 */
class StorageFailureTest {
  private static final int COUNT = 400;

  private final TempFolder folder = TempFolder.create();
  private final Path archive = folder.file("archive.db");
  private final Path vectors = folder.file("vectors.db");
  private final HashEmbedder embedder = new HashEmbedder();

  @BeforeEach
  void storeMessages() {
    store(1, COUNT);
  }

  @AfterEach
  void delete() {
    folder.close();
  }

  // The disk is full

  @Test
  void runRecoversFromFullDiskOfVectors() {
    run();
    store(COUNT + 1, 2 * COUNT);
    String limit = "PRAGMA max_page_count = " + (pages(vectors) + 3);
    requireFailure(
        "the disk is full: make room", new SqliteConnections(archive), withPragma(vectors, limit));
    try (MessageStore messages = SqliteMessageStore.open(archive)) {
      assertTrue(messages.coverage(1, Scope.ALL).missing() > 0, "the disk was not full");
    }
    run();
    requireExact();
  }

  @Test
  void runRecoversFromFullDiskOfArchive() {
    run(); // so that the vectors are there, and only stamps are written
    try (MessageStore messages = SqliteMessageStore.open(archive)) {
      messages.unstamp(LongStream.rangeClosed(1, COUNT).boxed().toList());
    }
    store(COUNT + 1, 4 * COUNT);
    String limit = "PRAGMA max_page_count = " + pages(archive);
    requireFailure(
        "the disk is full: make room", withPragma(archive, limit), new SqliteConnections(vectors));
    run();
    requireExact();
  }

  @Test
  void importOnFullDiskIsAtomic() {
    String limit = "PRAGMA max_page_count = " + (pages(archive) + 3);
    try (SqliteArchive full =
        new SqliteArchive(Database.install(withPragma(archive, limit), Schema.ARCHIVE))) {
      StoreException failure =
          assertThrows(StoreException.class, () -> full.storeAll(messages(COUNT + 1, 3 * COUNT)));
      assertTrue(failure.getMessage().contains("the disk is full: make room"), failure::getMessage);
      assertTrue(full.find("main", "" + (COUNT + 1)).isEmpty(), "half of a batch was stored");
    }
    run();
    requireExact();
  }

  // The file cannot be written

  @Test
  void runOnReadOnlyFileChangesNothing() {
    run();
    store(COUNT + 1, COUNT + 10);
    String readOnly = "PRAGMA query_only = ON";
    requireFailure(
        "write-protected", new SqliteConnections(archive), withPragma(vectors, readOnly));
    requireFailure(
        "write-protected", withPragma(archive, readOnly), new SqliteConnections(vectors));
    run();
    requireExact();
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void fileWithoutWriteRightIsNamed() throws IOException {
    run();
    Files.setPosixFilePermissions(vectors, PosixFilePermissions.fromString("r--------"));
    Assumptions.assumeFalse(Files.isWritable(vectors), "this account may write to any file");
    StoreException failure =
        assertThrows(StoreException.class, () -> SqliteVectorStore.install(vectors).close());
    assertTrue(failure.getMessage().contains("write-protected"), failure::getMessage);
  }

  // The file is locked

  @Test
  void runRecoversFromLockedFile() {
    run();
    store(COUNT + 1, COUNT + 10);
    String shortTimeout = "PRAGMA busy_timeout = 1";
    for (Path file : List.of(archive, vectors)) {
      try (SqlClient other = new SqlClient(file)) {
        other.run("BEGIN IMMEDIATE");
        requireFailure(
            "another process holds the file locked: try again",
            withPragma(archive, shortTimeout),
            withPragma(vectors, shortTimeout));
      }
    }
    run();
    requireExact();
  }

  // The clock

  @Test
  void clockSetBackDelaysNoRun() {
    Instant noon = Instant.parse("2024-05-01T12:00:00Z");
    for (Instant now : List.of(noon, noon.minus(Duration.ofDays(9)), noon.minusSeconds(1))) {
      store(COUNT + 1, COUNT + 10);
      Clock clock = Clock.fixed(now, ZoneOffset.UTC);
      try (MessageStore messages = SqliteMessageStore.open(archive);
          VectorStore index = SqliteVectorStore.builder(vectors).clock(clock).install()) {
        RunOutcome.Completed outcome =
            assertInstanceOf(
                RunOutcome.Completed.class, job(messages, index).clock(clock).build().runOnce());
        assertEquals(RunKind.BACKSTOP, outcome.kind(), () -> "at " + now);
        assertEquals(now, index.runs(1).get(0).started());
      }
      requireExact();
    }
  }

  // Files from a backup

  @Test
  void backstopRepairsOlderCopyOfVectors() throws IOException {
    run();
    Path copy = copy(vectors);
    store(COUNT + 1, COUNT + 10);
    edit(1, 5);
    run();
    restore(copy, vectors);
    try (MessageStore messages = SqliteMessageStore.open(archive);
        VectorStore index = SqliteVectorStore.install(vectors)) {
      EmbedJob job = job(messages, index).build();
      assertEquals(new BackstopFindings(10, 5, 0, 0, 0, 0, 0, 0), job.verify());
      assertInstanceOf(RunOutcome.Completed.class, job.runBackstop());
      assertEquals(BackstopFindings.NONE, job.verify());
    }
    requireExact();
  }

  @Test
  void olderCopyOfVectorsReusesNoGenerationId() throws IOException {
    run();
    Path copy = copy(vectors);
    rebuild();
    restore(copy, vectors);
    run(); // the messages are stamped for generation 2, which is not there
    requireExact();
    rebuild();
    requireExact();
    try (VectorStore index = SqliteVectorStore.install(vectors)) {
      assertEquals(List.of(1L, 3L), index.generations().stream().map(Generation::id).toList());
    }
  }

  @Test
  void backstopFollowsOlderCopyOfArchive() throws IOException {
    run();
    Path copy = copy(archive);
    store(COUNT + 1, COUNT + 10);
    edit(1, 5);
    run();
    restore(copy, archive);
    edit(3, 7);
    store(COUNT + 1, COUNT + 3);
    runBackstop();
    requireExact();
  }

  // Helpers of the tests

  private static List<NewMessage> messages(int first, int last) {
    return IntStream.rangeClosed(first, last)
        .mapToObj(
            i ->
                NewMessage.builder("main", "" + i)
                    .subject("subject " + i)
                    .text("text of message " + i)
                    .build())
        .toList();
  }

  private void store(int first, int last) {
    try (SqliteArchive writer = SqliteArchive.install(archive)) {
      writer.storeAll(messages(first, last));
    }
  }

  private void edit(long first, long last) {
    try (SqliteArchive writer = SqliteArchive.install(archive)) {
      for (long id = first; id <= last; id++) {
        writer.update(id, "edited", "edit from " + first + " of " + id, "");
      }
    }
  }

  private EmbedJob.Builder job(MessageStore messages, VectorStore index) {
    return EmbedJob.builder(messages, index, embedder);
  }

  private void run() {
    try (MessageStore messages = SqliteMessageStore.open(archive);
        VectorStore index = SqliteVectorStore.install(vectors)) {
      assertInstanceOf(RunOutcome.Completed.class, job(messages, index).build().runOnce());
    }
  }

  private void runBackstop() {
    try (MessageStore messages = SqliteMessageStore.open(archive);
        VectorStore index = SqliteVectorStore.install(vectors)) {
      assertInstanceOf(RunOutcome.Completed.class, job(messages, index).build().runBackstop());
    }
  }

  private void rebuild() {
    try (MessageStore messages = SqliteMessageStore.open(archive);
        VectorStore index = SqliteVectorStore.install(vectors)) {
      assertInstanceOf(RunOutcome.Completed.class, job(messages, index).build().rebuild());
    }
  }

  /** Requires that a run fails, names the remedy, and leaves no stamp without its vectors. */
  private void requireFailure(
      String remedy, SqliteConnections archiveSide, SqliteConnections vectorsSide) {
    try (MessageStore messages =
            new SqliteMessageStore(Database.install(archiveSide, Schema.ARCHIVE), Schema.ARCHIVE);
        VectorStore index =
            new SqliteVectorStore(
                Database.install(vectorsSide, Schema.VECTORS), Clock.systemUTC())) {
      EmbedJob job = job(messages, index).build();
      RunOutcome.Failed outcome = assertInstanceOf(RunOutcome.Failed.class, job.runOnce());
      assertInstanceOf(StoreException.class, outcome.cause());
      assertTrue(outcome.cause().toString().contains(remedy), outcome.cause()::toString);
      BackstopFindings findings = job.verify();
      assertEquals(0, findings.lost() + findings.stale() + findings.orphans());
    }
  }

  private static SqliteConnections withPragma(Path file, String pragma) {
    return new SqliteConnections(file) {
      @Override
      protected Connection connect(SQLiteConfig config, String parameters) throws SQLException {
        Connection connection = super.connect(config, parameters);
        try (Statement statement = connection.createStatement()) {
          statement.execute(pragma);
        }
        return connection;
      }
    };
  }

  private static long pages(Path file) {
    try (SqlClient sql = new SqlClient(file)) {
      return sql.number("PRAGMA page_count").orElseThrow();
    }
  }

  private static Path copy(Path file) throws IOException {
    return Files.copy(file, file.resolveSibling(file.getFileName() + ".copy"));
  }

  private static void restore(Path copy, Path file) throws IOException {
    Files.move(copy, file, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Requires that every message has the vectors of its current text, and nothing else has any. */
  private void requireExact() {
    TextPreparer preparer = new TextPreparer(TextPolicy.standard());
    try (MessageStore messages = SqliteMessageStore.open(archive);
        VectorStore index = SqliteVectorStore.install(vectors)) {
      assertEquals(BackstopFindings.NONE, job(messages, index).build().verify());
      long active = index.active().orElseThrow().id();
      assertEquals(0, messages.coverage(active, Scope.ALL).missing());
      List<Long> live = messages.findMatching(MessageFilter.ALL, 10 * COUNT).orElseThrow();
      List<MessageVectors> indexed = index.vectors(active, live);
      assertEquals(live, indexed.stream().map(MessageVectors::messageId).toList());
      List<Message> found = messages.find(live, 100_000);
      for (int i = 0; i < found.size(); i++) {
        Message message = found.get(i);
        String text = preparer.prepare(message.subject(), message.text(), message.html());
        for (ChunkVector chunk : indexed.get(i).chunks()) {
          assertArrayEquals(
              embedder
                  .embed(List.of(text.substring(chunk.start(), chunk.end())), InputType.DOCUMENT)
                  .get(0),
              chunk.vector(),
              () -> "message " + message.id());
        }
      }
    }
  }
}
