package io.msgvault.embed.benchmarks;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.msgvault.embed.EmbedJob;
import io.msgvault.embed.JobEvent;
import io.msgvault.embed.RunOutcome;
import io.msgvault.embed.model.Coverage;
import io.msgvault.embed.model.IncompleteCoverageException;
import io.msgvault.embed.pgvector.PgMessageStore;
import io.msgvault.embed.pgvector.PgVectorStore;
import io.msgvault.embed.store.VectorStore;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Runs a worker of {@link WorkersBenchmark}. It prints that it is ready, waits for a line, and
 * fills until nothing is missing. Then it prints the time of its last write and the number of texts
 * it embedded.
 */
final class WorkerProcess {
  static final String READY = "ready";

  private static final String URL = "MSGVAULT_TEST_PG_URL";
  private static final int DIMENSION = 384;
  private static final int MILLIS = 200;
  private static final int IN_FLIGHT = 4;

  /** The threads for requests and writes. */
  private static final int THREADS = IN_FLIGHT + 2;

  /** The pause between two runs, as of a host's scheduler. */
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private WorkerProcess() {}

  /** Runs with the arguments {@code ARCHIVE INDEX}, the names of two schemas. */
  public static void main(String[] args) throws IOException {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(System.getenv(URL));
    config.setMaximumPoolSize(THREADS);
    config.setMinimumIdle(0);
    AtomicLong texts = new AtomicLong();
    AtomicLong lastWrite = new AtomicLong();
    ExecutorService pool = Executors.newFixedThreadPool(THREADS);
    try (HikariDataSource connections = new HikariDataSource(config);
        PgMessageStore messages = PgMessageStore.open(connections, args[0]);
        PgVectorStore vectors = PgVectorStore.builder(connections, args[1]).install();
        CannedEmbedder embedder = new CannedEmbedder(DIMENSION, MILLIS, IN_FLIGHT);
        EmbedJob job =
            EmbedJob.builder(messages, withoutIndex(vectors), embedder)
                .sharedLease()
                .executor(pool)
                .withoutBackstop()
                .listener(
                    event -> {
                      if (event instanceof JobEvent.BatchEmbedded batch) {
                        texts.addAndGet(batch.texts());
                      } else if (event instanceof JobEvent.Progress) {
                        lastWrite.set(System.currentTimeMillis());
                      }
                    })
                .build()) {
      System.out.println(READY);
      if (System.in.read() < 0) {
        return;
      }
      while (true) {
        RunOutcome outcome = job.runOnce();
        if (outcome instanceof RunOutcome.Failed failed) {
          throw failed.cause();
        }
        if (job.coverage().complete()) {
          break;
        }
        LockSupport.parkNanos(PAUSE_NANOS);
      }
      System.out.println(lastWrite + " " + texts);
    } finally {
      pool.shutdown();
    }
  }

  /**
   * Leaves out the HNSW index, which one worker builds after the fill and which is not measured.
   */
  private static VectorStore withoutIndex(VectorStore store) {
    return (VectorStore)
        Proxy.newProxyInstance(
            WorkerProcess.class.getClassLoader(),
            new Class<?>[] {VectorStore.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("activate")) {
                throw new IncompleteCoverageException(
                    (Long) arguments[0], new Coverage(0, 0, 0, 0, 0));
              }
              try {
                return method.invoke(store, arguments);
              } catch (InvocationTargetException e) {
                throw e.getTargetException();
              }
            });
  }
}
