package io.msgvault.embed.testkit.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.msgvault.embed.EmbedJob;
import io.msgvault.embed.JobEvent;
import io.msgvault.embed.RetryPolicy;
import io.msgvault.embed.RunOutcome;
import io.msgvault.embed.embedder.InputType;
import io.msgvault.embed.embedder.TransientEmbedderException;
import io.msgvault.embed.memory.ArchiveMessage;
import io.msgvault.embed.memory.HashEmbedder;
import io.msgvault.embed.memory.InMemoryArchive;
import io.msgvault.embed.memory.InMemoryIndex;
import io.msgvault.embed.memory.InMemoryMessageStore;
import io.msgvault.embed.memory.InMemoryVectorStore;
import io.msgvault.embed.model.BackstopFindings;
import io.msgvault.embed.model.Coverage;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.testkit.job.ScriptedEmbedder.Script;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class JobRequestsTest {
  private static final Script DELEGATE =
      (request, texts, delegate) -> delegate.embed(texts, InputType.DOCUMENT);

  private final InMemoryArchive archive = new InMemoryArchive();
  private final InMemoryMessageStore messages = new InMemoryMessageStore(archive);
  private final InMemoryVectorStore vectors = new InMemoryVectorStore(new InMemoryIndex());
  private final ExecutorService pool = Executors.newCachedThreadPool();
  private final List<JobEvent> events = new ArrayList<>();
  private final RecordingScheduler scheduler = RecordingScheduler.immediate();

  @AfterEach
  void stopPool() {
    pool.shutdownNow();
  }

  private EmbedJob.Builder job(ScriptedEmbedder embedder) {
    return EmbedJob.builder(messages, vectors, embedder)
        .scheduler(scheduler)
        .withoutRequestTimeout()
        .listener(events::add);
  }

  private void insert(int count) {
    for (int i = 1; i <= count; i++) {
      archive.insert(ArchiveMessage.of("subject " + i, "text number " + i));
    }
  }

  private Coverage coverage() {
    return messages.coverage(vectors.active().or(vectors::building).orElseThrow().id(), Scope.ALL);
  }

  @Test
  void repliesMayArriveInAnyOrder() throws InterruptedException {
    insert(100);
    CountDownLatch later = new CountDownLatch(3);
    ScriptedEmbedder embedder =
        new ScriptedEmbedder(
            10,
            4,
            (request, texts, delegate) -> {
              if (request == 1) {
                await(later);
              } else {
                later.countDown();
              }
              return delegate.embed(texts, InputType.DOCUMENT);
            });

    job(embedder).executor(pool).build().runOnce();

    assertEquals(new Coverage(100, 100, 0, 0, 0), coverage());
    assertEquals(10, embedder.requests.size());
    HashEmbedder delegate = new HashEmbedder();
    for (List<String> texts : embedder.requests) {
      for (String text : texts) {
        long id = Long.parseLong(text.substring(text.lastIndexOf(' ') + 1));
        assertEquals(
            1,
            vectors
                .search(1, delegate.embed(List.of(text), InputType.QUERY).get(0), 1)
                .get(0)
                .score(),
            1e-5);
        assertEquals(1, vectors.vectors(1, Set.of(id)).size());
      }
    }
  }

  @Test
  void identicalTextsAreEmbeddedOnce() {
    for (int i = 0; i < 50; i++) {
      archive.insert(ArchiveMessage.of("weekly letter", "all the news"));
    }
    ScriptedEmbedder embedder = new ScriptedEmbedder(8, 1, DELEGATE);

    job(embedder).build().runOnce();

    assertEquals(new Coverage(50, 50, 0, 0, 0), coverage());
    assertEquals(1, embedder.requests.stream().mapToInt(List::size).sum());
  }

  @Test
  void unchangedTextReusesItsVectors() {
    insert(3);
    ScriptedEmbedder embedder = new ScriptedEmbedder(8, 1, DELEGATE);
    EmbedJob job = job(embedder).build();
    job.runOnce();
    int before = embedder.requests.size();

    archive.edit(2, new ArchiveMessage.Content("subject 2", "text   number 2", ""));
    RunOutcome outcome = job.runOnce();

    assertEquals(1, assertInstanceOf(RunOutcome.Completed.class, outcome).counts().reused());
    assertEquals(before, embedder.requests.size());
    assertEquals(new Coverage(3, 3, 0, 0, 0), coverage());
    assertEquals(BackstopFindings.NONE, job.verify());
  }

  @Test
  void repeatedFailuresEndRunAndKeepProgress() {
    insert(40);
    ScriptedEmbedder embedder =
        new ScriptedEmbedder(
            10,
            1,
            (request, texts, delegate) -> {
              if (request > 2) {
                throw new TransientEmbedderException("busy");
              }
              return delegate.embed(texts, InputType.DOCUMENT);
            });

    RunOutcome outcome =
        job(embedder)
            .retry(new RetryPolicy(5, 3, Duration.ofSeconds(1), Duration.ofMinutes(1)))
            .build()
            .runOnce();

    RunOutcome.Failed failed = assertInstanceOf(RunOutcome.Failed.class, outcome);
    assertEquals("busy", failed.cause().getMessage());
    assertEquals(20, failed.counts().embedded());
    assertEquals(2 + 5, embedder.requests.size());
    assertEquals(new Coverage(40, 20, 0, 0, 20), coverage());
  }

  @Test
  void backoffGrowsAndHonoursRetryAfter() {
    insert(10);
    ScriptedEmbedder embedder =
        new ScriptedEmbedder(
            10,
            1,
            (request, texts, delegate) -> {
              if (request <= 3) {
                throw request == 2
                    ? new TransientEmbedderException("busy", Duration.ofSeconds(45))
                    : new TransientEmbedderException("busy");
              }
              return delegate.embed(texts, InputType.DOCUMENT);
            });

    job(embedder)
        .retry(new RetryPolicy(8, 3, Duration.ofSeconds(1), Duration.ofMinutes(1)))
        .build()
        .runOnce();

    List<Duration> pauses = scheduler.delays();
    assertEquals(3, pauses.size());
    assertBetween(500, pauses.get(0).toMillis(), 1000);
    assertEquals(45_000, pauses.get(1).toMillis());
    assertBetween(2000, pauses.get(2).toMillis(), 4000);
    assertEquals(new Coverage(10, 10, 0, 0, 0), coverage());
  }

  @Test
  void longerRetryAfterExtendsWait() {
    insert(20);
    CountDownLatch bothSent = new CountDownLatch(2);
    CountDownLatch firstFailed = new CountDownLatch(1);
    ScriptedEmbedder embedder =
        new ScriptedEmbedder(
            10,
            2,
            (request, texts, delegate) -> {
              if (request <= 2) {
                bothSent.countDown();
                await(bothSent);
                if (request == 1) {
                  throw new TransientEmbedderException("busy");
                }
                await(firstFailed);
                throw new TransientEmbedderException("busy", Duration.ofSeconds(30));
              }
              return delegate.embed(texts, InputType.DOCUMENT);
            });
    List<Duration> waits = new ArrayList<>();
    List<Runnable> releases = new ArrayList<>();

    RunOutcome outcome =
        EmbedJob.builder(messages, vectors, embedder)
            .executor(pool)
            .withoutRequestTimeout()
            .retry(new RetryPolicy(8, 3, Duration.ofSeconds(1), Duration.ofMinutes(1)))
            .listener(
                event -> {
                  if (event instanceof JobEvent.Retrying) {
                    firstFailed.countDown();
                  }
                })
            .scheduler(
                (task, delay) -> {
                  waits.add(delay);
                  releases.add(task);
                  if (releases.size() == 2) {
                    releases.forEach(Runnable::run);
                  }
                  return () -> {};
                })
            .build()
            .runOnce();

    assertInstanceOf(RunOutcome.Completed.class, outcome);
    assertEquals(Duration.ofSeconds(30), waits.get(1));
    assertEquals(new Coverage(20, 20, 0, 0, 0), coverage());
  }

  @Test
  void hungRequestIsTimedOutAndRetried() {
    insert(20);
    CountDownLatch never = new CountDownLatch(1);
    ScriptedEmbedder embedder =
        new ScriptedEmbedder(
            10,
            2,
            (request, texts, delegate) -> {
              if (request == 1) {
                await(never);
              }
              return delegate.embed(texts, InputType.DOCUMENT);
            });

    RunOutcome outcome =
        EmbedJob.builder(messages, vectors, embedder)
            .executor(pool)
            .requestTimeout(Duration.ofMillis(300))
            .retry(new RetryPolicy(5, 3, Duration.ZERO, Duration.ZERO))
            .build()
            .runOnce();

    assertInstanceOf(RunOutcome.Completed.class, outcome);
    assertEquals(new Coverage(20, 20, 0, 0, 0), coverage());
  }

  @Test
  void deadlineEndsRunAndNextRunContinues() {
    insert(30);
    ScriptedEmbedder embedder = new ScriptedEmbedder(10, 1, DELEGATE);
    List<Runnable> alarms = new ArrayList<>();
    EmbedJob job =
        EmbedJob.builder(messages, vectors, embedder)
            .scheduler(
                (task, delay) -> {
                  alarms.add(task);
                  return () -> {};
                })
            .withoutRequestTimeout()
            .listener(
                event -> {
                  if (event instanceof JobEvent.BatchEmbedded && embedder.requests.size() == 2) {
                    alarms.forEach(Runnable::run);
                  }
                })
            .build();

    RunOutcome.Cancelled cancelled =
        assertInstanceOf(RunOutcome.Cancelled.class, job.runFor(Duration.ofMinutes(1)));

    assertEquals(RunOutcome.Cancelled.StopReason.DEADLINE, cancelled.reason());
    assertEquals(20, cancelled.counts().embedded());
    assertInstanceOf(RunOutcome.Completed.class, job.runOnce());
    assertEquals(new Coverage(30, 30, 0, 0, 0), coverage());
  }

  @Test
  void tooFewVectorsAreTransientAndZeroVectorIsRejected() {
    insert(10);
    ScriptedEmbedder embedder =
        new ScriptedEmbedder(
            10,
            1,
            (request, texts, delegate) -> {
              List<float[]> answer = new ArrayList<>(delegate.embed(texts, InputType.DOCUMENT));
              if (request == 1) {
                answer.remove(0);
              }
              for (int i = 0; i < answer.size(); i++) {
                if (texts.get(i).endsWith("number 4")) {
                  answer.set(i, new float[delegate.model().dimension()]);
                }
              }
              return answer;
            });

    job(embedder).build().runOnce();

    assertEquals(new Coverage(10, 9, 0, 1, 0), coverage());
  }

  @Test
  void progressReportsRemaining() {
    insert(2_600);
    job(new ScriptedEmbedder(32, 1, DELEGATE)).build().runOnce();

    List<JobEvent.Progress> progress =
        events.stream()
            .filter(JobEvent.Progress.class::isInstance)
            .map(JobEvent.Progress.class::cast)
            .toList();
    assertEquals(2_600, progress.get(progress.size() - 1).settled());
    assertTrue(progress.size() > 1);
    progress.forEach(event -> assertEquals(2_600, event.total()));
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TransientEmbedderException("interrupted", e);
    }
  }

  private static void assertBetween(long low, long value, long high) {
    assertTrue(low <= value && value <= high, low + " <= " + value + " <= " + high);
  }
}
