package io.msgvault.embed.spring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.msgvault.embed.EmbedJob;
import io.msgvault.embed.JobEvent;
import io.msgvault.embed.RunOutcome;
import io.msgvault.embed.VectorCopy;
import io.msgvault.embed.embedder.Embedder;
import io.msgvault.embed.embedder.EmbedderModel;
import io.msgvault.embed.embedder.EmbedderUnavailableException;
import io.msgvault.embed.embedder.InputType;
import io.msgvault.embed.embedder.TransientEmbedderException;
import io.msgvault.embed.memory.ArchiveMessage;
import io.msgvault.embed.memory.HashEmbedder;
import io.msgvault.embed.memory.InMemoryArchive;
import io.msgvault.embed.memory.InMemoryIndex;
import io.msgvault.embed.memory.InMemoryMessageStore;
import io.msgvault.embed.memory.InMemoryVectorIndex;
import io.msgvault.embed.memory.InMemoryVectorStore;
import io.msgvault.embed.model.RunKind;
import io.msgvault.embed.model.StoreException;
import io.msgvault.embed.store.Lease;
import io.msgvault.embed.store.MessageVectors;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.support.StaticApplicationContext;
import org.springframework.core.task.SimpleAsyncTaskExecutor;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class EmbedRunsTest {
  private static final Duration LONG = Duration.ofHours(1);
  private static final Duration SHORT = Duration.ofMillis(5);

  private final BlockingQueue<RunOutcome> outcomes = new LinkedBlockingQueue<>();
  private final InMemoryArchive archive = new InMemoryArchive();
  private final InMemoryMessageStore messages = new InMemoryMessageStore(archive);
  private final InMemoryVectorStore vectors = new InMemoryVectorStore(new InMemoryIndex());
  private final SimpleAsyncTaskExecutor threads = new SimpleAsyncTaskExecutor();
  private EmbedRuns runs = runs(new HashEmbedder(), LONG, LONG, LONG);

  private EmbedRuns runs(
      Embedder embedder, Duration interval, Duration failureInterval, Duration runFor) {
    return runs(embedder, Optional.empty(), interval, failureInterval, runFor);
  }

  private EmbedRuns runs(
      Embedder embedder,
      Optional<VectorCopy> copy,
      Duration interval,
      Duration failureInterval,
      Duration runFor) {
    EmbedJob job =
        EmbedJob.builder(messages, vectors, embedder)
            .executor(threads)
            .listener(
                event -> {
                  if (event instanceof JobEvent.RunEnded ended) {
                    outcomes.add(ended.outcome());
                  }
                })
            .build();
    return new EmbedRuns(
        job,
        copy,
        new EmbedProperties.Job(
            true,
            interval,
            failureInterval,
            runFor,
            false,
            new EmbedProperties.Job.Budget(null, null, LONG),
            new EmbedProperties.Job.RateLimit(null, null),
            null,
            null,
            null),
        Supplier::get,
        threads);
  }

  private void begin() {
    runs.start();
    ready();
  }

  private void ready() {
    runs.onApplicationEvent(
        new ApplicationReadyEvent(
            new SpringApplication(), new String[0], new StaticApplicationContext(), SHORT));
  }

  private RunOutcome next() throws InterruptedException {
    RunOutcome outcome = outcomes.poll(20, TimeUnit.SECONDS);
    return assertInstanceOf(RunOutcome.class, outcome);
  }

  @AfterEach
  void stop() {
    runs.stop();
  }

  @Test
  void runsBeginOnceTheApplicationIsReady() throws Exception {
    runs.start();
    assertTrue(runs.isRunning());
    assertTrue(outcomes.isEmpty());
    assertTrue(vectors.generations().isEmpty());
    ready();
    next();
    ready(); // of another context
    assertEquals(1, vectors.runs(10).size());
  }

  @Test
  void runsDoNotBeginInAContextThatIsNotStarted() {
    ready();
    assertFalse(runs.isRunning());
    assertTrue(vectors.generations().isEmpty());
  }

  @Test
  void runsFollowEachOtherAfterTheInterval() throws Exception {
    runs = runs(new HashEmbedder(), SHORT, LONG, LONG);
    begin();
    next();
    next();
    assertInstanceOf(RunOutcome.Idle.class, next());
  }

  @Test
  void wishesNeedNotWait() throws Exception {
    begin();
    next();
    runs.backstopSoon();
    assertEquals(RunKind.BACKSTOP, assertInstanceOf(RunOutcome.Completed.class, next()).kind());
    long generation = vectors.active().orElseThrow().id();
    store();
    runs.runSoon();
    assertEquals(1, assertInstanceOf(RunOutcome.Completed.class, next()).counts().embedded());
    runs.rebuildSoon();
    assertTrue(assertInstanceOf(RunOutcome.Completed.class, next()).generation() > generation);
    assertEquals(RunOutcome.Completed.class, runs.lastOutcome().orElseThrow().getClass());
  }

  private static InMemoryVectorIndex target(Runnable beforeUpsert) {
    return new InMemoryVectorIndex(new InMemoryVectorIndex.Storage()) {
      @Override
      public void upsert(long generation, Collection<MessageVectors> batch) {
        beforeUpsert.run();
        super.upsert(generation, batch);
      }
    };
  }

  private void fill() {
    store();
    EmbedJob.builder(messages, vectors, new HashEmbedder()).build().runOnce();
  }

  @Test
  void noRunBeginsBeforeVectorsAreCopied() throws Exception {
    fill();
    AtomicInteger attempts = new AtomicInteger();
    InMemoryVectorIndex target =
        target(
            () -> {
              if (attempts.incrementAndGet() == 1) {
                throw new StoreException("no connection");
              }
            });
    runs = runs(new HashEmbedder(), copyTo(target), SHORT, SHORT, LONG);
    try (Lease another = vectors.lease(1).orElseThrow()) {
      begin();
      while (!(runs.lastOutcome().orElse(null) instanceof RunOutcome.Busy)) {
        assertTrue(another.isHeld());
        assertTrue(outcomes.isEmpty());
        Thread.onSpinWait();
      }
    }
    assertInstanceOf(RunOutcome.Idle.class, next());
    assertEquals(1, target.size(1).messages());
    assertEquals(2, attempts.get());
  }

  private Optional<VectorCopy> copyTo(InMemoryVectorIndex target) {
    return Optional.of(VectorCopy.builder(messages, vectors, target).build());
  }

  @Test
  void stoppingEndsCopy() throws Exception {
    fill();
    CountDownLatch copying = new CountDownLatch(1);
    CountDownLatch never = new CountDownLatch(1);
    InMemoryVectorIndex target =
        target(
            () -> {
              copying.countDown();
              try {
                boolean unused = never.await(200, TimeUnit.MILLISECONDS);
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    runs = runs(new HashEmbedder(), copyTo(target), LONG, LONG, LONG);
    begin();
    assertTrue(copying.await(20, TimeUnit.SECONDS));

    runs.stop();

    assertInstanceOf(RunOutcome.Cancelled.class, runs.lastOutcome().orElseThrow());
    assertTrue(outcomes.isEmpty());
  }

  @Test
  void failedRunWaitsForItsOwnInterval() throws Exception {
    runs = runs(new RefusingEmbedder(), LONG, SHORT, LONG);
    begin();
    assertInstanceOf(RunOutcome.Failed.class, next());
    assertInstanceOf(RunOutcome.Failed.class, next());
  }

  @Test
  void runThatIsOutOfTimeGoesOnAtOnce() throws Exception {
    StuckEmbedder embedder = new StuckEmbedder();
    store();
    runs = runs(embedder, LONG, LONG, Duration.ofMillis(50));
    begin();
    assertInstanceOf(RunOutcome.Cancelled.class, next());
    assertInstanceOf(RunOutcome.Cancelled.class, next());
  }

  @Test
  void stoppingEndsTheRunInProgress() throws Exception {
    StuckEmbedder embedder = new StuckEmbedder();
    store();
    runs = runs(embedder, LONG, LONG, LONG);
    begin();
    assertTrue(embedder.asked.await(20, TimeUnit.SECONDS));
    CountDownLatch called = new CountDownLatch(1);
    runs.stop(called::countDown);
    assertTrue(called.await(20, TimeUnit.SECONDS));
    assertEquals(
        RunOutcome.Cancelled.StopReason.CLOSED,
        assertInstanceOf(RunOutcome.Cancelled.class, next()).reason());
    assertFalse(runs.isRunning());
    assertThrows(IllegalStateException.class, runs::start);
  }

  @Test
  void stoppingWhatNeverBeganReturns() {
    assertTimeoutPreemptively(Duration.ofSeconds(20), () -> runs.stop());
  }

  private void store() {
    archive.insert(ArchiveMessage.of("Tides", "the tide table"));
  }

  /** Knows no model. */
  private static final class RefusingEmbedder implements Embedder {
    @Override
    public EmbedderModel model() {
      throw new EmbedderUnavailableException("no model: name one");
    }

    @Override
    public List<float[]> embed(List<String> texts, InputType inputType) {
      throw new EmbedderUnavailableException("no model: name one");
    }

    @Override
    public void close() {}
  }

  /** Never answers, until it is interrupted. */
  private static final class StuckEmbedder implements Embedder {
    private final CountDownLatch asked = new CountDownLatch(1);
    private final HashEmbedder hashes = new HashEmbedder();

    @Override
    public EmbedderModel model() {
      return hashes.model();
    }

    @Override
    public List<float[]> embed(List<String> texts, InputType inputType) {
      asked.countDown();
      try {
        Thread.sleep(Duration.ofMinutes(10).toMillis());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      throw new TransientEmbedderException("interrupted");
    }

    @Override
    public void close() {}
  }
}
