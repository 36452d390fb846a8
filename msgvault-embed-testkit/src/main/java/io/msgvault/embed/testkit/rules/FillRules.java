package io.msgvault.embed.testkit.rules;

import static io.msgvault.embed.testkit.rules.RuleConstants.SHORT_WAIT;

import io.msgvault.embed.EmbedJob;
import io.msgvault.embed.RunOutcome;
import io.msgvault.embed.memory.ArchiveMessage;
import io.msgvault.embed.memory.FilterMatcher;
import io.msgvault.embed.model.Coverage;
import io.msgvault.embed.model.RunRecord;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.store.MessageStore;
import io.msgvault.embed.store.MessageVectors;
import io.msgvault.embed.store.Stamp;
import io.msgvault.embed.store.VectorStore;
import io.msgvault.embed.testkit.Rule;
import io.msgvault.embed.testkit.RuleViolation;
import io.msgvault.embed.testkit.model.ArchiveModel;
import io.msgvault.embed.testkit.model.ArchiveScenario;
import io.msgvault.embed.testkit.model.CallInterceptor;
import io.msgvault.embed.testkit.model.ConcurrentCalls;
import io.msgvault.embed.testkit.model.Expect;
import io.msgvault.embed.testkit.model.StorageUnderTest;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** What a run does with messages. */
public interface FillRules extends JobContext {
  // EJ-1

  /** Follows the calls: after what a run has read of texts or removals, a sync precedes a write. */
  @Rule("EJ-1")
  @Property(tries = 10)
  default void archiveIsSyncedBeforeIndexFollows(
      @ForAll("writes") List<ArchiveScenario.Write> first,
      @ForAll("writes") List<ArchiveScenario.Write> second) {
    Set<String> reads = Set.of("MessageStore.scan", "MessageStore.find", "MessageStore.removed");
    Set<String> writes = Set.of("VectorStore.upsert", "WordIndex.upsert", "WordIndex.delete");
    try (StorageUnderTest storage = storage()) {
      Set<String> unsynced = new HashSet<>();
      CallInterceptor order =
          (call, arguments) -> {
            if (reads.contains(call)) {
              unsynced.add(call);
            } else if (call.equals("MessageStore.sync")) {
              unsynced.clear();
            } else if (writes.contains(call)) {
              Expect.that(
                  unsynced.isEmpty(), () -> call + " follows " + unsynced + " without a sync");
            }
          };
      ArchiveModel model = storage.archive.model();
      for (List<ArchiveScenario.Write> each : List.of(first, second)) {
        apply(storage, model, each);
        StorageUnderTest.completedOrIdle(storage.job(order).build().runOnce());
      }
    }
  }

  /**
   * Follows the calls: a stamp that says EMBEDDED needs an upsert of the same revision before it.
   */
  @Rule("EJ-1")
  @Property(tries = 20)
  default void vectorsAreWrittenBeforeStamps(
      @ForAll("writes") List<ArchiveScenario.Write> first,
      @ForAll("writes") List<ArchiveScenario.Write> second) {
    try (StorageUnderTest storage = storage()) {
      Map<Long, Long> upserted = new HashMap<>();
      CallInterceptor order =
          (call, arguments) -> {
            if (call.equals("VectorStore.upsert")) {
              for (Object message : (Collection<?>) arguments[1]) {
                MessageVectors vectors = (MessageVectors) message;
                upserted.put(vectors.messageId(), vectors.revision());
              }
            } else if (call.equals("MessageStore.stamp")) {
              for (Object written : (Collection<?>) arguments[1]) {
                Stamp stamp = (Stamp) written;
                Expect.that(
                    !(stamp.outcome() instanceof Stamp.Embedded)
                        || upserted.getOrDefault(stamp.messageId(), -1L) == stamp.revision(),
                    () ->
                        stamp
                            + " is written, but the last vectors of the message are of revision "
                            + upserted.get(stamp.messageId()));
              }
            }
          };
      ArchiveModel model = storage.archive.model();
      for (List<ArchiveScenario.Write> writes : List.of(first, second)) {
        apply(storage, model, writes);
        StorageUnderTest.completedOrIdle(storage.job(order).build().runOnce());
        storage.requireStampsHaveVectors();
        upserted.clear();
      }
    }
  }

  /** The same where an executor writes the vectors, and takes its time about it. */
  @Rule("EJ-1")
  @Example
  default void executorVectorsAreWrittenBeforeStamps() {
    ExecutorService threads = Executors.newCachedThreadPool();
    CountDownLatch stamped = new CountDownLatch(1);
    try (StorageUnderTest storage = storage()) {
      storage.archive.fill(20);
      CallInterceptor slow =
          (call, arguments) -> {
            if (call.equals("VectorStore.upsert")) {
              ConcurrentCalls.await(stamped, SHORT_WAIT);
            } else if (call.equals("MessageStore.stamp")) {
              stamped.countDown();
              requireVectors(storage, (long) arguments[0], (Collection<?>) arguments[1]);
            }
          };
      EmbedJob job = storage.job(slow).executor(threads).build();
      ConcurrentCalls.runWithTimeout(() -> StorageUnderTest.completed(job.runOnce()));
      storage.requireExact(Scope.ALL);
    } finally {
      threads.shutdownNow();
    }
  }

  private static void requireVectors(
      StorageUnderTest storage, long generation, Collection<?> stamps) {
    for (Object written : stamps) {
      Stamp stamp = (Stamp) written;
      List<Long> revisions =
          storage.index.store().vectors(generation, List.of(stamp.messageId())).stream()
              .map(MessageVectors::revision)
              .toList();
      Expect.that(
          !(stamp.outcome() instanceof Stamp.Embedded)
              || revisions.equals(List.of(stamp.revision())),
          () -> stamp + " is written, but the index has vectors of the revisions " + revisions);
    }
  }

  private static void apply(
      StorageUnderTest storage, ArchiveModel model, List<ArchiveScenario.Write> writes) {
    for (ArchiveScenario.Write write : writes) {
      if (write.isApplicable(model)) {
        write.write(storage.archive.writer());
        write.updateModel(model);
        storage.lowerWatermarks(write.id());
      }
    }
  }

  /** Every point of a run, for random archives. */
  @Rule({"EJ-1", "EJ-2", "EJ-10", "EJ-21", "EJ-23", "EJ-24"})
  @Property(tries = 4)
  default void killBetweenStepsLosesNothing(
      @ForAll("writes") List<ArchiveScenario.Write> first,
      @ForAll("writes") List<ArchiveScenario.Write> second,
      @ForAll boolean rebuilding) {
    boolean died = true;
    for (int call = 1; died; call++) {
      try (StorageUnderTest storage = storage()) {
        ArchiveModel model = storage.archive.model();
        apply(storage, model, first);
        StorageUnderTest.completedOrIdle(storage.job().build().runOnce());
        apply(storage, model, second);
        died = dies(storage, call, rebuilding);
        storage.restart();
        storage.requireStampsHaveVectors();
        storage.requireStampsHaveWords();
        StorageUnderTest.completedOrIdle(storage.job().build().runOnce());
        storage.requireFilled(Scope.ALL);
        storage.backstop();
        storage.requireExact(Scope.ALL);
        storage.requireCleanEnd(RunRecord.Status.COMPLETED);
      } catch (RuleViolation broken) {
        throw new RuleViolation(
            broken.rule(),
            "after a death before call " + call + ", " + broken.getMessage(),
            broken);
      }
    }
  }

  private static boolean dies(StorageUnderTest storage, int call, boolean rebuilding) {
    EmbedJob job = storage.job(CallInterceptor.killedBefore(call)).backstopOnEveryRun().build();
    try {
      RunOutcome outcome = rebuilding ? job.rebuild() : job.runOnce();
      Expect.that(
          "EJ-2",
          outcome instanceof RunOutcome.Completed,
          () -> "a run that nothing disturbs ends as " + outcome);
      return false;
    } catch (CallInterceptor.ProcessKilled killed) {
      return true;
    }
  }

  @Rule({"MS-16", "VS-3", "EJ-1"})
  @Example
  default void lostIndexIsRebuiltUnderNewId() {
    try (StorageUnderTest storage = storage(5)) {
      storage.run();
      long previous = storage.target().id();
      storage.index.wipe();
      storage.run();
      Expect.that(
          "VS-3",
          storage.target().id() > previous,
          () -> "generation id " + previous + " is used again for another index");
      storage.requireExact(Scope.ALL);
    }
  }

  // EJ-2

  @Rule("EJ-2")
  @Property(tries = 25)
  default void runFillsAllPendingMessages(
      @ForAll("messageLists") List<ArchiveMessage> messages, @ForAll("scopes") Scope scope) {
    try (StorageUnderTest storage = storage()) {
      for (int i = 0; i < messages.size(); i++) {
        storage.archive.writer().insert(i + 1L, messages.get(i));
      }
      StorageUnderTest.completedOrIdle(storage.job().scope(scope).build().runOnce());
      storage.requireExact(scope);
      RunOutcome again = storage.job().scope(scope).build().runOnce();
      Expect.that(again instanceof RunOutcome.Idle, () -> "a second run ends as " + again);
    }
  }

  @Rule("EJ-2")
  @Example
  default void runFillsManyPages() {
    try (StorageUnderTest storage = storage(50)) {
      RunOutcome.Completed outcome = storage.run();
      Expect.equal(50L, outcome.counts().embedded(), "how many messages the run says it embedded");
      Expect.equal(new Coverage(50, 50, 0, 0, 0), storage.coverage(), "the coverage");
      storage.requireExact(Scope.ALL);
    }
  }

  // EJ-3

  @Rule("EJ-3")
  @Example
  default void blankMessageIsNotSentAndLosesVectors() {
    try (StorageUnderTest storage = storage(3)) {
      storage.run();
      storage.edit(2, JobContext.text(" \n\t "));
      storage.embedder.clearSent();
      RunOutcome.Completed outcome = storage.run();
      Expect.equal(List.of(), storage.embedder.sent(), "what was sent to the embedder");
      Expect.equal(1L, outcome.counts().blank(), "how many messages the run says are blank");
      Expect.equal(new Coverage(3, 2, 1, 0, 0), storage.coverage(), "the coverage");
      Expect.equal(
          Set.of(1L, 3L),
          storage.vectors(storage.target().id()).keySet(),
          "the messages that have vectors");
    }
  }

  @Rule({"EJ-3", "EJ-4"})
  @Example
  default void blankMessageEditedDuringRunKeepsVectors() {
    try (StorageUnderTest storage = storage(3)) {
      storage.run();
      storage.edit(2, JobContext.text(""));
      CallInterceptor edit =
          before(
              "MessageStore.stamp",
              () -> storage.archive.writer().edit(2, JobContext.text("text again")));
      RunOutcome.Completed outcome =
          StorageUnderTest.completed(storage.job(edit).build().runOnce());
      Expect.equal(
          "EJ-4", 1L, outcome.counts().missed(), "how many stamps the run says were missed");
      Expect.that(
          "EJ-3",
          storage.vectors(storage.target().id()).containsKey(2L),
          "the old vectors are gone, though the stamp missed");
      storage.run();
      storage.requireExact(Scope.ALL);
    }
  }

  /** Does something before the first call of this name. */
  static CallInterceptor before(String call, Runnable action) {
    return new CallInterceptor() {
      private boolean done;

      @Override
      public void before(String name, Object[] arguments) {
        if (name.equals(call) && !done) {
          done = true;
          action.run();
        }
      }
    };
  }

  // EJ-4

  @Rule({"EJ-4", "EJ-16"})
  @Property(tries = 4)
  default void textEditedDuringRunIsFoundNextRun(@ForAll boolean seeking) {
    try (StorageUnderTest storage = storage(9)) {
      CallInterceptor edit =
          before(
              "MessageStore.stamp",
              () -> storage.archive.writer().edit(2, JobContext.text("moved since")));
      EmbedJob job =
          storage
              .job(
                  edit.wrap(
                      seeking
                          ? storage.archive.store()
                          : CallInterceptor.withoutSeeking(storage.archive.store())),
                  storage.index.store())
              .build();
      RunOutcome.Completed first = StorageUnderTest.completed(job.runOnce());
      Expect.equal("EJ-4", 1L, first.counts().missed(), "how many stamps the run says were missed");
      Expect.equal("EJ-4", 0L, first.counts().failed(), "how many messages the run says failed");
      if (first.activated()) {
        Expect.equal(
            "EJ-8",
            List.of(),
            storage.needsWork(Scope.ALL),
            "what was missing when the index was activated");
      }
      StorageUnderTest.completedOrIdle(job.runOnce());
      Expect.equal(
          "EJ-4",
          List.of(),
          storage.needsWork(Scope.ALL),
          "what still needs work after the run that follows");
      storage.requireExact(Scope.ALL);
    }
  }

  // EJ-15

  @Rule("EJ-15")
  @Property(tries = 25)
  default void outOfScopeTextIsNotEmbedded(
      @ForAll("messageLists") List<ArchiveMessage> messages, @ForAll("scopes") Scope scope) {
    try (StorageUnderTest storage = storage()) {
      for (int i = 0; i < messages.size(); i++) {
        ArchiveMessage message = messages.get(i);
        boolean covered = FilterMatcher.covers(scope, storage.archive.asStored(message).metadata());
        storage
            .archive
            .writer()
            .insert(
                i + 1L,
                message.withContent(
                    JobContext.text((covered ? "covered" : "secret") + " text " + i)));
      }
      StorageUnderTest.completedOrIdle(storage.job().scope(scope).build().runOnce());
      StorageUnderTest.completedOrIdle(storage.job().scope(scope).build().runBackstop());
      Expect.that(
          storage.embedder.sent().stream().noneMatch(text -> text.contains("secret")),
          () -> "sent, though out of scope " + scope + ": " + storage.embedder.sent());
    }
  }

  // EJ-16

  @Rule("EJ-16")
  @Example
  default void watermarkStopsAtFailedMessage() {
    try (StorageUnderTest storage = storage(20)) {
      storage.embedder.overloadedBy(text -> text.endsWith("text number 6"));
      VectorStore vectors = storage.index.store();
      EmbedJob job =
          storage.job(CallInterceptor.withoutSeeking(storage.archive.store()), vectors).build();
      job.runOnce();
      long watermark = vectors.watermark(storage.target().id()).id();
      Expect.that(
          watermark < 6, () -> "the watermark is at " + watermark + ", but message 6 needs work");
      storage.embedder.overloadedBy(text -> false);
      StorageUnderTest.completed(job.runOnce());
      storage.requireExact(Scope.ALL);
    }
  }

  @Rule({"EJ-16", "VS-14"})
  @Example
  default void loweredWatermarkHidesNothing() {
    try (StorageUnderTest storage = storage(10)) {
      VectorStore vectors = storage.index.store();
      EmbedJob job =
          storage.job(CallInterceptor.withoutSeeking(storage.archive.store()), vectors).build();
      StorageUnderTest.completed(job.runOnce());
      storage.archive.store().unstamp(List.of(3L, 4L));
      vectors.lowerWatermarks(3);
      StorageUnderTest.completedOrIdle(job.runOnce());
      requireNothingHidden(storage);
      job.repair(List.of(9L, 2L));
      StorageUnderTest.completedOrIdle(job.runOnce());
      requireNothingHidden(storage);
      storage.requireExact(Scope.ALL);
    }
  }

  private static void requireNothingHidden(StorageUnderTest storage) {
    Expect.equal(
        "EJ-16",
        List.of(),
        storage.needsWork(Scope.ALL),
        "what still needs work after a run that began at the watermark");
  }

  /**
   * A repair while a run is under way: its lowering must not be overwritten by the run's advance.
   */
  @Rule({"EJ-16", "VS-14"})
  @Property(tries = 20)
  default void repairDuringRunIsNotSkipped(@ForAll @IntRange(min = 1, max = 40) int call) {
    try (StorageUnderTest storage = storage(10)) {
      VectorStore vectors = storage.index.store();
      StorageUnderTest.completed(
          storage
              .job(CallInterceptor.withoutSeeking(storage.archive.store()), vectors)
              .build()
              .runOnce());
      for (long id = 11; id <= 20; id++) {
        storage.archive.insert(id, "text number " + id);
      }
      EmbedJob bystander = storage.job().build();
      CallInterceptor repair =
          new CallInterceptor() {
            private int calls;

            @Override
            public void before(String name, Object[] arguments) {
              calls++;
              if (calls == call) {
                bystander.repair(List.of(2L, 7L));
              }
            }
          };
      MessageStore messages = CallInterceptor.withoutSeeking(storage.archive.store());
      StorageUnderTest.completed(
          storage.job(repair.wrap(messages), repair.wrap(vectors)).build().runOnce());
      StorageUnderTest.completedOrIdle(storage.job(messages, vectors).build().runOnce());
      requireNothingHidden(storage);
      storage.requireExact(Scope.ALL);
    }
  }
}
