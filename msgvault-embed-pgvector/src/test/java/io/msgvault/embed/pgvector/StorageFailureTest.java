package io.msgvault.embed.pgvector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.zaxxer.hikari.HikariDataSource;
import io.msgvault.embed.EmbedJob;
import io.msgvault.embed.RunOutcome;
import io.msgvault.embed.archive.NewMessage;
import io.msgvault.embed.embedder.Embedder;
import io.msgvault.embed.memory.HashEmbedder;
import io.msgvault.embed.model.BackstopFindings;
import io.msgvault.embed.model.Generation;
import io.msgvault.embed.model.RunKind;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.model.StoreException;
import io.msgvault.embed.search.SearchRequest;
import io.msgvault.embed.search.Searcher;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Tests failures of the databases; one holds the archive, the other the index. Errors name the
 * remedy, nothing is half-written, and after the failure the next runs repair everything.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StorageFailureTest {
  private static final int COUNT = 100;
  private static final String SCHEMA = "mail";

  /** A setting of a host: no statement waits longer than a millisecond for a lock. */
  private static final String SHORT_LOCK_TIMEOUT = "-c lock_timeout=1";

  private final IsolatedDatabase fullArchive = IsolatedDatabase.create();
  private final IsolatedDatabase fullVectors = IsolatedDatabase.create();
  private IsolatedDatabase archive = fullArchive;
  private IsolatedDatabase vectors = fullVectors;

  @BeforeAll
  void fill() {
    store(1, COUNT);
    run();
  }

  @AfterAll
  void dropAll() {
    fullArchive.close();
    fullVectors.close();
  }

  @BeforeEach
  void copy() {
    archive = fullArchive.copy();
    vectors = fullVectors.copy();
  }

  @AfterEach
  void drop() {
    archive.close();
    vectors.close();
  }

  // The disk is full

  @Test
  void fullDiskOfIndexFailsRunAndNextContinues() {
    store(COUNT + 1, 2 * COUNT);
    requireTroubleOnAFullDiskOf(vectors, 16);
  }

  @Test
  void fullDiskOfArchiveFailsRunAndNextContinues() {
    store(COUNT + 1, 2 * COUNT);
    archive.execute("VACUUM FULL mail.messages"); // so that a stamp needs room of its own
    requireTroubleOnAFullDiskOf(archive, 0);
  }

  private void requireTroubleOnAFullDiskOf(IsolatedDatabase database, int roomKib) {
    try (SmallDisk disk = SmallDisk.mount();
        IsolatedDatabase moved = database) {
      moved.moveTo(disk.tablespace());
      open().close(); // the first connection leaves a file there
      disk.leaveRoom(roomKib);
      requireTrouble("the server's disk is full: make room and try again");
      requireNothingFalse();
      try (MailIndex index = open()) {
        assertTrue(index.messages.coverage(1, Scope.ALL).missing() > 0, "the disk was not full");
      }
      disk.leaveRoom(16 * 1024);
      run();
      requireExact();
    }
  }

  // The database takes no writes

  @Test
  void readOnlyDatabasesFailRunAndSearchesContinue() {
    store(COUNT + 1, COUNT + 10);
    for (IsolatedDatabase database : List.of(vectors, archive)) {
      database.set("default_transaction_read_only = on");
      requireTrouble("takes no writes here: connect to the primary server, or see");
      try (MailIndex index = open()) {
        assertEquals(COUNT, index.messages.coverage(1, Scope.ALL).embedded());
        Searcher searcher =
            Searcher.builder(index.messages, index.vectors, new HashEmbedder()).build();
        assertEquals(
            42L, searcher.search(SearchRequest.of("text of message 42")).hits().get(0).messageId());
      }
      database.reset();
      requireNothingFalse();
    }
    run();
    requireExact();
  }

  // Tables and rows are locked

  /** Locks tables longer than the host's time-out, as a change of their columns does. */
  @Test
  void lockedTablesFailRunAndNextContinues() {
    store(COUNT + 1, COUNT + 10);
    requireTroubleWhileLocked(archive, "messages");
    requireTroubleWhileLocked(vectors, "embed_generations");
    run();
    requireExact();
  }

  private void requireTroubleWhileLocked(IsolatedDatabase database, String table) {
    try (Handle other = Jdbi.create(database.dataSource()).open()) {
      other.begin();
      other.execute("LOCK TABLE mail." + table);
      String remedy = "another transaction holds rows or tables locked: end it, then try again";
      try (HikariDataSource archiveSide = archive.pool(SHORT_LOCK_TIMEOUT);
          HikariDataSource vectorsSide = vectors.pool(SHORT_LOCK_TIMEOUT)) {
        requireTrouble(remedy, archiveSide, vectorsSide);
      }
      other.rollback();
    }
    requireNothingFalse();
  }

  @Test
  void runWaitsForRowsLockedBeyondTimeout() {
    store(COUNT + 1, COUNT + 10);
    try (Handle host = Jdbi.create(archive.dataSource()).open();
        HikariDataSource pool = archive.pool(SHORT_LOCK_TIMEOUT);
        MailIndex index = open(pool, vectors.dataSource(), Clock.systemUTC());
        EmbedJob job = index.job(new HashEmbedder())) {
      host.begin();
      host.execute("UPDATE mail.messages SET size_bytes = 1 WHERE id IN (103, 107)");
      CompletableFuture<RunOutcome> run = OwnThread.supply(job::runOnce);
      awaitSecondAttempt(run);
      host.commit();
      assertInstanceOf(RunOutcome.Completed.class, run.join());
    }
    requireExact();
  }

  /** Returns once two transactions of the archive's connections have waited for a lock. */
  private void awaitSecondAttempt(CompletableFuture<RunOutcome> run) {
    Set<String> waiting = new HashSet<>();
    while (waiting.size() < 2 && !run.isDone()) {
      waiting.addAll(
          TestDatabase.jdbi()
              .withHandle(
                  handle ->
                      handle
                          .select(
                              """
                              SELECT pid || ' ' || xact_start FROM pg_stat_activity
                               WHERE wait_event_type = 'Lock' AND application_name = ?""",
                              archive.applicationName())
                          .mapTo(String.class)
                          .list()));
    }
  }

  // The clock

  @Test
  void clockSetBackDelaysNoRun() {
    Instant noon = Instant.parse("2024-05-01T12:00:00Z");
    for (Instant now : List.of(noon, noon.minus(Duration.ofDays(9)), noon.minusSeconds(1))) {
      store(COUNT + 1, COUNT + 10);
      Clock clock = Clock.fixed(now, ZoneOffset.UTC);
      try (MailIndex index = open(archive.dataSource(), vectors.dataSource(), clock);
          EmbedJob job = index.builder(new HashEmbedder()).clock(clock).build()) {
        RunOutcome.Completed outcome = assertInstanceOf(RunOutcome.Completed.class, job.runOnce());
        assertEquals(RunKind.BACKSTOP, outcome.kind(), () -> "at " + now);
        assertEquals(now, index.vectors.runs(1).get(0).started());
      }
      requireExact();
    }
  }

  // The index is lost, or another

  @Test
  void droppedIndexIsRebuiltUnderNewId() {
    store(COUNT + 1, 2 * COUNT);
    try (MailIndex index = open();
        Embedder embedder =
            new HookedEmbedder(9, () -> vectors.execute("DROP SCHEMA mail CASCADE"));
        EmbedJob job = index.job(embedder)) {
      requireFails("a table or the schema is gone", job);
    }
    run();
    requireExact();
    assertEquals(List.of(2L), generations());
  }

  @Test
  void indexOfOtherArchiveIsRefusedUnchanged() {
    try (IsolatedDatabase another = IsolatedDatabase.create();
        MailIndex index = open(another.dataSource(), vectors.dataSource(), Clock.systemUTC());
        EmbedJob job = index.job(new HashEmbedder())) {
      RunOutcome.Blocked outcome = assertInstanceOf(RunOutcome.Blocked.class, job.runOnce());
      assertEquals(RunOutcome.Blocked.Obstacle.ARCHIVE_MISMATCH, outcome.obstacle());
      assertTrue(outcome.remedy().contains(index.messages.archiveId().toString()), outcome::remedy);
    }
    requireExact();
  }

  // Databases from a backup

  @Test
  void backstopRepairsOlderCopyOfIndex() {
    try (IsolatedDatabase copy = vectors.copy()) {
      store(COUNT + 1, COUNT + 10);
      edit(1, 5);
      run();
      vectors.restore(copy);
    }
    try (MailIndex index = open();
        EmbedJob job = index.job(new HashEmbedder())) {
      assertEquals(new BackstopFindings(10, 5, 0, 0, 0, 0, 0, 0), job.verify());
      assertInstanceOf(RunOutcome.Completed.class, job.runBackstop());
    }
    requireExact();
  }

  @Test
  void olderCopyOfIndexReusesNoId() {
    try (IsolatedDatabase copy = vectors.copy()) {
      rebuild();
      vectors.restore(copy);
    }
    run(); // the messages are stamped for generation 2, which is not there
    requireExact();
    rebuild();
    requireExact();
    assertEquals(List.of(1L, 3L), generations());
  }

  @Test
  void indexFollowsOlderCopyOfArchive() {
    try (IsolatedDatabase copy = archive.copy()) {
      store(COUNT + 1, COUNT + 10);
      edit(1, 5);
      run();
      archive.restore(copy);
    }
    edit(3, 7); // these get the revisions that others had before
    store(COUNT + 1, COUNT + 3);
    try (MailIndex index = open();
        EmbedJob job = index.job(new HashEmbedder())) {
      assertInstanceOf(RunOutcome.Completed.class, job.runBackstop());
    }
    requireExact();
  }

  // Helpers

  /** Stores messages with these ids and external ids, or finds them. */
  private void store(int first, int last) {
    try (PgArchive writer = PgArchive.install(archive.dataSource(), SCHEMA)) {
      writer.storeAll(
          IntStream.rangeClosed(first, last)
              .mapToObj(
                  i ->
                      NewMessage.builder("main", "" + i)
                          .subject("subject " + i)
                          .text("text of message " + i)
                          .build())
              .toList());
    }
  }

  private void edit(long first, long last) {
    try (PgArchive writer = PgArchive.open(archive.dataSource(), SCHEMA)) {
      LongStream.rangeClosed(first, last)
          .forEach(id -> writer.update(id, "edited", "edit from " + first + " of " + id, ""));
    }
  }

  private MailIndex open() {
    return open(archive.dataSource(), vectors.dataSource(), Clock.systemUTC());
  }

  private static MailIndex open(DataSource archiveSide, DataSource vectorsSide, Clock clock) {
    return new MailIndex(archiveSide, vectorsSide, SCHEMA, clock);
  }

  private void run() {
    try (MailIndex index = open();
        EmbedJob job = index.job(new HashEmbedder())) {
      assertInstanceOf(RunOutcome.Completed.class, job.runOnce());
    }
  }

  private void rebuild() {
    try (MailIndex index = open();
        EmbedJob job = index.job(new HashEmbedder())) {
      assertInstanceOf(RunOutcome.Completed.class, job.rebuild());
    }
  }

  private List<Long> generations() {
    try (MailIndex index = open()) {
      return index.vectors.generations().stream().map(Generation::id).toList();
    }
  }

  private void requireTrouble(String remedy) {
    requireTrouble(remedy, archive.dataSource(), vectors.dataSource());
  }

  /** Requires that a run fails, and names the remedy. */
  private static void requireTrouble(
      String remedy, DataSource archiveSide, DataSource vectorsSide) {
    try (MailIndex index = open(archiveSide, vectorsSide, Clock.systemUTC());
        EmbedJob job = index.job(new HashEmbedder())) {
      requireFails(remedy, job);
    }
  }

  private static void requireFails(String remedy, EmbedJob job) {
    RunOutcome.Failed outcome = assertInstanceOf(RunOutcome.Failed.class, job.runOnce());
    assertInstanceOf(StoreException.class, outcome.cause());
    assertTrue(outcome.cause().toString().contains(remedy), outcome.cause()::toString);
  }

  /** Requires that every stamp has its vectors, and all vectors have a stamp. */
  private void requireNothingFalse() {
    try (MailIndex index = open();
        EmbedJob job = index.job(new HashEmbedder())) {
      BackstopFindings findings = job.verify();
      assertEquals(0, findings.lost() + findings.stale() + findings.orphans());
    }
  }

  /** Requires that exactly the messages have vectors, those of their current texts. */
  private void requireExact() {
    try (MailIndex index = open();
        EmbedJob job = index.job(new HashEmbedder())) {
      assertEquals(BackstopFindings.NONE, job.verify());
      assertEquals(0, job.coverage().missing());
      index.requireExact();
    }
  }
}
