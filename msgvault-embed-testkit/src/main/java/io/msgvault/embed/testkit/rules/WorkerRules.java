package io.msgvault.embed.testkit.rules;

import static io.msgvault.embed.testkit.rules.RuleConstants.MESSAGES_PER_STRIPE;
import static io.msgvault.embed.testkit.rules.RuleConstants.STRIPE;
import static io.msgvault.embed.testkit.rules.RuleConstants.STRIPED_MESSAGES;

import io.msgvault.embed.EmbedJob;
import io.msgvault.embed.RunOutcome;
import io.msgvault.embed.model.RunKind;
import io.msgvault.embed.model.RunRecord;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.store.MessageStore;
import io.msgvault.embed.store.VectorStore;
import io.msgvault.embed.testkit.Capability;
import io.msgvault.embed.testkit.Needs;
import io.msgvault.embed.testkit.Rule;
import io.msgvault.embed.testkit.model.CallInterceptor;
import io.msgvault.embed.testkit.model.ConcurrentCalls;
import io.msgvault.embed.testkit.model.Expect;
import io.msgvault.embed.testkit.model.StorageUnderTest;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import net.jqwik.api.Example;

/** Several runs that fill one generation together. */
public interface WorkerRules extends JobContext {
  /** A storage with as many messages in each of some stripes, in the first and last ids of it. */
  private StorageUnderTest openStriped() {
    List<Long> ids =
        LongStream.range(0, STRIPED_MESSAGES)
            .map(
                i ->
                    1
                        + STRIPE * (i / MESSAGES_PER_STRIPE)
                        + (i % MESSAGES_PER_STRIPE < MESSAGES_PER_STRIPE - 1
                            ? i % MESSAGES_PER_STRIPE
                            : STRIPE - 2))
            .boxed()
            .toList();
    StorageUnderTest storage = new StorageUnderTest(openFixture(), ids);
    ids.forEach(id -> storage.archive.insert(id, "text number " + id));
    return storage;
  }

  /** A worker on stores of its own. */
  private static EmbedJob.Builder worker(StorageUnderTest storage) {
    return storage
        .job(storage.archive.open(), storage.index.open())
        .words(storage.words.open())
        .sharedLease();
  }

  /**
   * Has the embedder do these runs, one in each of its next calls, unless a run of these calls it.
   */
  private static void runInParallel(
      StorageUnderTest storage, List<RunOutcome> outcomes, List<Supplier<RunOutcome>> runs) {
    Deque<Supplier<RunOutcome>> next = new ArrayDeque<>(runs);
    AtomicBoolean running = new AtomicBoolean();
    storage.embedder.duringCalls(
        () -> {
          if (!next.isEmpty() && running.compareAndSet(false, true)) {
            outcomes.add(next.remove().get());
            storage.advanceClock(Duration.ofSeconds(1)); // the others end later
            running.set(false);
          }
        });
  }

  private static RunOutcome.Completed completed(RunOutcome outcome) {
    if (outcome instanceof RunOutcome.Completed completed) {
      return completed;
    }
    throw Expect.violationOf("EJ-18", "a run that finds work ends as " + outcome);
  }

  // EJ-18

  @Rule("EJ-18")
  @Needs(Capability.SHARED_LEASES)
  @Example
  default void workersSkipClaimedStripes() {
    try (StorageUnderTest storage = openStriped()) {
      EmbedJob other = worker(storage).build();
      List<RunOutcome> others = new ArrayList<>();
      runInParallel(storage, others, List.of(other::runOnce, other::runOnce));
      RunOutcome.Completed outcome = completed(storage.job().sharedLease().build().runOnce());
      RunOutcome.Completed helper = completed(others.get(0));
      Expect.equal(
          (long) MESSAGES_PER_STRIPE,
          outcome.counts().embedded(),
          "what the one embeds of its stripe");
      Expect.equal(
          (long) STRIPED_MESSAGES - MESSAGES_PER_STRIPE,
          helper.counts().embedded(),
          "what the other embeds at the same time");
      Expect.that(
          others.get(1) instanceof RunOutcome.Busy,
          () -> "who finds nothing but what others have claimed ends as " + others.get(1));
      Expect.that(
          outcome.activated() && !helper.activated(),
          "the generation is not activated by the last to end");
      requireEmbeddedOnce(storage);
      storage.requireCleanEnd(RunRecord.Status.COMPLETED);
      Expect.that(other.runOnce() instanceof RunOutcome.Idle, "there is work after the last");
    }
  }

  private static void requireEmbeddedOnce(StorageUnderTest storage) {
    storage.requireExact(Scope.ALL);
    Expect.equal(
        "EJ-18",
        STRIPED_MESSAGES,
        storage.embedder.sent().size(),
        "how many texts were sent for " + STRIPED_MESSAGES + " messages");
  }

  @Rule("EJ-18")
  @Needs(Capability.SHARED_LEASES)
  @Example
  default void concurrentWorkersEmbedAndActivateOnce() {
    int rounds = effort().of(3);
    for (int round = 0; round < rounds; round++) {
      try (StorageUnderTest storage = openStriped()) {
        List<Callable<Integer>> racers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
          EmbedJob job = worker(storage).build();
          racers.add(() -> runUntilIdle(job));
        }
        int activations = ConcurrentCalls.run(racers).stream().mapToInt(Integer::intValue).sum();
        Expect.equal(1, activations, "how many of four workers activate the generation");
        requireEmbeddedOnce(storage);
        storage.requireCleanEnd(RunRecord.Status.COMPLETED);
      }
    }
  }

  /** Runs as a host's scheduler does; how often the job has activated a generation. */
  private static int runUntilIdle(EmbedJob job) {
    int activations = 0;
    while (true) {
      RunOutcome outcome = job.runOnce();
      if (outcome instanceof RunOutcome.Idle) {
        return activations;
      }
      if (outcome instanceof RunOutcome.Completed completed) {
        activations += completed.activated() ? 1 : 0;
      } else if (!(outcome instanceof RunOutcome.Busy)) {
        throw Expect.violationOf("EJ-18", "one of four workers ends as " + outcome);
      }
    }
  }

  @Rule({"EJ-18", "EJ-13", "VS-17"})
  @Needs(Capability.SHARED_LEASES)
  @Example
  default void stripeOfDeadWorkerIsReclaimed() {
    try (StorageUnderTest storage = openStriped()) {
      CallInterceptor dying =
          new CallInterceptor() {
            private int claims;

            @Override
            public void before(String call, Object[] arguments) {
              claims += call.equals("SharedLease.claim") && (long) arguments[0] >= 0 ? 1 : 0;
              if (claims > 2) {
                throw new ProcessKilled();
              }
            }
          };
      Expect.thrown(
          "EJ-18",
          CallInterceptor.ProcessKilled.class,
          "a killed run",
          () -> storage.job(dying).sharedLease().build().runOnce());
      EmbedJob other = worker(storage).build();
      storage.embedder.clearSent();
      RunOutcome.Completed beside = completed(other.runOnce());
      Expect.equal(
          "EJ-18",
          (long) STRIPED_MESSAGES - 2 * MESSAGES_PER_STRIPE,
          beside.counts().embedded(),
          "what others embed beside a worker that has claimed two stripes");
      Expect.that("EJ-8", !beside.activated(), "an incomplete generation is activated");
      storage.restart();
      RunOutcome.Completed after = completed(other.runOnce());
      Expect.equal(
          "EJ-18",
          2L * MESSAGES_PER_STRIPE,
          after.counts().embedded(),
          "what the next run embeds of what a dead worker had claimed");
      Expect.that("EJ-18", after.activated(), "the last to end does not activate the generation");
      requireEmbeddedOnce(storage);
      Expect.equal(
          "VS-17",
          List.of(
              RunRecord.Status.COMPLETED, RunRecord.Status.COMPLETED, RunRecord.Status.ABANDONED),
          storage.index.store().runs(3).stream().map(RunRecord::status).toList(),
          "how the runs ended, newest first");
    }
  }

  @Rule("EJ-18")
  @Needs(Capability.SHARED_LEASES)
  @Example
  default void othersAreBusyDuringActivation() {
    try (StorageUnderTest storage = openStriped()) {
      EmbedJob other = worker(storage).build();
      List<RunOutcome> others = new ArrayList<>();
      CallInterceptor activating =
          FillRules.before("VectorStore.activate", () -> others.add(other.runOnce()));
      completed(storage.job(activating).sharedLease().build().runOnce());
      Expect.that(
          others.size() == 1 && others.get(0) instanceof RunOutcome.Busy,
          () -> "a run beside one that activates ends as " + others);
      Expect.equal(1, storage.index.store().runs(9).size(), "how many runs have a record");
      requireEmbeddedOnce(storage);
    }
  }

  /** Edits and repairs in the stripes of all, while all are at work. */
  @Rule({"EJ-18", "EJ-4", "EJ-17"})
  @Needs(Capability.SHARED_LEASES)
  @Example
  default void textsEditedDuringWorkAreEmbeddedCurrent() {
    try (StorageUnderTest storage = openStriped()) {
      EmbedJob bystander = storage.job().build();
      List<EmbedJob> workers = List.of(worker(storage).build(), worker(storage).build());
      List<Callable<Integer>> racers = new ArrayList<>();
      workers.forEach(job -> racers.add(() -> runUntilIdle(job)));
      racers.add(
          () -> {
            for (int i = 0; i < STRIPED_MESSAGES; i += 3) {
              long id = storage.ids.get(i);
              storage.edit(id, JobContext.text("edited " + id));
              bystander.repair(List.of(storage.ids.get(i + 1)));
            }
            return 0;
          });
      ConcurrentCalls.run(racers);
      runUntilIdle(workers.get(0));
      storage.requireExact(Scope.ALL);
    }
  }

  @Rule({"EJ-12", "EJ-18"})
  @Needs(Capability.SHARED_LEASES)
  @Example
  default void exclusiveAndSharedRunsExcludeEachOther() {
    try (StorageUnderTest storage = openStriped()) {
      for (boolean sharing : new boolean[] {true, false}) {
        MessageStore messages = storage.archive.open();
        VectorStore vectors = storage.index.open();
        EmbedJob.Builder one = storage.job();
        EmbedJob.Builder other = storage.job(messages, vectors);
        EmbedJob first = (sharing ? one.sharedLease() : one).build();
        EmbedJob second = (sharing ? other : other.sharedLease()).build();
        List<RunOutcome> others = new ArrayList<>();
        runInParallel(storage, others, List.of(second::runOnce));
        completed(first.runOnce());
        Expect.that(
            "EJ-12",
            others.get(0) instanceof RunOutcome.Busy,
            () -> "a run beside another, of which one shares, ends as " + others.get(0));
        storage.edit(storage.ids.get(0), JobContext.text("edited"));
      }
    }
  }

  @Rule("EJ-18")
  @Example
  default void sharingJobNeedsSharingStore() {
    if (!supports(Capability.SHARED_LEASES)) {
      try (StorageUnderTest storage = storage()) {
        Expect.thrown(
            UnsupportedOperationException.class,
            "a job that shares over a store that does not",
            () -> storage.job().sharedLease().build());
      }
    }
  }

  // EJ-19

  @Rule("EJ-19")
  @Needs(Capability.SHARED_LEASES)
  @Example
  default void backstopRunsExclusively() {
    try (StorageUnderTest storage = openStriped()) {
      completed(storage.job().sharedLease().build().runOnce());
      storage.ids.forEach(id -> storage.edit(id, JobContext.text("edited " + id)));
      EmbedJob due = worker(storage).backstopInterval(Duration.ofHours(2)).build();
      List<RunOutcome> others = new ArrayList<>();
      runInParallel(storage, others, List.of(due::runBackstop, due::runOnce));
      completed(storage.job().sharedLease().build().runOnce());
      Expect.that(
          others.get(0) instanceof RunOutcome.Busy,
          () -> "a backstop beside another worker ends as " + others.get(0));
      RunOutcome.Completed helper = completed(others.get(1));
      Expect.that(
          helper.kind() == RunKind.FILL
              && helper.counts().embedded() == STRIPED_MESSAGES - MESSAGES_PER_STRIPE,
          () -> "a run that is due to be a backstop helps another so: " + helper);
      Expect.equal(
          "EJ-9", Optional.empty(), storage.target().lastBackstop(), "the last backstop so far");
      Expect.that(
          "EJ-9",
          completed(due.runOnce()).kind() == RunKind.BACKSTOP,
          "a backstop that waited for others does not come when it is alone");
      storage.requireExact(Scope.ALL);
    }
  }

  @Rule("EJ-19")
  @Needs(Capability.SHARED_LEASES)
  @Example
  default void othersJoinAfterBackstop() {
    try (StorageUnderTest storage = openStriped()) {
      completed(storage.job().sharedLease().build().runOnce());
      storage.ids.forEach(id -> storage.edit(id, JobContext.text("edited " + id)));
      EmbedJob other = worker(storage).build();
      List<RunOutcome> during = new ArrayList<>();
      List<RunOutcome> after = new ArrayList<>();
      CallInterceptor interceptor =
          FillRules.before("MessageStore.embeddedIds", () -> during.add(other.runOnce()));
      runInParallel(storage, after, List.of(other::runOnce));
      completed(storage.job(interceptor).sharedLease().build().runBackstop());
      Expect.that(
          !during.isEmpty() && during.stream().allMatch(RunOutcome.Busy.class::isInstance),
          () -> "runs beside a backstop end as " + during);
      Expect.equal(
          (long) STRIPED_MESSAGES - MESSAGES_PER_STRIPE,
          completed(after.get(0)).counts().embedded(),
          "what another embeds after the backstop");
      storage.requireExact(Scope.ALL);
    }
  }
}
