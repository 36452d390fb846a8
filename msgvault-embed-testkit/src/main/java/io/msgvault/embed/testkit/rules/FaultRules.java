package io.msgvault.embed.testkit.rules;

import io.msgvault.embed.EmbedJob;
import io.msgvault.embed.RunOutcome;
import io.msgvault.embed.embedder.EmbedderUnavailableException;
import io.msgvault.embed.embedder.TransientEmbedderException;
import io.msgvault.embed.model.Coverage;
import io.msgvault.embed.model.RunRecord;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.store.Rejection;
import io.msgvault.embed.testkit.Rule;
import io.msgvault.embed.testkit.Settings;
import io.msgvault.embed.testkit.model.ConcurrentCalls;
import io.msgvault.embed.testkit.model.Expect;
import io.msgvault.embed.testkit.model.FaultyEmbedder;
import io.msgvault.embed.testkit.model.StorageUnderTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** What a run makes of an embedder that refuses, fails or hangs. */
public interface FaultRules extends JobContext {
  /** The faults that an embedder may show at every repetition. */
  Set<FaultyEmbedder.Fault> LASTING_FAULTS =
      EnumSet.complementOf(EnumSet.of(FaultyEmbedder.Fault.NONE, FaultyEmbedder.Fault.UNEXPECTED));

  // EJ-5

  @Rule("EJ-5")
  @Property(tries = 15)
  default void rejectedTextDoesNotBlockOthers(
      @ForAll Set<@IntRange(min = 1, max = 11) Integer> poison) {
    try (StorageUnderTest storage = storage(12)) {
      storage.embedder.refusing(
          text -> poison.stream().anyMatch(id -> text.endsWith("text number " + id)));
      RunOutcome.Completed outcome = storage.run();
      List<Rejection> expected =
          poison.stream().sorted().map(id -> new Rejection(id, "too odd")).toList();
      Expect.equal(
          expected,
          storage.archive.store().rejections(storage.target().id(), 0, 99),
          "the rejections");
      Expect.equal(
          (long) poison.size(),
          outcome.counts().rejected(),
          "how many messages the run says were rejected");
      Expect.equal(
          new Coverage(12, 12 - poison.size(), 0, poison.size(), 0),
          storage.coverage(),
          "the coverage");
      storage.requireExact(Scope.ALL);
    }
  }

  @Rule("EJ-5")
  @Example
  default void rejectedMessageLosesVectors() {
    try (StorageUnderTest storage = storage(3)) {
      storage.run();
      storage.edit(2, JobContext.text("poison"));
      storage.embedder.refusing(text -> text.contains("poison"));
      storage.run();
      Expect.equal(
          Set.of(1L, 3L),
          storage.vectors(storage.target().id()).keySet(),
          "the messages that have vectors");
    }
  }

  @Rule("EJ-5")
  @Example
  default void noMessageIsRejectedIfAllFail() {
    try (StorageUnderTest storage = storage(5)) {
      storage.embedder.refusing(text -> true);
      RunOutcome outcome = storage.job().build().runOnce();
      Expect.that(
          outcome instanceof RunOutcome.Failed failed && failed.counts().rejected() == 0,
          () -> "a run whose embedder refuses everything ends as " + outcome);
      Expect.equal(new Coverage(5, 0, 0, 0, 5), storage.coverage(), "the coverage");
      storage.requireCleanEnd(RunRecord.Status.FAILED);
    }
  }

  /** In each way in which an embedder can fail. */
  @Rule("EJ-5")
  @Example
  default void textThatAlwaysFailsIsRejected() {
    for (FaultyEmbedder.Fault fault : LASTING_FAULTS) {
      try (StorageUnderTest storage = storage(12)) {
        storage.embedder.failingOn(text -> text.endsWith("text number 5"), fault);
        RunOutcome.Completed outcome = storage.run();
        Expect.equal(
            List.of(5L), rejected(storage), "the rejected messages if one text causes " + fault);
        Expect.that(
            outcome.activated(), () -> "a text that causes " + fault + " blocks its generation");
        storage.requireExact(Scope.ALL);
        storage.embedder.failingOn(text -> false, fault);
        storage.job().build().retryRejected();
        storage.run();
        Expect.equal(
            new Coverage(12, 12, 0, 0, 0),
            storage.coverage(),
            "the coverage after another try of a text that caused " + fault);
        storage.requireExact(Scope.ALL);
      }
    }
  }

  @Rule("EJ-5")
  @Example
  default void backstopTriesRejectedMessagesAgain() {
    try (StorageUnderTest storage = storage(6)) {
      storage.embedder.refusing(text -> text.contains("number 3") || text.contains("number 5"));
      storage.run();
      storage.embedder.refusing(text -> text.contains("number 5")).clearSent();
      StorageUnderTest.completedOrIdle(storage.job().build().runOnce());
      Expect.equal(List.of(), storage.embedder.sent(), "what an ordinary run sends again");
      storage.backstop();
      Expect.equal(List.of(5L), rejected(storage), "the rejected messages after a backstop");
      storage.requireExact(Scope.ALL);
    }
  }

  /** Spent quotas, expired keys and crashed models look so. */
  @Rule({"EJ-5", "EJ-8"})
  @Property(tries = 40)
  default void noMessageIsRejectedIfEmbedderTurnsBad(
      @ForAll("lastingFaults") FaultyEmbedder.Fault fault,
      @ForAll @IntRange(max = 12) int goodCalls,
      @ForAll boolean withOddText) {
    try (StorageUnderTest storage = storage(40)) {
      storage.embedder.failingOn(
          text -> withOddText && text.endsWith("text number 2"), FaultyEmbedder.Fault.REFUSED);
      storage.embedder.duringCalls(
          () -> {
            if (storage.embedder.calls() > goodCalls) {
              storage.embedder.failingOn(text -> true, fault);
            }
          });
      RunOutcome outcome = storage.job().build().runOnce();
      Expect.equal(
          "EJ-5",
          List.of(),
          rejected(storage).stream().filter(id -> id != 2).toList(),
          "the messages rejected by an embedder that turned bad");
      Expect.that(
          "EJ-5",
          outcome instanceof RunOutcome.Failed,
          () -> "a run whose embedder turned bad ends as " + outcome);
      Expect.that(
          "EJ-8",
          storage.index.store().active().isEmpty(),
          "a generation is active although its embedder turned bad");
      storage.requireStampsHaveVectors();
      storage.embedder.duringCalls(() -> {}).failingOn(text -> false, fault);
      storage.job().build().retryRejected();
      storage.run();
      storage.requireExact(Scope.ALL);
    }
  }

  private static List<Long> rejected(StorageUnderTest storage) {
    return storage.archive.store().rejections(storage.target().id(), 0, 99).stream()
        .map(Rejection::messageId)
        .toList();
  }

  // EJ-6

  @Rule("EJ-6")
  @Example
  default void transientFailuresAreLimited() {
    try (StorageUnderTest storage = storage(20)) {
      List<FaultyEmbedder.Fault> faults = new ArrayList<>();
      faults.add(FaultyEmbedder.Fault.NONE);
      for (int i = 0; i < 50; i++) {
        faults.add(FaultyEmbedder.Fault.TRANSIENT);
      }
      storage.embedder.failing(faults);
      RunOutcome outcome = storage.job().build().runOnce();
      if (!(outcome instanceof RunOutcome.Failed failed)) {
        throw Expect.violation("a run whose embedder keeps failing ends as " + outcome);
      }
      Expect.that(
          failed.cause() instanceof TransientEmbedderException,
          () -> "the last cause is not named, but " + failed.cause());
      Expect.that(
          storage.embedder.calls() <= 8,
          () -> "the embedder was called " + storage.embedder.calls() + " times");
      Expect.equal(
          storage.coverage().embedded(),
          failed.counts().embedded(),
          "how many messages the failed run says it embedded");
      Expect.equal(
          3L, failed.counts().embedded(), "how many messages were embedded before the failures");
      storage.requireCleanEnd(RunRecord.Status.FAILED);
      storage.embedder.failing(List.of());
      storage.run();
      storage.requireExact(Scope.ALL);
    }
  }

  /** One outage ends all requests under way, and the next ones succeed. */
  @Rule({"EJ-6", "EJ-2"})
  @Example
  default void outageOfAllRequestsUnderWayIsOneFailure() {
    int concurrency = 6;
    ExecutorService threads = Executors.newCachedThreadPool();
    CyclicBarrier underWay = new CyclicBarrier(concurrency);
    try (StorageUnderTest storage = storage(40)) {
      storage
          .embedder
          .concurrency(concurrency)
          .failing(Collections.nCopies(concurrency, FaultyEmbedder.Fault.TRANSIENT))
          .duringCalls(
              () -> {
                if (storage.embedder.calls() <= concurrency) {
                  meet(underWay);
                }
              });
      EmbedJob job = storage.job().pageMessages(40).executor(threads).build();
      ConcurrentCalls.runWithTimeout(() -> StorageUnderTest.completed(job.runOnce()));
      storage.requireExact(Scope.ALL);
    } finally {
      threads.shutdownNow();
    }
  }

  private static void meet(CyclicBarrier barrier) {
    try {
      barrier.await(Settings.timeout().toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
      throw Expect.violation("requests that may be under way at once are not", e);
    }
  }

  @Rule({"EJ-6", "EJ-5"})
  @Example
  default void misconfigurationFailsRunWithoutRejections() {
    try (StorageUnderTest storage = storage(5)) {
      storage.embedder.failingOn(text -> true, FaultyEmbedder.Fault.UNAVAILABLE);
      RunOutcome outcome = storage.job().build().runOnce();
      Expect.that(
          "EJ-6",
          outcome instanceof RunOutcome.Failed failed
              && failed.cause() instanceof EmbedderUnavailableException,
          () -> "a run whose embedder is set up wrongly ends as " + outcome);
      Expect.equal("EJ-5", new Coverage(5, 0, 0, 0, 5), storage.coverage(), "the coverage");
    }
  }

  /** All ways to fail, in any order. */
  @Rule({"EJ-1", "EJ-2", "EJ-5", "EJ-6"})
  @Property(tries = 40)
  default void nextRunRecoversFromAnyFault(@ForAll("faults") List<FaultyEmbedder.Fault> faults) {
    try (StorageUnderTest storage = storage(8)) {
      storage.embedder.failing(faults);
      RunOutcome outcome = storage.job().build().runOnce();
      Expect.that(
          "EJ-6",
          outcome instanceof RunOutcome.Completed || outcome instanceof RunOutcome.Failed,
          () -> "a run whose embedder does " + faults + " ends as " + outcome);
      storage.requireStampsHaveVectors();
      storage.embedder.failing(List.of());
      storage.job().build().retryRejected();
      StorageUnderTest.completedOrIdle(storage.job().build().runOnce());
      storage.requireExact(Scope.ALL);
    }
  }

  @Rule({"EJ-6", "EJ-2"})
  @Example
  default void textThatFailsWithOthersIsLeftForNextRun() {
    try (StorageUnderTest storage = storage(12)) {
      storage.embedder.overloadedBy(text -> text.endsWith("text number 5"));
      RunOutcome outcome = storage.job().build().runOnce();
      Expect.that(
          "EJ-6",
          outcome instanceof RunOutcome.Failed
              || (outcome instanceof RunOutcome.Completed completed
                  && completed.counts().failed() == 1),
          () -> "a run with a text that overloads its embedder ends as " + outcome);
      Expect.that(
          "EJ-2",
          storage.needsWork(Scope.ALL).contains(5L),
          "a message that failed for now does not need work");
      storage.embedder.overloadedBy(text -> false);
      storage.run();
      storage.requireExact(Scope.ALL);
    }
  }

  /** As an endpoint that is down, of which a model is to be learned. */
  @Rule("EJ-6")
  @Example
  default void runFailsWhileModelIsUnknown() {
    try (StorageUnderTest storage = storage(4)) {
      storage.embedder.modelKnown(false);
      EmbedJob job = storage.job().build();
      RunOutcome outcome = job.runOnce();
      Expect.that(
          outcome instanceof RunOutcome.Failed failed
              && failed.cause() instanceof TransientEmbedderException,
          () -> "a run whose embedder does not know its model yet ends as " + outcome);
      Expect.equal(
          Optional.of(4L), job.status().missing(), "the missing messages that the status counts");
      storage.embedder.modelKnown(true);
      StorageUnderTest.completed(job.runOnce());
      storage.requireExact(Scope.ALL);
    }
  }

  /** The embedder hangs; the time-out, which a test makes come at once, ends its request. */
  @Rule("EJ-6")
  @Example
  default void hangingEmbedderTimesOut() {
    Duration timeout = Duration.ofHours(1);
    LinkedBlockingQueue<Runnable> timeouts = new LinkedBlockingQueue<>();
    ExecutorService threads = Executors.newCachedThreadPool();
    try (StorageUnderTest storage = storage(7)) {
      storage.embedder.duringCalls(
          () -> {
            if (storage.embedder.calls() == 2) {
              timeouts.forEach(Runnable::run);
              FaultyEmbedder.hang();
            }
          });
      EmbedJob job =
          storage
              .job()
              .executor(threads)
              .requestTimeout(timeout)
              .scheduler(
                  (task, delay) -> {
                    if (delay.equals(timeout)) {
                      timeouts.add(task);
                    } else {
                      task.run();
                    }
                    return () -> {};
                  })
              .build();
      ConcurrentCalls.runWithTimeout(() -> StorageUnderTest.completed(job.runOnce()));
      storage.requireExact(Scope.ALL);
    } finally {
      threads.shutdownNow();
    }
  }
}
