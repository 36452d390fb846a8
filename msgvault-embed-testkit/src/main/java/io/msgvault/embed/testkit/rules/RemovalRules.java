package io.msgvault.embed.testkit.rules;

import static io.msgvault.embed.testkit.rules.RuleConstants.STRIPE;

import io.msgvault.embed.EmbedJob;
import io.msgvault.embed.RunOutcome;
import io.msgvault.embed.model.Generation;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.store.Lease;
import io.msgvault.embed.store.Removal;
import io.msgvault.embed.store.SharedLease;
import io.msgvault.embed.store.Stamp;
import io.msgvault.embed.testkit.Capability;
import io.msgvault.embed.testkit.Needs;
import io.msgvault.embed.testkit.Rule;
import io.msgvault.embed.testkit.model.CallInterceptor;
import io.msgvault.embed.testkit.model.Expect;
import io.msgvault.embed.testkit.model.FaultyEmbedder;
import io.msgvault.embed.testkit.model.StorageUnderTest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** How what was deleted leaves the index. */
public interface RemovalRules extends JobContext {
  private static void requireGone(StorageUnderTest storage, List<Long> ids) {
    Expect.equal(List.of(), storage.words.index().entries(ids), "the words of " + ids);
    for (Generation generation : storage.index.store().generations()) {
      Expect.equal(
          List.of(),
          storage.index.store().vectors(generation.id(), ids),
          "the vectors of " + ids + " in generation " + generation.id());
    }
  }

  private static List<Long> removed(StorageUnderTest storage) {
    return storage.archive.store().removed(0, 99).stream().map(Removal::messageId).toList();
  }

  @Rule("EJ-24")
  @Example
  default void nextRunTakesOutWhatWasDeleted() {
    try (StorageUnderTest storage = storage(12)) {
      storage.run();
      storage.archive.remove(2);
      storage.archive.writer().purge(5);
      storage.run();
      requireGone(storage, List.of(2L, 5L));
      Expect.equal(List.of(), removed(storage), "the removals that wait");
      Expect.equal(10, storage.indexedWords().size(), "the messages with words");
      storage.requireExact(Scope.ALL);
      RunOutcome outcome = storage.job().build().runOnce();
      Expect.that(
          outcome instanceof RunOutcome.Idle, () -> "a run with nothing to do ends as " + outcome);
    }
  }

  /** A fill may take days. */
  @Rule("EJ-24")
  @Example
  default void runTakesOutBeforeItEmbeds() {
    try (StorageUnderTest storage = storage(6)) {
      storage.run();
      storage.archive.writer().purge(5);
      storage.archive.insert(7, "inserted");
      storage.embedder.duringCalls(() -> requireGone(storage, List.of(5L)));
      storage.run();
    }
  }

  @Rule("EJ-24")
  @Example
  default void jobWithoutWordsTakesOutVectors() {
    try (StorageUnderTest storage = storage(6)) {
      StorageUnderTest.completed(storage.jobWithoutWords().build().runOnce());
      storage.archive.writer().purge(5);
      StorageUnderTest.completed(storage.jobWithoutWords().build().runOnce());
      requireGone(storage, List.of(5L));
    }
  }

  /** While another generation is being built, both lose what was deleted; so do retired ones. */
  @Rule("EJ-24")
  @Example
  default void everyGenerationLosesWhatWasDeleted() {
    try (StorageUnderTest storage = storage(12)) {
      storage.run();
      long active = storage.target().id();
      storage.embedder.failing(List.of(FaultyEmbedder.Fault.UNEXPECTED));
      storage.archive.insert(13, "unlucky");
      storage.job().build().rebuild();
      storage.embedder.failing(List.of());
      storage.archive.writer().purge(3);
      storage.job().build().rebuild();
      requireGone(storage, List.of(3L));
      Expect.that(storage.target().id() != active, "the rebuild made no generation");
      Expect.equal(List.of(), removed(storage), "the removals that wait");
    }
  }

  /** Each is deleted while a run embeds, so the run may have read it before. */
  @Rule("EJ-24")
  @Property(tries = 6)
  default void runTakesOutWhatIsDeletedMeanwhile(
      @ForAll @IntRange(min = 1, max = 5) int call, @ForAll boolean forgetting) {
    try (StorageUnderTest storage = storage(20)) {
      storage.embedder.duringCalls(
          () -> {
            if (storage.embedder.calls() == call) {
              for (long id = 1; id <= 20; id += 2) {
                storage.archive.writer().purge(id);
              }
              if (forgetting) {
                storage.job().build().forget(List.of(1L, 3L, 5L, 7L, 9L, 11L, 13L, 15L));
              }
            }
          });
      storage.run();
      requireGone(storage, List.of(1L, 3L, 5L, 7L, 9L, 11L, 13L, 15L, 17L, 19L));
      Expect.equal(List.of(), removed(storage), "the removals that wait");
      storage.embedder.duringCalls(() -> {});
      StorageUnderTest.completedOrIdle(storage.job().build().runOnce());
      storage.requireExact(Scope.ALL);
    }
  }

  /** A death between taking out and settling must not hide anything. */
  @Rule("EJ-24")
  @Example
  default void removalIsSettledLast() {
    try (StorageUnderTest storage = storage(6)) {
      storage.run();
      storage.archive.writer().purge(5);
      List<Integer> settled = new ArrayList<>();
      CallInterceptor order =
          (call, arguments) -> {
            if (call.equals("MessageStore.settleRemoved")) {
              settled.add(((Collection<?>) arguments[0]).size());
              requireGone(storage, List.of(5L));
            }
          };
      StorageUnderTest.completed(storage.job(order).build().runOnce());
      Expect.equal(List.of(1), settled, "the removals that are settled, by call");
    }
  }

  @Rule("EJ-24")
  @Needs(Capability.SOFT_DELETION)
  @Example
  default void restoredMessageIsKept() {
    try (StorageUnderTest storage = storage(6)) {
      storage.run();
      storage.archive.writer().delete(2);
      storage.archive.writer().restore(2);
      storage.lowerWatermarks(2);
      storage.embedder.clearSent();
      storage.run();
      Expect.equal(List.of(), removed(storage), "the removals that wait");
      Expect.equal(0, storage.embedder.sent().size(), "the texts that are embedded again");
      storage.requireExact(Scope.ALL);
    }
  }

  /** It comes back between the deletions of its words and of its vectors. */
  @Rule("EJ-24")
  @Needs(Capability.SOFT_DELETION)
  @Example
  default void messageRestoredMeanwhileIsEmbeddedAgain() {
    try (StorageUnderTest storage = storage(6)) {
      storage.run();
      storage.archive.writer().delete(2);
      CallInterceptor restoring =
          FillRules.before(
              "VectorStore.delete",
              () -> {
                if (storage.archive.store().find(List.of(2L), 1).isEmpty()) {
                  storage.archive.writer().restore(2);
                  long revision = storage.archive.find(2).revision();
                  storage
                      .archive
                      .store()
                      .stamp(
                          storage.target().id(),
                          List.of(new Stamp(2, revision, new Stamp.Embedded())));
                }
              });
      Expect.equal(
          Set.of(),
          storage.job(restoring).build().forget(List.of(2L)),
          "the live messages that forget leaves alone");
      storage.run();
      storage.requireExact(Scope.ALL);
    }
  }

  @Rule("EJ-24")
  @Example
  default void forgettingWorksAtOnce() {
    try (StorageUnderTest storage = storage(6)) {
      storage.run();
      storage.archive.writer().purge(5);
      EmbedJob job = storage.job().build();
      Expect.equal(
          Set.of(1L, 2L),
          job.forget(List.of(1L, 5L, 2L, 77L)),
          "the live messages that forget leaves alone");
      requireGone(storage, List.of(5L));
      Expect.equal(List.of(5L), removed(storage), "the removals that wait");
      Expect.equal(5, storage.indexedWords().size(), "the messages with words");
      storage.run();
      storage.requireExact(Scope.ALL);
    }
  }

  /** Another worker may write the vectors of what it read before. */
  @Rule("EJ-24")
  @Needs(Capability.SHARED_LEASES)
  @Example
  default void removalInClaimedStripeWaits() {
    List<Long> ids = List.of(1L, 2L, STRIPE + 1L, STRIPE + 2L);
    try (StorageUnderTest storage = new StorageUnderTest(openFixture(), ids)) {
      ids.forEach(id -> storage.archive.insert(id, "text number " + id));
      EmbedJob job = storage.job().sharedLease().build();
      StorageUnderTest.completed(job.runOnce());
      storage.archive.writer().purge(1);
      storage.archive.writer().purge(STRIPE + 1L);
      try (SharedLease other =
              storage.index.open().sharedLease(storage.target().id()).orElseThrow();
          Lease claim = other.claim(1).orElseThrow()) {
        Expect.that(claim.isHeld(), "the claim is lost");
        job.runOnce();
        Expect.equal(List.of(STRIPE + 1L), removed(storage), "the removals that wait");
        requireGone(storage, List.of(1L));
      }
      StorageUnderTest.completed(job.runOnce());
      requireGone(storage, List.of(1L, STRIPE + 1L));
      Expect.equal(List.of(), removed(storage), "the removals that wait after it");
    }
  }

  /** A run of another generation may have read the message, too. */
  @Rule("EJ-24")
  @Example
  default void removalWaitsForRunOfOtherGeneration() {
    try (StorageUnderTest storage = storage(6)) {
      storage.run();
      long active = storage.target().id();
      storage.embedder.failing(List.of(FaultyEmbedder.Fault.UNEXPECTED));
      storage.job().build().rebuild();
      storage.embedder.failing(List.of());
      Expect.that(storage.target().id() != active, "there is no second generation");
      storage.archive.writer().purge(1);
      List<List<Long>> waiting = new ArrayList<>();
      try (Lease other = storage.index.open().lease(active).orElseThrow()) {
        storage.embedder.duringCalls(() -> waiting.add(removed(storage)));
        storage.job().build().runOnce();
        Expect.that(other.isHeld(), "the other lease is lost");
      }
      requireGone(storage, List.of(1L));
      Expect.equal(List.of(1L), waiting.get(0), "the removals that wait beside another run");
      storage.embedder.duringCalls(() -> {});
      StorageUnderTest.completedOrIdle(storage.job().build().runOnce());
      Expect.equal(List.of(), removed(storage), "the removals that wait after it");
    }
  }
}
