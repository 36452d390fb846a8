package io.msgvault.embed.testkit.rules;

import static io.msgvault.embed.testkit.rules.RuleConstants.EMAIL;

import io.msgvault.embed.EmbedJob;
import io.msgvault.embed.RunOutcome;
import io.msgvault.embed.RunOutcome.Blocked.Obstacle;
import io.msgvault.embed.memory.ArchiveMessage;
import io.msgvault.embed.model.BackstopFindings;
import io.msgvault.embed.model.Fingerprint;
import io.msgvault.embed.model.Generation;
import io.msgvault.embed.model.RunKind;
import io.msgvault.embed.model.RunRecord;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.model.StoreException;
import io.msgvault.embed.model.WordFindings;
import io.msgvault.embed.store.CoverageCheck;
import io.msgvault.embed.store.MessageVectors;
import io.msgvault.embed.store.VectorStore;
import io.msgvault.embed.testkit.Rule;
import io.msgvault.embed.testkit.model.CallInterceptor;
import io.msgvault.embed.testkit.model.Expect;
import io.msgvault.embed.testkit.model.IndexUnderTest;
import io.msgvault.embed.testkit.model.StorageUnderTest;
import io.msgvault.embed.text.TextPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import net.jqwik.api.Example;

/** Which generation a run fills and activates, and when it runs a backstop. */
public interface TargetRules extends JobContext {
  // EJ-7

  @Rule("EJ-7")
  @Example
  default void firstRunCreatesGeneration() {
    try (StorageUnderTest storage = storage(2)) {
      RunOutcome.Completed outcome = storage.run();
      Expect.equal(outcome.generation(), storage.target().id(), "the generation that was filled");
      Expect.equal(
          storage.fingerprint(Scope.ALL), storage.target().fingerprint(), "its fingerprint");
      Expect.that("EJ-8", outcome.activated(), "the first generation is not activated");
      Expect.equal("EJ-8", Generation.State.ACTIVE, storage.target().state(), "its state");
    }
  }

  @Rule("EJ-7")
  @Example
  default void matchingBuildIsFilledFirst() {
    try (StorageUnderTest storage = storage(3)) {
      storage.run();
      long building = storage.index.store().create(storage.fingerprint(Scope.ALL), 1_000).id();
      Expect.equal(building, storage.run().generation(), "the generation that was filled");
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
  default void mismatchBlocksRunWithRemedy() {
    try (StorageUnderTest storage = storage(3)) {
      storage.run();
      requireBlocked(storage, storage.job().scope(EMAIL).build().runOnce(), Obstacle.SCOPE_CHANGED);
      VectorStore vectors = storage.index.store();
      Fingerprint foreign = IndexUnderTest.fingerprint("another model", 5);
      long building = vectors.create(foreign, 1_000).id();
      requireBlocked(storage, storage.job().build().runOnce(), Obstacle.BUILD_IN_PROGRESS);
      requireBlocked(storage, storage.job().build().runBackstop(), Obstacle.BUILD_IN_PROGRESS);
      requireBlocked(storage, storage.job().build().rebuild(), Obstacle.BUILD_IN_PROGRESS);
      vectors.activate(building, CoverageCheck.NONE);
      requireBlocked(storage, storage.job().build().runOnce(), Obstacle.FINGERPRINT_MISMATCH);
      vectors.forceRetire(building);
      requireBlocked(storage, storage.job().build().runOnce(), Obstacle.NO_INDEX);
      StorageUnderTest.completed(storage.job().build().rebuild());
      storage.requireExact(Scope.ALL);
    }
  }

  private static void requireBlocked(
      StorageUnderTest storage, RunOutcome outcome, Obstacle obstacle) {
    Expect.that(
        outcome instanceof RunOutcome.Blocked blocked
            && blocked.obstacle() == obstacle
            && !blocked.remedy().isBlank(),
        () -> "a run that " + obstacle + " should block ends as " + outcome);
    Expect.equal(
        1,
        storage.index.store().runs(10).size(),
        "how many runs are in the history after one that was blocked");
  }

  @Rule({"EJ-7", "MS-17", "VS-16"})
  @Example
  default void indexOfOtherArchiveIsUntouched() {
    try (StorageUnderTest storage = storage(3)) {
      storage.index.store().bind(UUID.fromString("00000000-0000-4000-8000-000000000001"));
      RunOutcome outcome = storage.job().build().runOnce();
      Expect.that(
          "VS-16",
          outcome instanceof RunOutcome.Blocked blocked
              && blocked.obstacle() == Obstacle.ARCHIVE_MISMATCH,
          () -> "a run with the index of another archive ends as " + outcome);
      Expect.equal("VS-16", List.of(), storage.index.store().generations(), "all generations");
    }
  }

  @Rule({"EJ-7", "EJ-8"})
  @Example
  default void oldIndexServesUntilRebuildCompletes() {
    try (StorageUnderTest storage = storage(12)) {
      storage.run();
      long previous = storage.target().id();
      List<Optional<Long>> serving = new ArrayList<>();
      storage.embedder.duringCalls(
          () -> serving.add(storage.index.store().active().map(Generation::id)));
      RunOutcome.Completed outcome = StorageUnderTest.completed(storage.job().build().rebuild());
      Expect.that(
          "EJ-8",
          outcome.activated() && outcome.generation() != previous,
          () -> "a rebuild ends as " + outcome);
      Expect.that(
          "EJ-8",
          serving.stream().allMatch(Optional.of(previous)::equals),
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
  default void incompleteGenerationIsNotActivated() {
    try (StorageUnderTest storage = storage(12)) {
      storage.run();
      long previous = storage.target().id();
      storage.embedder.overloadedBy(text -> text.endsWith("text number 5"));
      RunOutcome outcome = storage.job().build().rebuild();
      Expect.equal(
          Optional.of(previous),
          storage.index.store().active().map(Generation::id),
          "the active generation after " + outcome);
      storage.embedder.overloadedBy(text -> false);
      RunOutcome.Completed completed = storage.run();
      Expect.that(completed.activated(), "a generation that became complete is not activated");
      storage.requireExact(Scope.ALL);
    }
  }

  @Rule("EJ-8")
  @Example
  default void emptyScopeKeepsActiveIndex() {
    try (StorageUnderTest storage = storage(3)) {
      storage.run();
      long previous = storage.target().id();
      for (long id = 1; id <= 3; id++) {
        storage.archive.remove(id);
      }
      storage.job().build().rebuild();
      RunOutcome backstop = storage.job().build().runBackstop();
      Expect.equal(
          Optional.of(previous),
          storage.index.store().active().map(Generation::id),
          "the active generation after a rebuild and " + backstop);
      storage.archive.insert(4, "a new text");
      storage.run();
      Expect.that(
          storage.index.store().active().map(Generation::id).orElse(previous) != previous,
          "the new index is not activated");
      storage.requireExact(Scope.ALL);
    }
  }

  // EJ-9

  @Rule("EJ-9")
  @Example
  default void backstopRunsFirstAndThenByInterval() {
    try (StorageUnderTest storage = storage(3)) {
      EmbedJob job = storage.job().backstopInterval(Duration.ofHours(2)).build();
      requireBackstop(storage, job, true);
      storage.advanceClock(Duration.ofMinutes(119));
      storage.archive.insert(4, "later");
      requireBackstop(storage, job, false);
      storage.advanceClock(Duration.ofMinutes(1));
      requireBackstop(storage, job, true);
      Expect.that(job.runOnce() instanceof RunOutcome.Idle, "a run after a backstop is not idle");
      StorageUnderTest.completed(
          storage.job().backstopInterval(Duration.ofHours(2)).build().rebuild());
      Expect.equal(
          Optional.of(storage.now()),
          storage.target().lastBackstop(),
          "the last backstop of a new generation");
    }
  }

  private static void requireBackstop(StorageUnderTest storage, EmbedJob job, boolean expected) {
    RunOutcome.Completed outcome = StorageUnderTest.completed(job.runOnce());
    Expect.equal(expected, outcome.kind() == RunKind.BACKSTOP, "whether the run was a backstop");
    Expect.equal(
        expected,
        storage.target().lastBackstop().equals(Optional.of(storage.now())),
        "whether a backstop is noted");
    RunRecord record = storage.index.store().runs(1).get(0);
    Expect.equal(
        expected, record.kind() == RunKind.BACKSTOP, "whether the record tells of a backstop");
  }

  /** The clock of a former run was ahead by a month, and is right by now. */
  @Rule("EJ-9")
  @Example
  default void backstopIsDueAfterClockWasAhead() {
    try (StorageUnderTest storage = storage(3)) {
      EmbedJob job = storage.job().backstopInterval(Duration.ofHours(2)).build();
      storage.advanceClock(Duration.ofDays(30));
      requireBackstop(storage, job, true);
      storage.advanceClock(Duration.ofDays(-30));
      storage.archive.insert(4, "later");
      requireBackstop(storage, job, true);
      storage.advanceClock(Duration.ofMinutes(1));
      storage.archive.insert(5, "later still");
      requireBackstop(storage, job, false);
      storage.requireExact(Scope.ALL);
    }
  }

  @Rule("EJ-9")
  @Example
  default void intervalCanDisableOrForceBackstop() {
    try (StorageUnderTest storage = storage(3)) {
      requireBackstop(storage, storage.job().build(), false);
      EmbedJob always = storage.job().backstopOnEveryRun().build();
      requireBackstop(storage, always, true);
      requireBackstop(storage, always, true);
    }
  }

  @Rule("EJ-9")
  @Example
  default void failedBackstopIsRetried() {
    try (StorageUnderTest storage = storage(3)) {
      storage.run();
      for (String call : List.of("MessageStore.embeddedIds", "MessageStore.scan")) {
        storage.edit(1, JobContext.text("edited before " + call));
        CallInterceptor full =
            FillRules.before(
                call,
                () -> {
                  throw new StoreException("the disk is full");
                });
        RunOutcome outcome =
            storage.job(full).backstopInterval(Duration.ofHours(2)).build().runOnce();
        Expect.that(
            outcome instanceof RunOutcome.Failed,
            () -> "a backstop over a full disk ends as " + outcome);
        Expect.equal(Optional.empty(), storage.target().lastBackstop(), "the last backstop");
      }
      requireBackstop(storage, storage.job().backstopInterval(Duration.ofHours(2)).build(), true);
    }
  }

  // EJ-10

  @Rule("EJ-10")
  @Example
  default void backstopRepairsBothStores() {
    try (StorageUnderTest storage = storage(8)) {
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
      storage.archive.remove(5);
      storage.archive.writer().purge(6);
      BackstopFindings found = storage.job().build().verify();
      Expect.equal(
          new BackstopFindings(2, 1, 0, 0, 3, 0, 0, 0).withWords(new WordFindings(0, 0, 2)),
          found,
          "what verify finds");
      RunOutcome.Completed outcome = storage.backstop();
      Expect.equal(
          3L, outcome.counts().unstamped(), "how many stamps the backstop says it took back");
      Expect.equal(
          1L,
          outcome.counts().orphans(),
          "how many orphans the backstop says it deleted, besides what the archive said was removed");
      storage.requireExact(Scope.ALL);
      Expect.equal(
          BackstopFindings.NONE,
          storage.job().build().verify(),
          "what verify finds after the backstop");
    }
  }

  @Rule({"EJ-10", "EJ-15"})
  @Example
  default void messageLeavingScopeLosesVectors() {
    ArchiveMessage.Metadata chat = ArchiveMessage.Metadata.of("chat", "main");
    try (StorageUnderTest storage = storage(4)) {
      storage.archive.assumeMessageTypes();
      StorageUnderTest.completed(storage.job().scope(EMAIL).build().runOnce());
      storage.archive.writer().updateMetadata(2, chat);
      StorageUnderTest.completed(storage.job().scope(EMAIL).build().runBackstop());
      Expect.equal(
          "EJ-10",
          Set.of(1L, 3L, 4L),
          storage.vectors(storage.target().id()).keySet(),
          "the messages that have vectors");
      storage.archive.writer().updateMetadata(2, ArchiveMessage.Metadata.of("email", "main"));
      StorageUnderTest.completed(storage.job().scope(EMAIL).build().runOnce());
      storage.requireExact(EMAIL);
    }
  }

  // EJ-25

  @Rule({"EJ-25", "VS-22"})
  @Example
  default void rebuildRevivesFormerGeneration() {
    try (StorageUnderTest storage = storage(6)) {
      storage.run();
      long former = storage.target().id();
      long other = StorageUnderTest.completed(otherSettings(storage).rebuild()).generation();
      storage.edit(3, new ArchiveMessage.Content("Changed", "meanwhile", ""));
      RunOutcome.Completed back = StorageUnderTest.completed(storage.job().build().rebuild());
      Expect.equal(former, back.generation(), "the generation of the rebuild that goes back");
      Expect.that(back.activated(), () -> "the revived generation is not activated: " + back);
      Expect.equal(5L, back.counts().reused(), "how many messages kept their vectors");
      storage.requireExact(Scope.ALL);
      Expect.equal(
          Generation.State.RETIRED,
          storage.index.store().generation(other).orElseThrow().state(),
          "the state of the generation in between");
    }
  }

  @Rule("EJ-25")
  @Example
  default void rebuildOfServingSettingsEmbedsAnew() {
    try (StorageUnderTest storage = storage(4)) {
      storage.run();
      StorageUnderTest.completed(storage.job().build().rebuild());
      RunOutcome.Completed third = StorageUnderTest.completed(storage.job().build().rebuild());
      Expect.equal(0L, third.counts().reused(), "how many messages kept their vectors");
      Expect.equal(3, storage.index.store().generations().size(), "the number of generations");
    }
  }

  @Rule({"EJ-25", "VS-5"})
  @Example
  default void retiredGenerationIsKeptForItsTime() {
    try (StorageUnderTest storage = storage(4)) {
      storage.run();
      long former = storage.target().id();
      StorageUnderTest.completed(storage.job().build().rebuild());
      Instant retired =
          storage.index.store().generation(former).orElseThrow().retired().orElseThrow();
      storage.advanceClock(Duration.between(storage.now(), retired).plusHours(12));
      EmbedJob job = storage.job().keepRetired(Duration.ofDays(1)).build();
      StorageUnderTest.completed(job.runBackstop());
      Expect.equal(
          4L, storage.index.store().size(former).messages(), "what is kept after half a day");
      storage.advanceClock(Duration.ofDays(1));
      StorageUnderTest.completed(job.runBackstop());
      Expect.equal(
          0L, storage.index.store().size(former).messages(), "what is kept after a day and a half");
    }
  }

  @Rule({"EJ-25", "EJ-7"})
  @Example
  default void rebuildCanBeGivenUp() {
    try (StorageUnderTest storage = storage(4)) {
      storage.run();
      long active = storage.target().id();
      EmbedJob rebuilding = otherSettings(storage);
      List<Generation> givenUp = new ArrayList<>();
      storage.embedder.duringCalls(() -> rebuilding.giveUpRebuild().ifPresent(givenUp::add));
      RunOutcome outcome = rebuilding.rebuild();
      storage.embedder.duringCalls(() -> {});
      Expect.that(
          outcome instanceof RunOutcome.Cancelled cancelled
              && cancelled.reason() == RunOutcome.Cancelled.StopReason.RETIRED,
          () -> "a rebuild that is given up ends as " + outcome);
      Expect.equal(1, givenUp.size(), "how many generations were given up");
      Expect.equal(
          Generation.State.RETIRED,
          storage.index.store().generation(givenUp.get(0).id()).orElseThrow().state(),
          "the state of the one that was given up");
      StorageUnderTest.completedOrIdle(storage.job().build().runOnce());
      Expect.equal(active, storage.target().id(), "the generation that serves");
      storage.requireExact(Scope.ALL);
    }
  }

  private static EmbedJob otherSettings(StorageUnderTest storage) {
    return storage.job().text(TextPolicy.standard().withMaxBodyCharacters(77_777)).build();
  }
}
