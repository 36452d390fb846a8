package io.msgvault.embed.testkit;

import io.msgvault.embed.AuditFindings;
import io.msgvault.embed.CoverageCheck;
import io.msgvault.embed.EmbedJob;
import io.msgvault.embed.Fingerprint;
import io.msgvault.embed.Generation;
import io.msgvault.embed.Lease;
import io.msgvault.embed.MessageStore;
import io.msgvault.embed.MessageVectors;
import io.msgvault.embed.RunOutcome;
import io.msgvault.embed.RunOutcome.Blocked.Obstacle;
import io.msgvault.embed.RunRecord;
import io.msgvault.embed.Scope;
import io.msgvault.embed.Stamp;
import io.msgvault.embed.StoreException;
import io.msgvault.embed.VectorStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Which generation a run fills, when it audits, and how it begins and ends. */
abstract class RunRules extends FillRules {
  private static final Scope EMAIL = new Scope(Set.of("email"), Set.of());

  RunRules() {}

  // EJ-7

  @Rule("EJ-7")
  @Example
  void withoutAnyGenerationTheFirstIsCreated() {
    try (OpenStorage storage = storage(2)) {
      RunOutcome.Completed outcome = storage.run();
      Expect.equal(
          "EJ-7", outcome.generation(), storage.target().id(), "the generation that was filled");
      Expect.equal(
          "EJ-7",
          storage.fingerprint(Scope.ALL),
          storage.target().fingerprint(),
          "its fingerprint");
      Expect.that("EJ-8", outcome.activated(), "the first generation is not activated");
      Expect.equal("EJ-8", Generation.State.ACTIVE, storage.target().state(), "its state");
    }
  }

  @Rule("EJ-7")
  @Example
  void buildingGenerationOfOursIsFilledFirst() {
    try (OpenStorage storage = storage(3)) {
      storage.run();
      long building = storage.index.store().create(storage.fingerprint(Scope.ALL), 1_000).id();
      Expect.equal("EJ-7", building, storage.run().generation(), "the generation that was filled");
      Expect.equal(
          "EJ-8",
          Optional.of(building),
          storage.index.store().active().map(Generation::id),
          "the active generation");
      storage.requireExact(Scope.ALL);
    }
  }

  @Rule("EJ-7")
  @Example
  void anythingElseBlocksTheRunAndSaysWhatToDo() {
    try (OpenStorage storage = storage(3)) {
      storage.run();
      requireBlocked(storage, storage.job().scope(EMAIL).build().runOnce(), Obstacle.SCOPE_CHANGED);
      VectorStore vectors = storage.index.store();
      Fingerprint foreign = OpenIndex.fingerprint("another model", 5);
      long building = vectors.create(foreign, 1_000).id();
      requireBlocked(storage, storage.job().build().runOnce(), Obstacle.OTHER_BUILDING);
      requireBlocked(storage, storage.job().build().runBackstop(), Obstacle.OTHER_BUILDING);
      requireBlocked(storage, storage.job().build().rebuild(), Obstacle.OTHER_BUILDING);
      vectors.activate(building, CoverageCheck.OVERRIDDEN);
      requireBlocked(storage, storage.job().build().runOnce(), Obstacle.FINGERPRINT_MISMATCH);
      vectors.retireForced(building);
      requireBlocked(storage, storage.job().build().runOnce(), Obstacle.NO_INDEX);
      OpenStorage.completed(storage.job().build().rebuild());
      storage.requireExact(Scope.ALL);
    }
  }

  private static void requireBlocked(OpenStorage storage, RunOutcome outcome, Obstacle obstacle) {
    Expect.that(
        "EJ-7",
        outcome instanceof RunOutcome.Blocked blocked
            && blocked.obstacle() == obstacle
            && !blocked.remedy().isBlank(),
        () -> "a run that " + obstacle + " should block ends as " + outcome);
    Expect.equal(
        "EJ-7",
        1,
        storage.index.store().runs(10).size(),
        "how many runs are in the history after one that was blocked");
  }

  @Rule({"EJ-7", "MS-17", "VS-16"})
  @Example
  void indexOfAnotherArchiveIsNotTouched() {
    try (OpenStorage storage = storage(3)) {
      storage.index.store().bind(UUID.fromString("00000000-0000-4000-8000-000000000001"));
      RunOutcome outcome = storage.job().build().runOnce();
      Expect.that(
          "VS-16",
          outcome instanceof RunOutcome.Blocked blocked
              && blocked.obstacle() == Obstacle.OTHER_ARCHIVE,
          () -> "a run with the index of another archive ends as " + outcome);
      Expect.equal("VS-16", List.of(), storage.index.store().generations(), "all generations");
    }
  }

  @Rule({"EJ-7", "EJ-8"})
  @Example
  void rebuildServesTheOldIndexUntilTheNewOneIsFull() {
    try (OpenStorage storage = storage(12)) {
      storage.run();
      long former = storage.target().id();
      List<Optional<Long>> serving = new ArrayList<>();
      storage.embedder.during(
          () -> serving.add(storage.index.store().active().map(Generation::id)));
      RunOutcome.Completed outcome = OpenStorage.completed(storage.job().build().rebuild());
      Expect.that(
          "EJ-8",
          outcome.activated() && outcome.generation() != former,
          () -> "a rebuild ends as " + outcome);
      Expect.that(
          "EJ-8",
          serving.stream().allMatch(Optional.of(former)::equals),
          () -> "during the rebuild these served: " + serving);
      Expect.equal(
          "EJ-8",
          Optional.of(outcome.generation()),
          storage.index.store().active().map(Generation::id),
          "the active generation");
      storage.requireExact(Scope.ALL);
    }
  }

  // EJ-8

  @Rule("EJ-8")
  @Example
  void incompleteGenerationIsNotActivated() {
    try (OpenStorage storage = storage(12)) {
      storage.run();
      long former = storage.target().id();
      storage.embedder.failingOn(text -> text.endsWith("text number 5"));
      RunOutcome outcome = storage.job().build().rebuild();
      Expect.equal(
          "EJ-8",
          Optional.of(former),
          storage.index.store().active().map(Generation::id),
          "the active generation after " + outcome);
      storage.embedder.failingOn(text -> false);
      RunOutcome.Completed completed = storage.run();
      Expect.that(
          "EJ-8", completed.activated(), "a generation that became complete is not activated");
      storage.requireExact(Scope.ALL);
    }
  }

  @Rule("EJ-8")
  @Example
  void emptyScopeDoesNotReplaceAServingIndex() {
    try (OpenStorage storage = storage(3)) {
      storage.run();
      long former = storage.target().id();
      for (long id = 1; id <= 3; id++) {
        storage.archive.writer().delete(id);
      }
      storage.job().build().rebuild();
      Expect.equal(
          "EJ-8",
          Optional.of(former),
          storage.index.store().active().map(Generation::id),
          "the active generation");
      storage.archive.insert(4, "a new text");
      storage.run();
      Expect.that(
          "EJ-8",
          storage.index.store().active().map(Generation::id).orElse(former) != former,
          "the new index is not activated");
      storage.requireExact(Scope.ALL);
    }
  }

  // EJ-9

  @Rule("EJ-9")
  @Example
  void backstopComesOnTheFirstRunAndThenEachInterval() {
    try (OpenStorage storage = storage(3)) {
      EmbedJob job = storage.job().backstopInterval(Duration.ofHours(2)).build();
      requireBackstop(storage, job, true);
      storage.pass(Duration.ofMinutes(119));
      storage.archive.insert(4, "later");
      requireBackstop(storage, job, false);
      storage.pass(Duration.ofMinutes(2));
      requireBackstop(storage, job, true);
      Expect.that(
          "EJ-9", job.runOnce() instanceof RunOutcome.Idle, "a run after a backstop is not idle");
      OpenStorage.completed(storage.job().backstopInterval(Duration.ofHours(2)).build().rebuild());
      Expect.equal(
          "EJ-9",
          Optional.of(storage.now()),
          storage.target().lastBackstop(),
          "the last backstop of a new generation");
    }
  }

  private static void requireBackstop(OpenStorage storage, EmbedJob job, boolean expected) {
    RunOutcome.Completed outcome = OpenStorage.completed(job.runOnce());
    Expect.equal("EJ-9", expected, outcome.backstop(), "whether the run was a backstop");
    Expect.equal(
        "EJ-9",
        expected,
        storage.target().lastBackstop().equals(Optional.of(storage.now())),
        "whether a backstop is noted");
    RunRecord record = storage.index.store().runs(1).get(0);
    Expect.equal("EJ-9", expected, record.backstop(), "whether the record tells of a backstop");
  }

  @Rule("EJ-9")
  @Example
  void negativeIntervalMeansNeverAndZeroEachRun() {
    try (OpenStorage storage = storage(3)) {
      requireBackstop(storage, storage.job().build(), false);
      EmbedJob always = storage.job().backstopInterval(Duration.ZERO).build();
      requireBackstop(storage, always, true);
      requireBackstop(storage, always, true);
    }
  }

  @Rule("EJ-9")
  @Example
  void failedBackstopDoesNotCount() {
    try (OpenStorage storage = storage(3)) {
      storage.run();
      for (String call : List.of("MessageStore.embeddedIds", "MessageStore.scan")) {
        storage.edit(1, text("edited before " + call));
        Tap full =
            before(
                call,
                () -> {
                  throw new StoreException("the disk is full", null);
                });
        RunOutcome outcome =
            storage.job(full).backstopInterval(Duration.ofHours(2)).build().runOnce();
        Expect.that(
            "EJ-9",
            outcome instanceof RunOutcome.Failed,
            () -> "a backstop over a full disk ends as " + outcome);
        Expect.equal(
            "EJ-9", Optional.empty(), storage.target().lastBackstop(), "the last backstop");
      }
      requireBackstop(storage, storage.job().backstopInterval(Duration.ofHours(2)).build(), true);
    }
  }

  // EJ-10

  @Rule("EJ-10")
  @Example
  void backstopHealsBothWays() {
    try (OpenStorage storage = storage(8)) {
      storage.run();
      long target = storage.target().id();
      VectorStore vectors = storage.index.store();
      MessageVectors third = vectors.vectors(target, List.of(3L)).get(0);
      vectors.delete(target, List.of(1L, 2L));
      vectors.upsert(
          target,
          List.of(new MessageVectors(3, third.revision() + 1, "another text", third.chunks())));
      vectors.upsert(
          target, List.of(new MessageVectors(40, 1, third.textDigest(), third.chunks())));
      storage.archive.writer().delete(5);
      storage.archive.writer().purge(6);
      AuditFindings found = storage.job().build().verify();
      Expect.equal("EJ-10", new AuditFindings(2, 1, 0, 3), found, "what verify finds");
      RunOutcome.Completed outcome = storage.backstop();
      Expect.equal(
          "EJ-10",
          3L,
          outcome.counts().unstamped(),
          "how many stamps the backstop says it took back");
      Expect.equal(
          "EJ-10", 3L, outcome.counts().orphans(), "how many orphans the backstop says it deleted");
      storage.requireExact(Scope.ALL);
      Expect.equal(
          "EJ-10",
          AuditFindings.NONE,
          storage.job().build().verify(),
          "what verify finds after the backstop");
    }
  }

  @Rule({"EJ-10", "EJ-15"})
  @Example
  void messageThatLeavesTheScopeLosesItsVectors() {
    try (OpenStorage storage = storage(4)) {
      OpenStorage.completed(storage.job().scope(EMAIL).build().runOnce());
      storage.archive.writer().describe(2, ArchiveMessage.Metadata.of("chat", "main"));
      OpenStorage.completed(storage.job().scope(EMAIL).build().runBackstop());
      Expect.equal(
          "EJ-10",
          Set.of(1L, 3L, 4L),
          storage.vectors(storage.target().id()).keySet(),
          "the messages that have vectors");
      storage.archive.writer().describe(2, ArchiveMessage.Metadata.of("email", "main"));
      OpenStorage.completed(storage.job().scope(EMAIL).build().runOnce());
      storage.requireExact(EMAIL);
    }
  }

  // EJ-11

  /**
   * Before any call of the run. Between an upsert and its stamp lies a gap that two stores can't
   * close, so the one batch that is in it may still be stamped.
   */
  @Rule("EJ-11")
  @Property(tries = 20)
  void retirementEndsARunWithNothingStampedAfterIt(
      @ForAll @IntRange(min = 1, max = 40) int call, @ForAll boolean blank) {
    try (OpenStorage storage = storage(10)) {
      storage.run();
      long target = storage.target().id();
      for (long id = 1; id <= 10; id++) {
        storage.edit(id, text(blank ? "" : "edited " + id));
      }
      List<Long> most = new ArrayList<>();
      Tap retire =
          new Tap() {
            private int calls;

            @Override
            public void before(String name, Object[] arguments) {
              calls++;
              if (calls == call) {
                storage.index.store().retireForced(target);
                boolean inTheGap = name.equals("MessageStore.stamp");
                most.add(
                    settled(storage, target)
                        + (inTheGap ? ((Collection<?>) arguments[1]).size() : 0));
              }
            }
          };
      RunOutcome outcome = storage.job(retire).build().runOnce();
      boolean clean =
          outcome instanceof RunOutcome.Completed
              || outcome instanceof RunOutcome.Blocked
              || (outcome instanceof RunOutcome.Cancelled cancelled
                  && cancelled.reason() == RunOutcome.Cancelled.StopReason.RETIRED);
      Expect.that(
          "EJ-11",
          clean,
          () -> "a run whose generation was retired before call " + call + " ends as " + outcome);
      for (long bound : most) {
        long settled = settled(storage, target);
        Expect.that(
            "EJ-11",
            settled <= bound,
            () ->
                settled
                    + " messages are settled for a generation that was retired before call "
                    + call
                    + ", when "
                    + bound
                    + " were");
      }
      Expect.that(
          "EJ-13",
          storage.index.store().runs(9).stream()
              .noneMatch(run -> run.status() == RunRecord.Status.RUNNING),
          "a run is still open");
    }
  }

  private static long settled(OpenStorage storage, long target) {
    return 10 - storage.archive.coverage(target).missing();
  }

  // EJ-12

  @Rule("EJ-12")
  @Example
  void ofTwoRunsAtOnceOneIsBusy() {
    try (OpenStorage storage = storage(5)) {
      MessageStore messages = storage.archive.open();
      VectorStore vectors = storage.index.open();
      List<RunOutcome> others = new ArrayList<>();
      storage.embedder.during(
          () -> {
            if (others.isEmpty()) {
              others.add(storage.job(messages, vectors).build().runOnce());
              others.add(storage.job().build().runBackstop());
              others.add(storage.job(messages, vectors).build().rebuild());
            }
          });
      storage.run();
      for (RunOutcome other : others) {
        Expect.that(
            "EJ-12",
            other instanceof RunOutcome.Busy,
            () -> "a run beside another ends as " + other);
      }
      storage.requireOrderlyEnd(RunRecord.Status.COMPLETED);
      Expect.equal(
          "EJ-12", 1, storage.index.store().runs(10).size(), "how many runs are in the history");
      storage.requireExact(Scope.ALL);
    }
  }

  @Rule("EJ-12")
  @Example
  void runsFromManyThreadsEmbedEachMessageOnce() {
    try (OpenStorage storage = storage(30)) {
      storage.job().build().rebuild();
      for (long id = 31; id <= 60; id++) {
        storage.archive.insert(id, "text number " + id);
      }
      storage.embedder.forget();
      List<Expect.Code> racers = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        EmbedJob job = storage.job(storage.archive.open(), storage.index.open()).build();
        racers.add(
            () -> {
              RunOutcome outcome = job.runOnce();
              Expect.that(
                  "EJ-12",
                  outcome instanceof RunOutcome.Completed
                      || outcome instanceof RunOutcome.Busy
                      || outcome instanceof RunOutcome.Idle,
                  () -> "one of three runs at once ends as " + outcome);
            });
      }
      Race.runAll("EJ-12", racers);
      storage.requireExact(Scope.ALL);
      Expect.equal(
          "EJ-12", 30, storage.embedder.sent().size(), "how many texts were sent for 30 messages");
    }
  }

  @Rule("EJ-12")
  @Needs(Capability.OTHER_PROCESSES)
  @Example
  void runBesideOneInAnotherProcessIsBusy() {
    try (OpenStorage storage = storage(3)) {
      storage.run();
      storage.archive.insert(4, "later");
      long target = storage.target().id();
      try (Child child =
          Child.start(storage.index.fixture().elsewhere(), Child.Task.LEASE, target)) {
        Expect.equal("VS-15", "true", child.answer(), "whether the other process holds the lease");
        RunOutcome outcome = storage.job().build().runOnce();
        Expect.that(
            "EJ-12",
            outcome instanceof RunOutcome.Busy,
            () -> "a run beside one in another process ends as " + outcome);
      }
    }
  }

  @Rule({"EJ-12", "VS-15"})
  @Example
  void leaseIsFreeAfterARunHoweverItEnded() {
    try (OpenStorage storage = storage(5)) {
      storage.embedder.failing(List.of(FaultyEmbedder.Fault.UNEXPECTED));
      RunOutcome outcome = storage.job().build().runOnce();
      Expect.that(
          "EJ-6",
          outcome instanceof RunOutcome.Failed,
          () -> "a run whose embedder has a defect ends as " + outcome);
      storage.requireOrderlyEnd(RunRecord.Status.FAILED);
      Optional<Lease> lease = storage.index.open().lease(storage.target().id());
      Expect.that(
          "EJ-12", lease.isPresent(), "another instance can't take the lease after a failed run");
    }
  }

  // EJ-13

  @Rule("EJ-13")
  @Property(tries = 12)
  void interruptedRunLosesNothing(@ForAll @IntRange(min = 1, max = 6) int call) {
    try (OpenStorage storage = storage(20)) {
      AtomicInteger after = new AtomicInteger();
      storage.embedder.during(
          () -> {
            if (storage.embedder.calls() == call) {
              Thread.currentThread().interrupt();
            } else if (storage.embedder.calls() > call) {
              after.incrementAndGet();
            }
          });
      RunOutcome outcome;
      boolean interrupted;
      try {
        outcome = storage.job().build().runOnce();
      } finally {
        interrupted = Thread.interrupted();
      }
      Expect.that(
          "EJ-13",
          outcome instanceof RunOutcome.Cancelled cancelled
              && cancelled.reason() == RunOutcome.Cancelled.StopReason.INTERRUPTED,
          () -> "an interrupted run ends as " + outcome);
      Expect.that("EJ-13", interrupted, "the interrupt status is lost");
      Expect.that(
          "EJ-13", after.get() <= 1, () -> after + " requests were sent after the interrupt");
      storage.requireStampsBacked();
      storage.requireOrderlyEnd(RunRecord.Status.CANCELLED);
      storage.embedder.during(() -> {});
      storage.run();
      storage.requireExact(Scope.ALL);
    }
  }

  @Rule("EJ-13")
  @Example
  void closedJobEndsItsRunCleanly() {
    try (OpenStorage storage = storage(20)) {
      EmbedJob job = storage.job().build();
      storage.embedder.during(job::close);
      RunOutcome outcome = job.runOnce();
      Expect.that(
          "EJ-13",
          outcome instanceof RunOutcome.Cancelled cancelled
              && cancelled.reason() == RunOutcome.Cancelled.StopReason.CLOSED,
          () -> "a run whose job is closed ends as " + outcome);
      storage.requireOrderlyEnd(RunRecord.Status.CANCELLED);
      storage.embedder.during(() -> {});
      storage.run();
      storage.requireExact(Scope.ALL);
    }
  }

  @Rule({"EJ-13", "VS-17"})
  @Example
  void recordOfAKilledRunIsClosedByTheNext() {
    try (OpenStorage storage = storage(5)) {
      Tap killed =
          before(
              "MessageStore.stamp",
              () -> {
                throw new Tap.Killed();
              });
      Tap dead =
          (call, arguments) -> {
            if (call.equals("VectorStore.endRun") || call.startsWith("Lease")) {
              throw new Tap.Killed();
            }
          };
      Expect.thrown(
          "EJ-13",
          Tap.Killed.class,
          "a killed run",
          () -> storage.job(killed.and(dead)).build().runOnce());
      storage.restart();
      storage.run();
      List<RunRecord.Status> statuses =
          storage.index.store().runs(9).stream().map(RunRecord::status).toList();
      Expect.equal(
          "VS-17",
          List.of(RunRecord.Status.COMPLETED, RunRecord.Status.ABANDONED),
          statuses,
          "how the runs ended, newest first");
      storage.requireExact(Scope.ALL);
    }
  }

  // EJ-14

  /** While the embedder works, others write to both stores and wait for nothing. */
  @Rule("EJ-14")
  @Example
  void othersWriteWhileTheEmbedderWorks() {
    try (OpenStorage storage = storage(12)) {
      VectorStore vectors = storage.index.open();
      MessageStore messages = storage.archive.open();
      AtomicInteger ids = new AtomicInteger(20);
      storage.embedder.during(
          () ->
              Race.bounded(
                  "EJ-14",
                  () -> {
                    if (ids.get() < 30) {
                      storage.archive.insert(ids.incrementAndGet(), "written meanwhile");
                    }
                    storage
                        .archive
                        .writer()
                        .describe(1, ArchiveMessage.Metadata.of("email", "other"));
                    messages.stamp(1_000_000, List.of(new Stamp(77, 1, OpenArchive.BLANK)));
                    vectors.lowerWatermarks(1);
                  }));
      storage.run();
      storage.embedder.during(() -> {});
      OpenStorage.completedOrIdle(storage.job().build().runOnce());
      storage.requireExact(Scope.ALL);
    }
  }
}
