package io.msgvault.embed.pgvector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.msgvault.embed.EmbedJob;
import io.msgvault.embed.RunOutcome;
import io.msgvault.embed.embedder.Embedder;
import io.msgvault.embed.memory.HashEmbedder;
import io.msgvault.embed.model.StoreException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tests that a run continues what a failed one has left. */
class RunWithDatabaseFailuresTest {
  /** Enough messages that some are written before the failure, and some are not. */
  private static final int MESSAGES = 5_000;

  private static final int FAILING_REQUEST = 560;

  private final String schema = TestDatabase.acquireArchive();
  private final DataSource named =
      PgStorageOpener.dataSource(TestDatabase.url() + "&ApplicationName=" + schema);

  private volatile CompletableFuture<Void> breaking = CompletableFuture.completedFuture(null);

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
  void brokenConnectionsFailRunAndNextContinues() {
    try (MailIndex index = new MailIndex(named, schema);
        Handle host = TestDatabase.jdbi().open();
        Embedder embedder = new HookedEmbedder(FAILING_REQUEST, () -> breakTheNextWrite(host));
        EmbedJob job = index.job(embedder)) {
      RunOutcome.Failed failed = assertInstanceOf(RunOutcome.Failed.class, job.runOnce());
      assertInstanceOf(StoreException.class, failed.cause());
      breaking.join();
      host.rollback();
      assertTrue(failed.counts().embedded() > 0, failed::toString);
      assertTrue(job.coverage().missing() > 0);
      index.requireConverges();
    }
  }

  /** Breaks every connection once a writer of the run waits for this host. */
  private void breakTheNextWrite(Handle host) {
    host.begin();
    host.execute("UPDATE %s.messages SET size_bytes = 1".formatted(schema));
    breaking =
        OwnThread.run(
            () -> {
              TestDatabase.awaitLockWait(schema);
              TestDatabase.terminate(schema);
            });
  }

  @Test
  void killedProcessReleasesLeaseAndNextRunContinues() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Worker.class.getName(),
                TestDatabase.url(),
                schema)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (MailIndex index = new MailIndex(named, schema)) {
      assertEquals(Worker.EMBEDDING, process.inputReader(StandardCharsets.UTF_8).readLine());
      try (EmbedJob job = index.job(new HashEmbedder())) {
        assertInstanceOf(RunOutcome.Busy.class, job.runOnce());
        process.destroyForcibly().waitFor();
        assertTrue(job.coverage().embedded() > 0);
        assertTrue(job.coverage().missing() > 0);
      }
      index.requireConverges();
    } finally {
      process.destroyForcibly();
    }
  }

  /** Runs a job, reports halfway, and then waits to be killed. */
  static final class Worker {
    static final String EMBEDDING = "embedding";

    private Worker() {}

    public static void main(String[] arguments) throws IOException {
      try (MailIndex index = new MailIndex(PgStorageOpener.dataSource(arguments[0]), arguments[1]);
          EmbedJob job = index.job(new HookedEmbedder(FAILING_REQUEST, Worker::stall))) {
        job.runOnce();
      }
    }

    private static void stall() {
      System.out.println(EMBEDDING);
      try {
        new CountDownLatch(1).await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /** Lets the server abort transactions, as it does for deadlocks. */
  @Test
  void abortedTransactionsAreRepeated() {
    List<String> causes = List.of("serialization_failure", "deadlock_detected");
    try (Handle host = TestDatabase.jdbi().open()) {
      host.execute("CREATE SEQUENCE %s.aborts".formatted(schema));
      host.execute(
          """
          CREATE FUNCTION %1$s.abort() RETURNS trigger LANGUAGE plpgsql AS $$
          BEGIN
            CASE nextval('%1$s.aborts') %% 5
              WHEN 1 THEN RAISE EXCEPTION USING ERRCODE = '%2$s';
              WHEN 3 THEN RAISE EXCEPTION USING ERRCODE = '%3$s';
              ELSE RETURN NULL;
            END CASE;
          END $$"""
              .formatted(schema, causes.get(0), causes.get(1)));
      try (MailIndex index = new MailIndex(named, schema)) {
        for (String table :
            List.of("messages", "embed_chunks", "embed_runs", "embed_generations")) {
          host.execute(
              """
              CREATE TRIGGER aborting AFTER INSERT OR UPDATE ON %1$s.%2$s
              FOR EACH STATEMENT EXECUTE FUNCTION %1$s.abort()"""
                  .formatted(schema, table));
        }
        index.requireConverges();
        long aborts =
            host.createQuery("SELECT last_value FROM %s.aborts".formatted(schema))
                .mapTo(Long.class)
                .one();
        assertTrue(aborts >= 10, () -> "only " + aborts);
      } finally {
        host.execute("DROP FUNCTION %s.abort() CASCADE".formatted(schema));
        host.execute("DROP SEQUENCE %s.aborts".formatted(schema));
      }
    }
  }
}
