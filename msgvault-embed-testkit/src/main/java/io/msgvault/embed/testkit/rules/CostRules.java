package io.msgvault.embed.testkit.rules;

import io.msgvault.embed.Budget;
import io.msgvault.embed.EmbedJob;
import io.msgvault.embed.Estimate;
import io.msgvault.embed.RateLimit;
import io.msgvault.embed.RunOutcome;
import io.msgvault.embed.RunOutcome.Cancelled.StopReason;
import io.msgvault.embed.Scheduler;
import io.msgvault.embed.embedder.TokenSource;
import io.msgvault.embed.memory.ArchiveMessage;
import io.msgvault.embed.model.RunRecord;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.testkit.Rule;
import io.msgvault.embed.testkit.model.ConcurrentCalls;
import io.msgvault.embed.testkit.model.Expect;
import io.msgvault.embed.testkit.model.StorageUnderTest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** What runs cost: their budget, their pace, and what they are expected to take. */
public interface CostRules extends JobContext {
  /** More tokens than any message of these tests has, and more requests than it takes. */
  int ONE_MESSAGE_TOKENS = 64;

  int ONE_MESSAGE_REQUESTS = 2;

  private StorageUnderTest withLongMessage() {
    StorageUnderTest storage = storage(12);
    StringBuilder text = new StringBuilder();
    for (int word = 0; word < 40; word++) {
      text.append("word").append(word).append(' ');
    }
    storage.archive.insert(13, text.toString());
    storage.archive.insert(14, "the last one");
    return storage;
  }

  private static long tokens(StorageUnderTest storage, List<String> texts) {
    return texts.stream()
        .mapToLong(text -> storage.embedder.tokenCounter().orElseThrow().tokenEnds(text).length)
        .sum();
  }

  private static boolean endedBy(RunOutcome outcome, StopReason reason) {
    return outcome instanceof RunOutcome.Cancelled cancelled && cancelled.reason() == reason;
  }

  /** Runs until nothing is left; each run but the last must end by its budget. */
  private static void runWithin(
      StorageUnderTest storage, Budget budget, StopReason reason, Runnable afterEach) {
    EmbedJob job = storage.job().budget(budget).build();
    for (int left = 14; true; left--) {
      long before = storage.embedder.sent().size();
      RunOutcome outcome = job.runOnce();
      afterEach.run();
      storage.requireStampsHaveVectors();
      if (outcome instanceof RunOutcome.Completed) {
        break;
      }
      Expect.that(
          "EJ-26",
          endedBy(outcome, reason) && left > 0 && storage.embedder.sent().size() > before,
          () -> "a run with " + budget + " ends as " + outcome);
      storage.requireCleanEnd(RunRecord.Status.CANCELLED);
    }
    List<String> sent = storage.embedder.sent();
    Expect.equal(
        "EJ-26",
        new HashSet<>(sent).size(),
        sent.size(),
        "how many texts were sent, for the texts that there are");
    storage.requireExact(Scope.ALL);
  }

  // EJ-26

  @Rule("EJ-26")
  @Property(tries = 12)
  default void tokensEndRunAndNextGoesOn(@ForAll @IntRange(min = 1, max = 60) int limit) {
    try (StorageUnderTest storage = withLongMessage()) {
      List<Long> spent = new ArrayList<>(List.of(0L));
      runWithin(
          storage,
          Budget.UNLIMITED.withTokens(limit),
          StopReason.TOKEN_BUDGET,
          () -> {
            long now = tokens(storage, storage.embedder.sent());
            long ofRun = now - spent.get(0);
            spent.set(0, now);
            Expect.that(
                ofRun < limit + ONE_MESSAGE_TOKENS,
                () -> "a run with a budget of " + limit + " tokens took " + ofRun);
          });
    }
  }

  @Rule("EJ-26")
  @Property(tries = 6)
  default void requestsEndRunAndNextGoesOn(@ForAll @IntRange(min = 1, max = 6) int limit) {
    try (StorageUnderTest storage = withLongMessage()) {
      List<Integer> spent = new ArrayList<>(List.of(0));
      runWithin(
          storage,
          Budget.UNLIMITED.withRequests(limit),
          StopReason.REQUEST_BUDGET,
          () -> {
            int ofRun = storage.embedder.calls() - spent.get(0);
            spent.set(0, storage.embedder.calls());
            Expect.that(
                ofRun < limit + ONE_MESSAGE_REQUESTS,
                () -> "a run with a budget of " + limit + " requests took " + ofRun);
          });
    }
  }

  @Rule("EJ-26")
  @Example
  default void budgetThatSufficesEndsNoRun() {
    try (StorageUnderTest storage = storage(6)) {
      Budget budget = Budget.UNLIMITED.withRequests(2).withTokens(1000);
      StorageUnderTest.completed(storage.job().budget(budget).build().runOnce());
      storage.requireExact(Scope.ALL);
    }
  }

  /** The time passes when the test says so, in the second request. */
  @Rule("EJ-26")
  @Example
  default void timeEndsRunAndNextGoesOn() {
    try (StorageUnderTest storage = storage(12)) {
      List<Runnable> deadlines = new ArrayList<>();
      Duration limit = Duration.ofHours(1);
      storage.embedder.duringCalls(
          () -> {
            if (storage.embedder.calls() == 2) {
              deadlines.forEach(Runnable::run);
            }
          });
      RunOutcome outcome =
          storage
              .job()
              .budget(Budget.UNLIMITED.withTime(limit))
              .scheduler(
                  (task, delay) -> {
                    if (delay.equals(limit)) {
                      deadlines.add(task);
                    }
                    return () -> {};
                  })
              .build()
              .runOnce();
      Expect.that(
          endedBy(outcome, StopReason.TIME_BUDGET),
          () -> "a run whose time is over ends as " + outcome);
      Expect.that(
          storage.embedder.calls() <= 3,
          () -> "the embedder was called " + storage.embedder.calls() + " times");
      storage.requireCleanEnd(RunRecord.Status.CANCELLED);
      storage.embedder.duringCalls(() -> {});
      storage.run();
      storage.requireExact(Scope.ALL);
    }
  }

  /** A run that was due to be a backstop has compared, although its budget ended the rest. */
  @Rule("EJ-26")
  @Example
  default void budgetDoesNotRepeatBackstop() {
    try (StorageUnderTest storage = storage(12)) {
      EmbedJob job =
          storage
              .job()
              .backstopInterval(Duration.ofDays(1))
              .budget(Budget.UNLIMITED.withRequests(1))
              .build();
      job.runOnce();
      Expect.that(
          storage.target().lastBackstop().isPresent(),
          "a backstop does not count because a budget ended its run");
      storage.run();
      storage.requireExact(Scope.ALL);
    }
  }

  // EJ-27

  /** Lets time pass as soon as a run waits for it; writers write meanwhile. */
  private static Scheduler passing(StorageUnderTest storage) {
    return (task, delay) -> {
      ConcurrentCalls.runWithTimeout(
          () ->
              storage
                  .archive
                  .writer()
                  .updateMetadata(1, ArchiveMessage.Metadata.of("email", "other")));
      storage.advanceClock(delay);
      task.run();
      return () -> {};
    };
  }

  /** A request, and when it came. */
  record Asked(Instant at, long cost) {}

  private static void requirePace(List<Asked> asked, long limit, String unit) {
    for (Asked last : asked) {
      Instant minuteBefore = last.at().minus(Duration.ofMinutes(1));
      long cost =
          asked.stream()
              .filter(one -> one.at().isAfter(minuteBefore) && !one.at().isAfter(last.at()))
              .mapToLong(Asked::cost)
              .sum();
      Expect.that(
          "EJ-27",
          cost <= limit,
          () -> cost + " " + unit + " came within a minute, with a limit of " + limit);
    }
  }

  @Rule("EJ-27")
  @Property(tries = 5)
  default void noMinuteHasMoreRequests(@ForAll @IntRange(min = 1, max = 7) int limit) {
    try (StorageUnderTest storage = storage(24)) {
      List<Asked> asked = new ArrayList<>();
      storage.embedder.duringCalls(() -> asked.add(new Asked(storage.now(), 1)));
      EmbedJob job =
          storage
              .job()
              .scheduler(passing(storage))
              .rateLimit(RateLimit.UNLIMITED.withRequestsPerMinute(limit))
              .build();
      Instant began = storage.now();
      StorageUnderTest.completed(job.runOnce());
      storage.archive.insert(25, "it came later");
      StorageUnderTest.completed(job.runOnce());
      requirePace(asked, limit, "requests");
      Expect.equal(
          Duration.ofMinutes((asked.size() - 1) / limit),
          Duration.between(began, storage.now()),
          "how long " + asked.size() + " requests take with a limit of " + limit);
      storage.requireExact(Scope.ALL);
    }
  }

  @Rule("EJ-27")
  @Property(tries = 5)
  default void noMinuteHasMoreTokens(@ForAll @IntRange(min = 20, max = 60) int limit) {
    try (StorageUnderTest storage = storage(24)) {
      List<Asked> asked = new ArrayList<>();
      storage.embedder.duringCalls(
          () -> {
            List<String> sent = storage.embedder.sent();
            long before = asked.stream().mapToLong(Asked::cost).sum();
            asked.add(new Asked(storage.now(), tokens(storage, sent) - before));
          });
      StorageUnderTest.completed(
          storage
              .job()
              .scheduler(passing(storage))
              .rateLimit(RateLimit.UNLIMITED.withTokensPerMinute(limit))
              .build()
              .runOnce());
      requirePace(asked, limit, "tokens");
      storage.requireExact(Scope.ALL);
    }
  }

  // EJ-28

  private static Estimate requireEstimate(StorageUnderTest storage) {
    List<String> sent = storage.embedder.sent();
    int generations = storage.index.store().generations().size();
    List<RunRecord> runs = storage.index.store().runs(9);
    Estimate estimate = storage.job().build().estimate();
    Expect.equal(sent, storage.embedder.sent(), "the texts sent before and after an estimate");
    Expect.equal(
        generations,
        storage.index.store().generations().size(),
        "the generations before and after an estimate");
    Expect.equal(runs, storage.index.store().runs(9), "the runs before and after an estimate");
    Expect.equal(TokenSource.COUNTED, estimate.tokenSource(), "the source of the tokens");
    return estimate;
  }

  @Rule("EJ-28")
  @Property(tries = 12)
  default void runTakesWhatWasEstimated(@ForAll("messageLists") List<ArchiveMessage> messages) {
    try (StorageUnderTest storage = storage()) {
      for (int i = 0; i < messages.size(); i++) {
        storage.archive.writer().insert(i + 1L, messages.get(i));
      }
      Estimate estimate = requireEstimate(storage);
      RunOutcome.Completed run = storage.run();
      Expect.equal(run.counts().embedded(), estimate.messages(), "the messages to embed");
      Expect.equal(run.counts().blank(), estimate.blank(), "the blank messages");
      Expect.equal(run.counts().chunks(), estimate.chunks(), "the chunks");
      Expect.that(
          run.counts().tokens() <= estimate.tokens(),
          () -> "a run took " + run.counts().tokens() + " tokens instead of " + estimate.tokens());
    }
  }

  @Rule("EJ-28")
  @Example
  default void estimateLeavesOutWhatIsUpToDateOrUnchanged() {
    try (StorageUnderTest storage = withLongMessage()) {
      Estimate all = requireEstimate(storage);
      RunOutcome.Completed first = storage.run();
      Expect.equal(14L, all.messages(), "the messages before the first run");
      Expect.equal(first.counts().tokens(), all.tokens(), "the tokens of the first run");
      Expect.equal(
          (long) storage.embedder.calls(), all.requests(), "the requests of the first run");
      storage.job().build().repair(List.of(2L, 3L));
      storage.edit(4, JobContext.text("edited"));
      storage.edit(5, JobContext.text(""));
      Estimate rest = requireEstimate(storage);
      Expect.equal(new Estimate(1, 1, 2, 1, 1, 1, TokenSource.COUNTED), rest, "the estimate");
      RunOutcome.Completed second = storage.run();
      Expect.equal(second.counts().tokens(), rest.tokens(), "the tokens of the second run");
      Expect.equal(second.counts().reused(), rest.reused(), "the messages that keep their vectors");
    }
  }
}
