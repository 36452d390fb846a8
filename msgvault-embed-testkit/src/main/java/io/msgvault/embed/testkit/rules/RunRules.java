package io.msgvault.embed.testkit.rules;

import io.msgvault.embed.EmbedJob;
import io.msgvault.embed.RunOutcome;
import io.msgvault.embed.memory.ArchiveMessage;
import io.msgvault.embed.model.RunRecord;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.model.StoreException;
import io.msgvault.embed.store.Lease;
import io.msgvault.embed.store.MessageStore;
import io.msgvault.embed.store.Stamp;
import io.msgvault.embed.store.VectorStore;
import io.msgvault.embed.testkit.Capability;
import io.msgvault.embed.testkit.Needs;
import io.msgvault.embed.testkit.Rule;
import io.msgvault.embed.testkit.model.ArchiveUnderTest;
import io.msgvault.embed.testkit.model.CallInterceptor;
import io.msgvault.embed.testkit.model.ConcurrentCalls;
import io.msgvault.embed.testkit.model.Expect;
import io.msgvault.embed.testkit.model.FaultyEmbedder;
import io.msgvault.embed.testkit.model.StorageUnderTest;
import io.msgvault.embed.testkit.process.ChildProcess;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** How runs end, and what they leave to others until then. */
public interface RunRules extends JobContext {
  // EJ-11

  /**
   * Retires the generation before any call of the run. Between an upsert and its stamp lies a gap
   * that two stores can't close, so the one batch that is in it may still be stamped.
   */
  @Rule("EJ-11")
  @Property(tries = 20)
  default void retirementEndsRunAndStamping(
      @ForAll @IntRange(min = 1, max = 40) int call, @ForAll boolean blank) {
    try (StorageUnderTest storage = storage(10)) {
      storage.run();
      long target = storage.target().id();
      for (long id = 1; id <= 10; id++) {
        storage.edit(id, JobContext.text(blank ? "" : "edited " + id));
      }
      List<Long> bounds = new ArrayList<>();
      CallInterceptor retire =
          new CallInterceptor() {
            private int calls;

            @Override
            public void before(String name, Object[] arguments) {
              calls++;
              if (calls == call) {
                storage.index.store().forceRetire(target);
                boolean inTheGap = name.equals("MessageStore.stamp");
                bounds.add(
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
          clean,
          () -> "a run whose generation was retired before call " + call + " ends as " + outcome);
      for (long bound : bounds) {
        long settled = settled(storage, target);
        Expect.that(
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

  private static long settled(StorageUnderTest storage, long target) {
    return 10 - storage.archive.coverage(target).missing();
  }

  // EJ-13

  @Rule("EJ-13")
  @Example
  default void failedLeaseReleaseDoesNotFailRun() {
    try (StorageUnderTest storage = storage(3)) {
      CallInterceptor stuck =
          (call, arguments) -> {
            if (call.equals("Lease.close")) {
              throw new StoreException("the connection is lost");
            }
          };
      StorageUnderTest.completed(storage.job(stuck).build().runOnce());
      Expect.that(
          storage.index.store().runs(9).stream()
              .allMatch(run -> run.status() == RunRecord.Status.COMPLETED),
          "a run that is through is not recorded as completed");
    }
  }

  // EJ-12

  @Rule("EJ-12")
  @Example
  default void secondConcurrentRunIsBusy() {
    try (StorageUnderTest storage = storage(5)) {
      MessageStore messages = storage.archive.open();
      VectorStore vectors = storage.index.open();
      List<RunOutcome> others = new ArrayList<>();
      storage.embedder.duringCalls(
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
            other instanceof RunOutcome.Busy, () -> "a run beside another ends as " + other);
      }
      storage.requireCleanEnd(RunRecord.Status.COMPLETED);
      Expect.equal(1, storage.index.store().runs(10).size(), "how many runs are in the history");
      storage.requireExact(Scope.ALL);
    }
  }

  @Rule("EJ-12")
  @Example
  default void concurrentRunsEmbedEachMessageOnce() {
    try (StorageUnderTest storage = storage(30)) {
      storage.job().build().rebuild();
      for (long id = 31; id <= 60; id++) {
        storage.archive.insert(id, "text number " + id);
      }
      storage.embedder.clearSent();
      List<Expect.ThrowingRunnable> racers = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        EmbedJob job = storage.job(storage.archive.open(), storage.index.open()).build();
        racers.add(
            () -> {
              RunOutcome outcome = job.runOnce();
              Expect.that(
                  outcome instanceof RunOutcome.Completed
                      || outcome instanceof RunOutcome.Busy
                      || outcome instanceof RunOutcome.Idle,
                  () -> "one of three runs at once ends as " + outcome);
            });
      }
      ConcurrentCalls.runAll(racers);
      storage.requireExact(Scope.ALL);
      Expect.equal(30, storage.embedder.sent().size(), "how many texts were sent for 30 messages");
    }
  }

  @Rule("EJ-12")
  @Needs(Capability.OTHER_PROCESSES)
  @Example
  default void runBesideOtherProcessIsBusy() {
    try (StorageUnderTest storage = storage(3)) {
      storage.run();
      storage.archive.insert(4, "later");
      long target = storage.target().id();
      try (ChildProcess child =
          ChildProcess.start(
              storage.index.fixture().otherProcess(), ChildProcess.Task.LEASE, target)) {
        Expect.equal(
            "VS-15", "true", child.readAnswer(), "whether the other process holds the lease");
        RunOutcome outcome = storage.job().build().runOnce();
        Expect.that(
            outcome instanceof RunOutcome.Busy,
            () -> "a run beside one in another process ends as " + outcome);
      }
    }
  }

  @Rule({"EJ-12", "VS-15"})
  @Example
  default void leaseIsReleasedAfterEveryRun() {
    try (StorageUnderTest storage = storage(5)) {
      storage.embedder.failing(List.of(FaultyEmbedder.Fault.UNEXPECTED));
      RunOutcome outcome = storage.job().build().runOnce();
      Expect.that(
          "EJ-6",
          outcome instanceof RunOutcome.Failed,
          () -> "a run whose embedder has a defect ends as " + outcome);
      storage.requireCleanEnd(RunRecord.Status.FAILED);
      Optional<Lease> lease = storage.index.open().lease(storage.target().id());
      Expect.that(
          "EJ-12", lease.isPresent(), "another instance can't take the lease after a failed run");
    }
  }

  // EJ-13

  @Rule("EJ-13")
  @Property(tries = 12)
  default void interruptedRunLosesNothing(@ForAll @IntRange(min = 1, max = 6) int call) {
    try (StorageUnderTest storage = storage(20)) {
      AtomicInteger after = new AtomicInteger();
      storage.embedder.duringCalls(
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
          outcome instanceof RunOutcome.Cancelled cancelled
              && cancelled.reason() == RunOutcome.Cancelled.StopReason.INTERRUPTED,
          () -> "an interrupted run ends as " + outcome);
      Expect.that(interrupted, "the interrupt status is lost");
      Expect.that(after.get() <= 1, () -> after + " requests were sent after the interrupt");
      storage.requireStampsHaveVectors();
      storage.requireCleanEnd(RunRecord.Status.CANCELLED);
      storage.embedder.duringCalls(() -> {});
      storage.run();
      storage.requireExact(Scope.ALL);
    }
  }

  @Rule("EJ-13")
  @Example
  default void closingJobEndsRunCleanly() {
    try (StorageUnderTest storage = storage(20)) {
      EmbedJob job = storage.job().build();
      storage.embedder.duringCalls(job::close);
      RunOutcome outcome = job.runOnce();
      Expect.that(
          outcome instanceof RunOutcome.Cancelled cancelled
              && cancelled.reason() == RunOutcome.Cancelled.StopReason.CLOSED,
          () -> "a run whose job is closed ends as " + outcome);
      storage.requireCleanEnd(RunRecord.Status.CANCELLED);
      storage.embedder.duringCalls(() -> {});
      storage.run();
      storage.requireExact(Scope.ALL);
    }
  }

  @Rule({"EJ-13", "VS-17"})
  @Example
  default void killedRunIsRecordedAsAbandoned() {
    try (StorageUnderTest storage = storage(5)) {
      CallInterceptor killed =
          FillRules.before(
              "MessageStore.stamp",
              () -> {
                throw new CallInterceptor.ProcessKilled();
              });
      CallInterceptor dead =
          (call, arguments) -> {
            if (call.equals("VectorStore.endRun") || call.startsWith("Lease")) {
              throw new CallInterceptor.ProcessKilled();
            }
          };
      Expect.thrown(
          "EJ-13",
          CallInterceptor.ProcessKilled.class,
          "a killed run",
          () -> storage.job(killed.andThen(dead)).build().runOnce());
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
  default void embeddingDoesNotBlockWriters() {
    try (StorageUnderTest storage = storage(12)) {
      VectorStore vectors = storage.index.open();
      MessageStore messages = storage.archive.open();
      AtomicInteger ids = new AtomicInteger(20);
      storage.embedder.duringCalls(
          () ->
              ConcurrentCalls.runWithTimeout(
                  () -> {
                    if (ids.get() < 30) {
                      storage.archive.insert(ids.incrementAndGet(), "written since");
                    }
                    storage
                        .archive
                        .writer()
                        .updateMetadata(1, ArchiveMessage.Metadata.of("email", "other"));
                    messages.stamp(1_000_000, List.of(new Stamp(77, 1, ArchiveUnderTest.BLANK)));
                    vectors.lowerWatermarks(1);
                  }));
      storage.run();
      storage.embedder.duringCalls(() -> {});
      StorageUnderTest.completedOrIdle(storage.job().build().runOnce());
      storage.requireExact(Scope.ALL);
    }
  }
}
