package io.msgvault.embed.testkit.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.msgvault.embed.Budget;
import io.msgvault.embed.EmbedJob;
import io.msgvault.embed.RunOutcome;
import io.msgvault.embed.VectorCopy;
import io.msgvault.embed.VectorCopyOutcome;
import io.msgvault.embed.VectorCopyOutcome.Busy;
import io.msgvault.embed.VectorCopyOutcome.Cancelled;
import io.msgvault.embed.VectorCopyOutcome.Copied;
import io.msgvault.embed.VectorCopyProgress;
import io.msgvault.embed.VectorCopyProgress.Phase;
import io.msgvault.embed.embedder.InputType;
import io.msgvault.embed.memory.ArchiveMessage;
import io.msgvault.embed.memory.InMemoryArchive;
import io.msgvault.embed.memory.InMemoryIndex;
import io.msgvault.embed.memory.InMemoryMessageStore;
import io.msgvault.embed.memory.InMemoryVectorIndex;
import io.msgvault.embed.memory.InMemoryVectorStore;
import io.msgvault.embed.model.ArchiveMismatchException;
import io.msgvault.embed.model.BackstopFindings;
import io.msgvault.embed.model.Generation;
import io.msgvault.embed.model.GenerationStateException;
import io.msgvault.embed.model.InvalidVectorException;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.model.StoreException;
import io.msgvault.embed.store.ChunkVector;
import io.msgvault.embed.store.Lease;
import io.msgvault.embed.store.MessageRevision;
import io.msgvault.embed.store.MessageStore;
import io.msgvault.embed.store.MessageVectors;
import io.msgvault.embed.store.VectorIndex;
import io.msgvault.embed.store.VectorStore;
import io.msgvault.embed.text.TextPolicy;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Copies of vectors to another index, and what happens in the archive and the source meanwhile. */
class VectorCopyTest {
  private static final int MESSAGES = 1_000;
  private static final int BATCH = 128;

  private final InMemoryArchive archive = new InMemoryArchive();
  private final InMemoryMessageStore messages = new InMemoryMessageStore(archive);
  private final InMemoryVectorStore source = new InMemoryVectorStore(new InMemoryIndex());
  private final Target target = new Target();
  private final ScriptedEmbedder embedder =
      new ScriptedEmbedder(
          50, 1, (request, texts, delegate) -> delegate.embed(texts, InputType.DOCUMENT));
  private final ExecutorService pool = Executors.newCachedThreadPool();

  @AfterEach
  void stopPool() {
    pool.shutdownNow();
  }

  /** An index in memory that disturbs its writers. */
  private static final class Target extends InMemoryVectorIndex {
    final List<Long> written = new ArrayList<>();
    final AtomicInteger upserts = new AtomicInteger();
    final List<Long> prepared = new ArrayList<>();
    Consumer<Integer> beforeUpsert = number -> {};

    Target() {
      super(new Storage());
    }

    @Override
    public void upsert(long generation, Collection<MessageVectors> batch) {
      beforeUpsert.accept(upserts.incrementAndGet());
      synchronized (written) {
        batch.forEach(message -> written.add(message.messageId()));
      }
      super.upsert(generation, batch);
    }

    @Override
    public void prepare(long generation) {
      prepared.add(generation);
    }
  }

  /** Ends a copy in the middle, as a kill does. */
  private static final class Killed extends Error {
    private static final long serialVersionUID = 1;
  }

  private static Consumer<Integer> before(int number, Runnable disturbance) {
    return upsert -> {
      if (upsert == number) {
        disturbance.run();
      }
    };
  }

  private void insert(int count) {
    for (int i = 0; i < count; i++) {
      archive.insert(ArchiveMessage.of("", "text " + archive.latestRevision()));
    }
  }

  private void edit(long id, String text) {
    archive.edit(id, ArchiveMessage.of("", text).content());
  }

  private EmbedJob.Builder job(VectorStore vectors) {
    return EmbedJob.builder(messages, vectors, embedder);
  }

  private RunOutcome.Completed fill(VectorStore vectors) {
    return assertInstanceOf(RunOutcome.Completed.class, job(vectors).build().runOnce());
  }

  private void fillSource(int count) {
    insert(count);
    fill(source);
    embedder.requests.clear();
  }

  private VectorStore joined() {
    return VectorStore.of(source, target);
  }

  private VectorCopy.Builder copy() {
    return VectorCopy.builder(messages, source, target);
  }

  private Copied copied() {
    return assertInstanceOf(Copied.class, copy().build().run());
  }

  private static List<MessageVectors> all(VectorIndex index, long generation) {
    return index.vectors(
        generation,
        index.messageIds(generation, 0, Integer.MAX_VALUE).stream()
            .map(MessageRevision::messageId)
            .toList());
  }

  private void requireNothingToEmbed() {
    assertEquals(BackstopFindings.NONE, job(joined()).build().verify());
    assertInstanceOf(RunOutcome.Idle.class, job(joined()).build().runOnce());
    assertInstanceOf(RunOutcome.Completed.class, job(joined()).build().runBackstop());
    assertEquals(List.of(), embedder.requests);
  }

  @Test
  void everythingIsCopiedAndNothingEmbeddedAgain() {
    fillSource(MESSAGES);

    assertEquals(new Copied(MESSAGES, MESSAGES, Set.of()), copied());

    assertEquals(all(source, 1), all(target, 1));
    assertEquals(List.of(1L), target.prepared);
    requireNothingToEmbed();
    assertEquals(10, joined().search(1, all(source, 1).get(0).chunks().get(0).vector(), 10).size());
  }

  @Test
  void emptyIndexIsCopied() {
    assertEquals(new Copied(0, 0, Set.of()), copied());
    fillSource(0);
    insert(3);
    fill(joined());
    assertEquals(3, target.size(1).messages());
  }

  /** As when the index has moved, and the old room was freed. */
  @Test
  void emptySourceNeedsNoLeaseAndChangesNothing() {
    fillSource(3);
    copied();
    source.delete(1, List.of(1L, 2L, 3L));
    archive.delete(3);
    List<MessageVectors> moved = all(target, 1);

    try (Lease run = source.lease(1).orElseThrow()) {
      assertTrue(run.isHeld());
      assertEquals(new Copied(0, 0, Set.of()), copied());
    }

    assertEquals(moved, all(target, 1));
  }

  @Test
  void secondCallCopiesNothing() {
    fillSource(MESSAGES);
    copied();
    target.written.clear();

    assertEquals(new Copied(0, MESSAGES, Set.of()), copied());

    assertEquals(List.of(), target.written);
  }

  @Test
  void killedCopyGoesOn() {
    fillSource(MESSAGES);
    target.beforeUpsert =
        before(
            4,
            () -> {
              throw new Killed();
            });
    assertThrows(Killed.class, () -> copy().build().run());
    assertEquals(3 * BATCH, target.size(1).messages());

    assertEquals(new Copied(MESSAGES - 3 * BATCH, MESSAGES, Set.of()), copied());

    assertEquals(MESSAGES, new HashSet<>(target.written).size());
    assertEquals(MESSAGES, target.written.size());
    requireNothingToEmbed();
  }

  @Test
  void manyBatchesAreCopiedAtOnce() {
    fillSource(MESSAGES);
    AtomicInteger atOnce = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    VectorIndex busy =
        new InMemoryVectorIndex(new InMemoryVectorIndex.Storage()) {
          @Override
          public void upsert(long generation, Collection<MessageVectors> batch) {
            most.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
            super.upsert(generation, batch);
            atOnce.decrementAndGet();
          }
        };

    VectorCopyOutcome outcome =
        VectorCopy.builder(messages, source, busy).executor(pool, 3).build().run();

    assertEquals(new Copied(MESSAGES, MESSAGES, Set.of()), outcome);
    assertTrue(most.get() <= 3, () -> most + " batches at once");
    assertEquals(all(source, 1), all(busy, 1));
  }

  /** The first batch fails while the second is being written. */
  @Test
  void failedCopyAwaitsItsBatches() {
    fillSource(MESSAGES);
    CountDownLatch second = new CountDownLatch(1);
    CountDownLatch never = new CountDownLatch(1);
    AtomicBoolean written = new AtomicBoolean();
    VectorIndex failing =
        new InMemoryVectorIndex(new InMemoryVectorIndex.Storage()) {
          @Override
          public void upsert(long generation, Collection<MessageVectors> batch) {
            try {
              if (batch.stream().anyMatch(message -> message.messageId() == 1)) {
                assertTrue(second.await(10, TimeUnit.SECONDS), "there is no second batch");
                throw new StoreException("the disk is full");
              }
              second.countDown();
              boolean unused = never.await(200, TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
              throw new IllegalStateException(e);
            }
            written.set(true);
          }
        };

    assertThrows(
        StoreException.class,
        () -> VectorCopy.builder(messages, source, failing).executor(pool, 2).build().run());

    assertTrue(written.get(), "the second batch was still in progress");
  }

  @Test
  void whatJobWritesMeanwhileIsCopied() {
    fillSource(MESSAGES);
    target.beforeUpsert =
        before(
            5,
            () -> {
              insert(10);
              edit(1, "edited after it was copied");
              edit(MESSAGES, "edited before it is copied");
              archive.delete(2);
              archive.purge(3);
              archive.delete(MESSAGES - 1);
              fill(source);
            });

    Copied outcome = copied();

    assertEquals(MESSAGES + 10 - 3, outcome.messages());
    assertEquals(all(source, 1), all(target, 1));
    embedder.requests.clear();
    requireNothingToEmbed();
  }

  /** No run has noticed the deletion, so the source still has the vectors. */
  @Test
  void whatIsDeletedMeanwhileLeavesTarget() {
    fillSource(MESSAGES);
    target.beforeUpsert =
        before(
            5,
            () -> {
              archive.delete(2);
              archive.purge(MESSAGES);
            });

    assertEquals(MESSAGES - 2, copied().messages());

    assertEquals(List.of(), target.vectors(1, List.of(2L, (long) MESSAGES)));
    assertEquals(MESSAGES, source.size(1).messages());
    fill(joined());
    assertEquals(List.of(), messages.removed(0, 9));
  }

  @Test
  void copyIsBusyWhileRunFills() {
    fillSource(MESSAGES);
    try (Lease run = source.lease(1).orElseThrow()) {
      assertTrue(run.isHeld());
      assertEquals(new Busy(MESSAGES, 1), copy().build().run());
    }

    assertEquals(new Copied(0, MESSAGES, Set.of()), copied());
  }

  /** A run may put back what is deleted, so a copy without the lease only adds. */
  @Test
  void busyCopyDeletesNothing() {
    fillSource(10);
    copied();
    archive.delete(3);
    edit(4, "");
    fill(source);
    List<MessageVectors> before = all(target, 1);

    try (Lease run = source.lease(1).orElseThrow()) {
      assertTrue(run.isHeld());
      assertEquals(new Busy(0, 1), copy().build().run());
    }
    assertEquals(before, all(target, 1));

    copied();
    assertEquals(all(source, 1), all(target, 1));
  }

  @Test
  void copyIsBusyWhileWorkersShareGeneration() {
    fillSource(1);
    try (Lease worker = source.sharedLease(1).orElseThrow()) {
      assertTrue(worker.isHeld());
      assertEquals(new Busy(1, 1), copy().build().run());
    }
  }

  @Test
  void runIsBusyWhileCopyFinishes() {
    fillSource(MESSAGES);
    List<RunOutcome> runs = new ArrayList<>();

    assertInstanceOf(
        Copied.class,
        copy()
            .listener(
                progress -> {
                  if (progress.phase() == Phase.FINISH) {
                    runs.add(job(source).build().runBackstop());
                  }
                })
            .build()
            .run());

    assertEquals(List.of(new RunOutcome.Busy(1)), runs.stream().distinct().toList());
    assertInstanceOf(RunOutcome.Completed.class, job(source).build().runBackstop());
  }

  @Test
  void progressIsTold() {
    fillSource(MESSAGES);
    List<VectorCopyProgress> told = new ArrayList<>();

    copy()
        .listener(
            progress -> {
              told.add(progress);
              throw new IllegalStateException("ignored");
            })
        .build()
        .run();

    assertEquals(new VectorCopyProgress(1, Phase.COPY, BATCH * 2, MESSAGES, BATCH), told.get(0));
    assertTrue(
        told.contains(new VectorCopyProgress(1, Phase.COPY, MESSAGES, MESSAGES, MESSAGES)),
        told::toString);
    assertEquals(
        new VectorCopyProgress(1, Phase.FINISH, MESSAGES, MESSAGES, MESSAGES),
        told.get(told.size() - 1));
  }

  @Test
  void interruptEndsCopyAndNextCallGoesOn() {
    fillSource(MESSAGES);
    target.beforeUpsert = before(2, () -> Thread.currentThread().interrupt());

    Cancelled cancelled = assertInstanceOf(Cancelled.class, copy().build().run());

    assertTrue(Thread.interrupted());
    assertEquals(2 * BATCH, cancelled.copied());
    assertEquals(MESSAGES - 2 * BATCH, copied().copied());
  }

  @Test
  void closingEndsCopy() {
    fillSource(MESSAGES);
    VectorCopy copy = copy().build();
    target.beforeUpsert = before(2, copy::close);

    assertEquals(new Cancelled(2 * BATCH), copy.run());

    assertFalse(Thread.currentThread().isInterrupted());
    assertThrows(IllegalStateException.class, copy::run);
    assertEquals(MESSAGES - 2 * BATCH, copied().copied());
  }

  /** A store over the network may throw when its thread is interrupted. */
  @Test
  void storeThatNoticesInterruptFirstEndsCopyToo() {
    fillSource(MESSAGES);
    target.beforeUpsert =
        before(
            2,
            () -> {
              Thread.currentThread().interrupt();
              throw new StoreException("interrupted");
            });

    assertEquals(new Cancelled(BATCH), copy().build().run());

    assertTrue(Thread.interrupted());
  }

  // Generations

  @Test
  void unfinishedBuildGoesOnAfterCopy() {
    fillSource(MESSAGES);
    TextPolicy other = TextPolicy.standard().withMaxChunks(3);
    assertInstanceOf(
        RunOutcome.Cancelled.class,
        job(source).text(other).budget(Budget.UNLIMITED.withRequests(10)).build().rebuild());
    long built = source.size(2).messages();
    embedder.requests.clear();

    assertEquals(new Copied(MESSAGES + built, MESSAGES + built, Set.of()), copied());

    assertEquals(all(source, 1), all(target, 1));
    assertEquals(all(source, 2), all(target, 2));
    assertEquals(List.of(1L), target.prepared);
    RunOutcome.Completed completed =
        assertInstanceOf(RunOutcome.Completed.class, job(joined()).text(other).build().runOnce());
    assertTrue(completed.activated());
    assertEquals(MESSAGES - built, embedder.requests.stream().mapToLong(List::size).sum());
    assertEquals(MESSAGES, target.size(2).messages());
  }

  /** The text that a search finds during a build is the one from before. */
  @Test
  void messageEditedDuringBuildKeepsItsVectorsInServingGeneration() {
    fillSource(10);
    TextPolicy other = TextPolicy.standard().withMaxChunks(3);
    source.create(job(source).text(other).build().fingerprint(), messages.reserveGenerationId(1));
    edit(5, "edited");

    copied();

    assertEquals(all(source, 1), all(target, 1));
  }

  @Test
  void keptGenerationIsCopiedAndRevived() {
    fillSource(MESSAGES);
    assertInstanceOf(
        RunOutcome.Completed.class,
        job(source).text(TextPolicy.standard().withMaxChunks(3)).build().rebuild());
    embedder.requests.clear();

    assertEquals(new Copied(2 * MESSAGES, 2 * MESSAGES, Set.of()), copied());

    assertEquals(List.of(2L), target.prepared);
    assertInstanceOf(RunOutcome.Completed.class, job(joined()).build().rebuild());
    assertEquals(List.of(), embedder.requests);
    assertEquals(1, joined().active().orElseThrow().id());
  }

  @Test
  void generationThatBeginsMeanwhileIsCopied() {
    fillSource(MESSAGES);
    TextPolicy other = TextPolicy.standard().withMaxChunks(3);
    target.beforeUpsert = before(5, () -> job(source).text(other).build().rebuild());

    assertEquals(2 * MESSAGES, copied().messages());

    assertEquals(all(source, 2), all(target, 2));
    assertTrue(target.prepared.contains(2L), target.prepared::toString);
    embedder.requests.clear();
    assertInstanceOf(RunOutcome.Idle.class, job(joined()).text(other).build().runOnce());
    assertEquals(List.of(), embedder.requests);
  }

  /** Such a target has the same ledger, as when vectors move back to where they were. */
  @Test
  void retiredGenerationIsLeftOutIfTargetRefusesIt() {
    fillSource(10);
    job(source).text(TextPolicy.standard().withMaxChunks(3)).build().rebuild();

    VectorCopyOutcome outcome = VectorCopy.builder(messages, source, joined()).build().run();

    assertEquals(new Copied(10, 10, Set.of(1L)), outcome);
    assertEquals(0, target.size(1).messages());
  }

  @Test
  void refusalOfServingGenerationIsError() {
    fillSource(10);
    InMemoryVectorStore other = new InMemoryVectorStore(new InMemoryIndex());
    other.create(source.active().orElseThrow().fingerprint(), 1);
    other.retire(1);
    assertThrows(
        GenerationStateException.class,
        () -> VectorCopy.builder(messages, source, other).build().run());
    assertTrue(source.lease(1).isPresent(), "the lease is free");
  }

  // What the archive decides

  @Test
  void waitingMessageKeepsVectorsOfUnchangedText() {
    fillSource(10);
    job(source).build().repair(List.of(4L));

    assertEquals(new Copied(10, 9, Set.of()), copied());

    fill(joined());
    assertEquals(List.of(), embedder.requests);
  }

  @Test
  void vectorsOfLaterRevisionsAreKept() {
    fillSource(10);
    copied();
    edit(1, "edited after the move");
    edit(2, "");
    insert(1);
    archive.delete(3);
    fill(joined());
    edit(4, "not embedded yet");
    List<MessageVectors> moved = all(target, 1);
    target.written.clear();

    assertEquals(0, copied().copied());

    assertEquals(moved, all(target, 1));
    assertEquals(List.of(), target.written);
  }

  /** The message is edited after it was listed as settled, on a later page. */
  @Test
  void messageEditedDuringLastWalkKeepsItsVectors() {
    int many = 10_010;
    fillSource(many);
    copied();
    AtomicInteger pages = new AtomicInteger();
    MessageStore editing =
        interceptor(
            (method, arguments) -> {
              boolean second = method.equals("live") && (long) arguments[1] == 10_000;
              if (second && pages.incrementAndGet() == 2) {
                edit(many, "edited");
              }
            });

    assertInstanceOf(Copied.class, VectorCopy.builder(editing, source, target).build().run());

    assertEquals(2, pages.get());
    assertEquals(1, target.vectors(1, List.of((long) many)).size());
  }

  @Test
  void archiveIsDurableBeforeTargetLosesVectors() {
    fillSource(10);
    copied();
    archive.delete(3);
    List<String> calls = new ArrayList<>();
    VectorIndex recorded =
        new InMemoryVectorIndex(new InMemoryVectorIndex.Storage()) {
          @Override
          public void delete(long generation, Collection<Long> messageIds) {
            calls.add("delete");
            super.delete(generation, messageIds);
          }
        };
    recorded.upsert(1, all(target, 1));
    MessageStore recording =
        interceptor(
            (method, arguments) -> {
              if (method.equals("sync")) {
                calls.add("sync");
              }
            });

    VectorCopy.builder(recording, source, recorded).build().run();

    assertEquals(List.of("sync", "delete"), calls);
  }

  private MessageStore interceptor(BiConsumer<String, Object[]> before) {
    return (MessageStore)
        Proxy.newProxyInstance(
            MessageStore.class.getClassLoader(),
            new Class<?>[] {MessageStore.class},
            (proxy, method, arguments) -> {
              before.accept(method.getName(), arguments);
              return method.invoke(messages, arguments);
            });
  }

  @Test
  void orphansOfSourceAreNotCopied() {
    fillSource(10);
    archive.delete(3);

    assertEquals(new Copied(9, 9, Set.of()), copied());

    assertEquals(List.of(), target.vectors(1, List.of(3L)));
  }

  @Test
  void messageThatLeftScopeLeavesTarget() {
    ArchiveMessage.Metadata inside = ArchiveMessage.Metadata.of("email", "inside");
    for (int i = 1; i <= 3; i++) {
      archive.insert(ArchiveMessage.of("", "text " + i).withMetadata(inside));
    }
    Scope scope = new Scope(Set.of(), Set.of("inside"));
    assertInstanceOf(RunOutcome.Completed.class, job(source).scope(scope).build().runOnce());
    assertEquals(new Copied(3, 3, Set.of()), copied());
    archive.updateMetadata(2, ArchiveMessage.Metadata.of("email", "outside"));

    assertEquals(new Copied(0, 2, Set.of()), copied());

    assertEquals(List.of(), target.vectors(1, List.of(2L)));
  }

  // What does not fit

  @Test
  void targetOfOtherDimensionIsRefused() {
    fillSource(10);
    MessageVectors foreign =
        new MessageVectors(77, 1, "", List.of(ChunkVector.withoutOffsets(new float[] {1, 0})));
    target.upsert(1, List.of(foreign));

    InvalidVectorException refused =
        assertThrows(InvalidVectorException.class, () -> copy().build().run());

    assertTrue(refused.getMessage().contains("2 dimensions"), refused::getMessage);
    assertEquals(List.of(foreign), all(target, 1));
    assertTrue(source.lease(1).isPresent(), "the lease is free");
  }

  @Test
  void indexOfOtherArchiveIsRefused() {
    fillSource(10);
    InMemoryMessageStore other = new InMemoryMessageStore(new InMemoryArchive());
    assertThrows(
        ArchiveMismatchException.class,
        () -> VectorCopy.builder(other, source, target).build().run());
    assertEquals(List.of(), target.written);
  }

  @Test
  void targetThatChangesVectorsIsNoticed() {
    fillSource(10);
    VectorIndex rounding =
        new InMemoryVectorIndex(new InMemoryVectorIndex.Storage()) {
          @Override
          public void upsert(long generation, Collection<MessageVectors> batch) {
            super.upsert(
                generation,
                batch.stream()
                    .map(
                        message ->
                            MessageVectors.withoutTextDigest(
                                message.messageId(), message.revision(), message.chunks()))
                    .toList());
          }
        };
    StoreException noticed =
        assertThrows(
            StoreException.class,
            () -> VectorCopy.builder(messages, source, rounding).build().run());
    assertTrue(noticed.getMessage().contains("VS-6"), noticed::getMessage);
  }

  @Test
  void targetThatLosesWritesIsNoticed() {
    fillSource(10);
    VectorIndex losing =
        new InMemoryVectorIndex(new InMemoryVectorIndex.Storage()) {
          @Override
          public void upsert(long generation, Collection<MessageVectors> batch) {
            super.upsert(
                generation, batch.stream().filter(message -> message.messageId() != 7).toList());
          }
        };
    assertThrows(
        StoreException.class, () -> VectorCopy.builder(messages, source, losing).build().run());
    assertTrue(source.lease(1).isPresent(), "the lease is free");
  }

  @Test
  void lostLeaseIsNoticedBeforeNextWrite() {
    fillSource(10);
    AtomicBoolean disturbed = new AtomicBoolean();

    StoreException lost =
        assertThrows(
            StoreException.class,
            () ->
                VectorCopy.builder(messages, withLostLeases(), target)
                    .listener(
                        progress -> {
                          if (progress.copied() == 10 && !disturbed.getAndSet(true)) {
                            target.delete(1, List.of(5L));
                          }
                        })
                    .build()
                    .run());

    assertTrue(lost.getMessage().contains("lease"), lost::getMessage);
    assertEquals(List.of(), target.vectors(1, List.of(5L)));
  }

  /** Returns the source, with leases that are lost as soon as they are taken. */
  private VectorStore withLostLeases() {
    return (VectorStore)
        Proxy.newProxyInstance(
            VectorStore.class.getClassLoader(),
            new Class<?>[] {VectorStore.class},
            (proxy, method, arguments) -> {
              Object result = method.invoke(source, arguments);
              if (method.getName().equals("lease")) {
                ((Optional<?>) result).map(Lease.class::cast).ifPresent(Lease::close);
              }
              return result;
            });
  }

  @Test
  void valuesOutOfRangeAreRefused() {
    assertThrows(
        IllegalArgumentException.class, () -> VectorCopy.builder(messages, source, source));
    for (int concurrency : new int[] {0, 65}) {
      assertThrows(
          IllegalArgumentException.class, () -> copy().executor(Runnable::run, concurrency));
    }
  }

  @Test
  void sourceIsOnlyRead() {
    fillSource(MESSAGES);
    List<Generation> generations = source.generations();
    List<MessageVectors> vectors = all(source, 1);

    copied();

    assertEquals(generations, source.generations());
    assertEquals(vectors, all(source, 1));
    assertEquals(1, source.runs(9).size());
    assertFalse(source.lease(1).isEmpty());
    assertSame(Generation.State.ACTIVE, source.generations().get(0).state());
    assertEquals(
        LongStream.rangeClosed(1, MESSAGES).boxed().toList(),
        messages.embeddedIds(1, 0, MESSAGES + 1).stream().map(MessageRevision::messageId).toList());
  }
}
