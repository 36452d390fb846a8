package io.msgvault.embed.testkit.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.msgvault.embed.EmbedJob;
import io.msgvault.embed.RunOutcome;
import io.msgvault.embed.RunOutcome.Cancelled;
import io.msgvault.embed.Scheduler;
import io.msgvault.embed.embedder.InputType;
import io.msgvault.embed.memory.ArchiveMessage;
import io.msgvault.embed.memory.InMemoryArchive;
import io.msgvault.embed.memory.InMemoryIndex;
import io.msgvault.embed.memory.InMemoryMessageStore;
import io.msgvault.embed.memory.InMemoryVectorStore;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How closing a job waits for its runs. */
class JobClosingTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private final InMemoryArchive archive = new InMemoryArchive();
  private final InMemoryMessageStore messages = new InMemoryMessageStore(archive);
  private final InMemoryVectorStore vectors = new InMemoryVectorStore(new InMemoryIndex());
  private final ExecutorService pool = Executors.newCachedThreadPool();
  private final CountDownLatch asked = new CountDownLatch(1);
  private final CountDownLatch answered = new CountDownLatch(1);

  @BeforeEach
  void fill() {
    for (int i = 1; i <= 30; i++) {
      archive.insert(ArchiveMessage.of("", "text number " + i));
    }
  }

  @AfterEach
  void stopPool() {
    answered.countDown();
    pool.shutdownNow();
  }

  /** A job whose first request waits for its answer. */
  private EmbedJob job(Scheduler scheduler) {
    ScriptedEmbedder embedder =
        new ScriptedEmbedder(
            10,
            1,
            (request, texts, delegate) -> {
              asked.countDown();
              await(answered);
              return delegate.embed(texts, InputType.DOCUMENT);
            });
    return EmbedJob.builder(messages, vectors, embedder).scheduler(scheduler).build();
  }

  private static void await(CountDownLatch latch) {
    try {
      assertTrue(latch.await(20, TimeUnit.SECONDS));
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void closingWaitsForRun() throws Exception {
    EmbedJob job = job(Scheduler.system());
    Future<RunOutcome> run = pool.submit(job::runOnce);
    await(asked);

    Future<Boolean> closed = pool.submit(() -> job.close(LIMIT));
    assertThrows(
        IllegalStateException.class,
        () -> {
          while (true) {
            job.runOnce(); // until the other thread has closed the job
          }
        });
    assertFalse(closed.isDone());
    answered.countDown();

    assertTrue(closed.get());
    assertTrue(run.isDone() || run.get() != null);
    assertInstanceOf(Cancelled.class, run.get());
    assertTrue(vectors.lease(1).isPresent(), "the run still has its lease");
  }

  @Test
  void closingGivesUpAfterLimit() throws Exception {
    RecordingScheduler immediate = RecordingScheduler.immediate();
    EmbedJob job = job(immediate);
    Future<RunOutcome> run = pool.submit(job::runOnce);
    await(asked);

    assertFalse(job.close(LIMIT));

    assertEquals(LIMIT, immediate.tasks.get(0).delay);
    assertFalse(run.isDone());
    answered.countDown();
    assertInstanceOf(Cancelled.class, run.get());
    assertTrue(job.close(LIMIT));
  }

  @Test
  void interruptEndsWait() throws Exception {
    EmbedJob job = job(Scheduler.system());
    Future<RunOutcome> run = pool.submit(job::runOnce);
    await(asked);

    Thread.currentThread().interrupt();
    assertFalse(job.close(LIMIT));

    assertTrue(Thread.interrupted());
    answered.countDown();
    assertInstanceOf(Cancelled.class, run.get());
  }

  @Test
  void closingWithoutRunReturnsAtOnce() {
    RecordingScheduler idle = RecordingScheduler.idle();
    assertTrue(job(idle).close(LIMIT));
    assertTrue(idle.allCancelled());
    assertThrows(IllegalArgumentException.class, () -> job(idle).close(Duration.ZERO));
  }
}
