package io.msgvault.embed.testkit.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.msgvault.embed.EmbedJob;
import io.msgvault.embed.JobEvent;
import io.msgvault.embed.RetryPolicy;
import io.msgvault.embed.RunOutcome;
import io.msgvault.embed.Scheduler;
import io.msgvault.embed.embedder.Embedder;
import io.msgvault.embed.embedder.InputType;
import io.msgvault.embed.embedder.TransientEmbedderException;
import io.msgvault.embed.memory.ArchiveMessage;
import io.msgvault.embed.memory.InMemoryArchive;
import io.msgvault.embed.memory.InMemoryIndex;
import io.msgvault.embed.memory.InMemoryMessageStore;
import io.msgvault.embed.memory.InMemoryVectorStore;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The timers of a job: which it sets, and that none outlives its use. */
class JobTimersTest {
  private static final int BATCH = 10;

  private final InMemoryArchive archive = new InMemoryArchive();
  private final InMemoryMessageStore messages = new InMemoryMessageStore(archive);
  private final InMemoryVectorStore vectors = new InMemoryVectorStore(new InMemoryIndex());
  private final ExecutorService pool = Executors.newCachedThreadPool();
  private final RecordingScheduler scheduler = RecordingScheduler.idle();

  @AfterEach
  void stopPool() {
    pool.shutdownNow();
  }

  private EmbedJob.Builder job(ScriptedEmbedder.Script script) {
    for (int i = 1; i <= 3 * BATCH; i++) {
      archive.insert(ArchiveMessage.of("subject " + i, "text number " + i));
    }
    return EmbedJob.builder(messages, vectors, new ScriptedEmbedder(BATCH, 2, script))
        .scheduler(scheduler);
  }

  private static List<float[]> embed(int request, List<String> texts, Embedder delegate) {
    return delegate.embed(texts, InputType.DOCUMENT);
  }

  @Test
  void timeoutIsTwoMinutesWithExecutor() {
    job(JobTimersTest::embed).executor(pool).build().runOnce();

    assertEquals(Collections.nCopies(3, Duration.ofMinutes(2)), scheduler.delays());
  }

  @Test
  void requestOnRunThreadHasNoTimeout() {
    assertInstanceOf(RunOutcome.Completed.class, job(JobTimersTest::embed).build().runOnce());

    assertEquals(List.of(), scheduler.tasks);
  }

  @Test
  void requestHasNoTimeoutIfNoneIsWanted() {
    job(JobTimersTest::embed).executor(pool).withoutRequestTimeout().build().runOnce();

    assertEquals(List.of(), scheduler.tasks);
  }

  @Test
  void timeoutWithoutExecutorIsRefused() {
    EmbedJob.Builder builder = job(JobTimersTest::embed).requestTimeout(Duration.ofMinutes(1));

    assertThrows(IllegalStateException.class, builder::build);
  }

  @Test
  void replyThatIsThereWinsOverTimeout() {
    RecordingScheduler immediate = RecordingScheduler.immediate();

    RunOutcome outcome =
        job(JobTimersTest::embed)
            .executor(Runnable::run)
            .scheduler(immediate)
            .requestTimeout(Duration.ofMinutes(1))
            .build()
            .runOnce();

    RunOutcome.Completed completed = assertInstanceOf(RunOutcome.Completed.class, outcome);
    assertEquals(3 * BATCH, completed.counts().embedded());
    assertEquals(0, completed.counts().retries());
  }

  @Test
  void timeoutIsCancelledOnceRequestIsAnswered() {
    AtomicBoolean firstCancelled = new AtomicBoolean();
    job(JobTimersTest::embed)
        .executor(pool)
        .requestTimeout(Duration.ofHours(1))
        .listener(
            event -> {
              if (event instanceof JobEvent.BatchEmbedded) {
                firstCancelled.set(scheduler.tasks.stream().anyMatch(task -> task.cancelled));
              }
            })
        .build()
        .runOnce();

    assertTrue(firstCancelled.get());
    assertEquals(3, scheduler.tasks.size());
    assertTrue(scheduler.allCancelled());
  }

  @Test
  void timersAreCancelledWhenRunIsCancelled() {
    AtomicReference<EmbedJob> closing = new AtomicReference<>();
    EmbedJob job =
        job((request, texts, delegate) -> {
              throw new TransientEmbedderException("busy");
            })
            .executor(pool)
            .requestTimeout(Duration.ofHours(1))
            .listener(
                event -> {
                  if (event instanceof JobEvent.Retrying) {
                    Objects.requireNonNull(closing.get()).close();
                  }
                })
            .build();
    closing.set(job);

    assertInstanceOf(RunOutcome.Cancelled.class, job.runOnce());

    assertTrue(scheduler.delays().stream().anyMatch(delay -> delay.toHours() < 1), "no pause");
    assertTrue(scheduler.allCancelled());
  }

  @Test
  void deadlineIsCancelledWhenRunEnds() {
    assertInstanceOf(
        RunOutcome.Completed.class,
        job(JobTimersTest::embed).build().runFor(Duration.ofMinutes(5)));

    assertEquals(List.of(Duration.ofMinutes(5)), scheduler.delays());
    assertTrue(scheduler.allCancelled());
  }

  @Test
  void timesMayBeWithoutEnd() {
    Duration forever = ChronoUnit.FOREVER.getDuration();
    EmbedJob job =
        job((request, texts, delegate) -> {
              if (request == 1) {
                throw new TransientEmbedderException("busy");
              }
              return embed(request, texts, delegate);
            })
            .executor(pool)
            .scheduler(Scheduler.system())
            .requestTimeout(forever)
            .backstopInterval(forever)
            .keepRetired(forever)
            .retry(new RetryPolicy(3, 3, Duration.ofMillis(1), forever))
            .build();

    assertInstanceOf(RunOutcome.Completed.class, job.runFor(forever));
    assertInstanceOf(RunOutcome.Idle.class, job.runOnce());
    assertInstanceOf(RunOutcome.Completed.class, job.runBackstop());
    assertInstanceOf(RunOutcome.Completed.class, job.rebuild());
    assertEquals(2, vectors.generations().size());
    assertEquals(3 * BATCH, vectors.size(1).messages());
  }

  @Test
  void durationsMustBePositive() {
    EmbedJob.Builder builder = job(JobTimersTest::embed);
    EmbedJob job = builder.build();
    for (Duration duration : List.of(Duration.ZERO, Duration.ofSeconds(-1))) {
      assertThrows(IllegalArgumentException.class, () -> builder.requestTimeout(duration));
      assertThrows(IllegalArgumentException.class, () -> builder.backstopInterval(duration));
      assertThrows(IllegalArgumentException.class, () -> job.runFor(duration));
    }
  }
}
