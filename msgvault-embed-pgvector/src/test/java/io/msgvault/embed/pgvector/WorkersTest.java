package io.msgvault.embed.pgvector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.msgvault.embed.EmbedJob;
import io.msgvault.embed.RunOutcome;
import io.msgvault.embed.memory.HashEmbedder;
import io.msgvault.embed.model.RunRecord;
import io.msgvault.embed.model.StoreException;
import io.msgvault.embed.pgvector.internal.index.VectorWrites;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tests processes that fill one generation together. */
class WorkersTest {
  private static final int MESSAGES = 5_000;

  /** The request before which a worker stalls: in its second or third stripe, or the last two. */
  private static final int STALLED = 150;

  private static final String STALLING = "stalling";

  private final String schema = TestDatabase.acquireArchive();

  @BeforeEach
  void fill() {
    MailIndex.fill(TestDatabase.pool(), schema, MESSAGES);
  }

  @AfterEach
  void release() {
    TestDatabase.dropIndex(schema);
    TestDatabase.releaseArchive(schema);
  }

  @Test
  void processesShareWorkAndOneActivates() throws Exception {
    List<Process> workers = new ArrayList<>();
    try (MailIndex index = new MailIndex(TestDatabase.pool(), schema)) {
      for (int i = 0; i < 3; i++) {
        workers.add(worker(Integer.MAX_VALUE));
      }
      long texts = 0;
      long activations = 0;
      for (Process worker : workers) {
        String[] answer = line(worker).split(" ", -1);
        texts += Long.parseLong(answer[0]);
        activations += Long.parseLong(answer[1]);
      }
      assertEquals(MESSAGES, texts);
      assertEquals(1, activations);
      index.requireExact();
      assertTrue(
          index.vectors.runs(100).stream()
              .allMatch(run -> run.status() == RunRecord.Status.COMPLETED),
          () -> "" + index.vectors.runs(100));
    } finally {
      workers.forEach(Process::destroyForcibly);
    }
  }

  @Test
  void claimsOfKilledProcessAreReleased() throws Exception {
    Process dying = worker(STALLED);
    try (MailIndex index = new MailIndex(TestDatabase.pool(), schema);
        HookedEmbedder embedder = new HookedEmbedder(Integer.MAX_VALUE, () -> {});
        EmbedJob job = index.builder(embedder).sharedLease().build()) {
      assertEquals(STALLING, line(dying));
      RunOutcome.Completed beside = assertInstanceOf(RunOutcome.Completed.class, job.runOnce());
      long claimed = job.coverage().missing();
      assertTrue(claimed > 0 && !beside.activated(), () -> claimed + " after " + beside);
      assertInstanceOf(RunOutcome.Busy.class, job.runOnce());

      dying.destroyForcibly().waitFor();
      RunOutcome outcome = job.runOnce();
      while (outcome instanceof RunOutcome.Busy) {
        outcome = job.runOnce(); // the server notices the end of a session a little later
      }
      RunOutcome.Completed after = assertInstanceOf(RunOutcome.Completed.class, outcome);
      assertEquals(claimed, after.counts().embedded());
      assertTrue(after.activated());
      index.requireExact();
      assertEquals(
          beside.counts().embedded() + after.counts().embedded() - after.counts().reused(),
          embedder.texts(),
          "each text is embedded once by those who live");
      assertEquals(
          List.of(
              RunRecord.Status.COMPLETED, RunRecord.Status.COMPLETED, RunRecord.Status.ABANDONED),
          index.vectors.runs(3).stream().map(RunRecord::status).toList());
    } finally {
      dying.destroyForcibly();
    }
  }

  @Test
  void nothingIsEmbeddedWhileIndexIsBuilt() {
    try (MailIndex index = new MailIndex(TestDatabase.pool(), schema);
        HookedEmbedder embedder = new HookedEmbedder(Integer.MAX_VALUE, () -> {});
        EmbedJob job = index.builder(embedder).sharedLease().build()) {
      assertInstanceOf(RunOutcome.Completed.class, job.runOnce());
      long texts = embedder.texts();
      try (Handle building = TestDatabase.jdbi().open()) {
        building.execute(
            "UPDATE %s.messages SET subject = 'edited ' || id WHERE id <= 10".formatted(schema));
        building.begin();
        building.execute("LOCK TABLE %s.embed_chunks_1 IN SHARE MODE".formatted(schema));
        assertInstanceOf(RunOutcome.Busy.class, job.runOnce());
        assertEquals(texts, embedder.texts());
        building.rollback();
      }
      RunOutcome.Completed after = assertInstanceOf(RunOutcome.Completed.class, job.runOnce());
      assertEquals(10, after.counts().embedded());
      index.requireExact();
    }
  }

  /** The build begins when the worker has claimed and read the messages. */
  @Test
  void textReadBeforeBuildIsEmbeddedOnce() throws Exception {
    try (MailIndex index = new MailIndex(TestDatabase.pool(), schema);
        EmbedJob filling = index.job(new HashEmbedder());
        Handle building = TestDatabase.jdbi().open();
        HookedEmbedder embedder = new HookedEmbedder(1, () -> lockAsBuild(building));
        PgVectorStore vectors =
            PgVectorStore.builder(TestDatabase.pool(), schema).writeRounds(1).install();
        EmbedJob job = EmbedJob.builder(index.messages, vectors, embedder).sharedLease().build()) {
      assertInstanceOf(RunOutcome.Completed.class, filling.runOnce());
      building.execute(
          "UPDATE %s.messages SET subject = 'edited ' || id WHERE id <= 5".formatted(schema));
      CompletableFuture<RunOutcome> run = OwnThread.supply(job::runOnce);
      Set<String> attempts = new HashSet<>();
      try (Handle observer = TestDatabase.jdbi().open()) {
        while (attempts.size() <= 2 * VectorWrites.ATTEMPTS_PER_ROUND && !run.isDone()) {
          attempts.addAll(writersThatWait(observer));
        }
      }
      assertFalse(run.isDone(), () -> "" + run.join());
      building.rollback();
      RunOutcome.Completed after = assertInstanceOf(RunOutcome.Completed.class, run.get());
      assertEquals(5, after.counts().embedded());
      assertEquals(5, embedder.texts());
      index.requireExact();
    }
  }

  private void lockAsBuild(Handle building) {
    building.begin();
    building.execute("LOCK TABLE %s.embed_chunks_1 IN SHARE MODE".formatted(schema));
  }

  /** Returns the transactions that wait to write vectors. */
  private List<String> writersThatWait(Handle observer) {
    return observer
        .createQuery(
            """
            SELECT virtualtransaction FROM pg_locks
             WHERE relation = CAST('%s.embed_chunks_1' AS regclass) AND NOT granted"""
                .formatted(schema))
        .mapTo(String.class)
        .list();
  }

  @Test
  void writeEndsIfOtherTransactionThanBuildIsInItsWay() {
    try (MailIndex index = new MailIndex(TestDatabase.pool(), schema);
        EmbedJob filling = index.job(new HashEmbedder());
        Handle other = TestDatabase.jdbi().open();
        PgVectorStore vectors =
            PgVectorStore.builder(TestDatabase.pool(), schema).writeRounds(1).install()) {
      assertInstanceOf(RunOutcome.Completed.class, filling.runOnce());
      other.begin();
      other.execute("LOCK TABLE %s.embed_chunks_1 IN EXCLUSIVE MODE".formatted(schema));
      assertThrows(StoreException.class, () -> vectors.delete(1, List.of(1L)));
      other.rollback();
    }
  }

  @Test
  void runOfDeadSoleWorkerIsAbandoned() {
    try (MailIndex index = new MailIndex(TestDatabase.pool(), schema);
        EmbedJob job = index.job(new HashEmbedder())) {
      assertInstanceOf(RunOutcome.Completed.class, job.runOnce());
    }
    try (Handle handle = TestDatabase.jdbi().open()) {
      handle.execute("UPDATE %s.embed_runs SET status = 'RUNNING'".formatted(schema));
    }
    try (MailIndex index = new MailIndex(TestDatabase.pool(), schema);
        EmbedJob job = index.builder(new HashEmbedder()).sharedLease().build()) {
      assertInstanceOf(RunOutcome.Completed.class, job.runBackstop());
      assertEquals(
          List.of(RunRecord.Status.COMPLETED, RunRecord.Status.ABANDONED),
          index.vectors.runs(2).stream().map(RunRecord::status).toList());
    }
  }

  private Process worker(int stalledBefore) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("java.class.path"),
            Worker.class.getName(),
            TestDatabase.url(),
            schema,
            String.valueOf(stalledBefore))
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  private static String line(Process process) throws IOException {
    return process.inputReader(StandardCharsets.UTF_8).readLine();
  }

  /** Runs until no work is left; prints how many texts it embedded and how often it activated. */
  static final class Worker {
    private Worker() {}

    public static void main(String[] arguments) throws IOException {
      int stalledBefore = Integer.parseInt(arguments[2]);
      try (MailIndex index = new MailIndex(TestDatabase.pool(arguments[0], 4), arguments[1]);
          HookedEmbedder embedder = new HookedEmbedder(stalledBefore, Worker::stall);
          EmbedJob job = index.builder(embedder).sharedLease().build()) {
        int activations = 0;
        RunOutcome outcome = job.runOnce();
        while (!(outcome instanceof RunOutcome.Idle)) {
          if (outcome instanceof RunOutcome.Completed completed && completed.activated()) {
            activations++;
          } else if (outcome instanceof RunOutcome.Failed failed) {
            throw failed.cause();
          }
          outcome = job.runOnce();
        }
        System.out.println(embedder.texts() + " " + activations);
      }
    }

    private static void stall() {
      System.out.println(STALLING);
      try {
        new CountDownLatch(1).await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
