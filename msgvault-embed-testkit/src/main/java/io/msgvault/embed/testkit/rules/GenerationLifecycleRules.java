package io.msgvault.embed.testkit.rules;

import static io.msgvault.embed.testkit.model.Call.call;
import static io.msgvault.embed.testkit.rules.RuleConstants.DIMENSION;

import io.msgvault.embed.model.Coverage;
import io.msgvault.embed.model.EmbedException;
import io.msgvault.embed.model.Fingerprint;
import io.msgvault.embed.model.Generation;
import io.msgvault.embed.model.GenerationConflictException;
import io.msgvault.embed.model.GenerationStateException;
import io.msgvault.embed.model.IncompleteCoverageException;
import io.msgvault.embed.model.IndexSize;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.model.UnknownGenerationException;
import io.msgvault.embed.store.CoverageCheck;
import io.msgvault.embed.store.Lease;
import io.msgvault.embed.store.MessageVectors;
import io.msgvault.embed.store.VectorHit;
import io.msgvault.embed.store.VectorStore;
import io.msgvault.embed.store.Watermark;
import io.msgvault.embed.testkit.Rule;
import io.msgvault.embed.testkit.model.Call;
import io.msgvault.embed.testkit.model.ConcurrentCalls;
import io.msgvault.embed.testkit.model.Expect;
import io.msgvault.embed.testkit.model.IndexUnderTest;
import io.msgvault.embed.testkit.model.ReadWritePace;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.Example;

/** The life of generations. */
public interface GenerationLifecycleRules extends VectorStoreContext {
  // VS-1

  @Rule("VS-1")
  @Example
  default void concurrentCreateHasOneWinner() {
    int rounds = effort().of(10);
    int racers = 4;
    for (int round = 0; round < rounds; round++) {
      try (IndexUnderTest index = index()) {
        List<Callable<Optional<Generation>>> creators = new ArrayList<>();
        for (int i = 0; i < racers; i++) {
          long id = i + 1L;
          VectorStore store = i % 2 == 0 ? index.store() : index.open();
          Fingerprint fingerprint = IndexUnderTest.fingerprint("model " + i, DIMENSION);
          creators.add(() -> created(store, fingerprint, id));
        }
        List<Optional<Generation>> results = ConcurrentCalls.run(creators);
        List<Generation> winners = results.stream().flatMap(Optional::stream).toList();
        Expect.equal(
            1, winners.size(), "how many of " + racers + " generations were created at once");
        Expect.equal(winners, index.store().generations(), "all generations");
      }
    }
  }

  /** The generation, unless another one is being built. */
  private static Optional<Generation> created(VectorStore store, Fingerprint fingerprint, long id) {
    try {
      return Optional.of(store.create(fingerprint, id));
    } catch (GenerationConflictException e) {
      return Optional.empty();
    }
  }

  @Rule({"VS-1", "VS-2"})
  @Example
  default void concurrentCreateOfSameFingerprintSharesGeneration() {
    int rounds = effort().of(10);
    for (int round = 0; round < rounds; round++) {
      try (IndexUnderTest index = index()) {
        VectorStore other = index.open();
        Fingerprint fingerprint = IndexUnderTest.fingerprint("model", DIMENSION);
        List<Callable<Generation>> creators =
            List.of(
                () -> index.store().create(fingerprint, 1),
                () -> other.create(fingerprint, 2),
                () -> other.create(fingerprint, 3));
        Set<Generation> created = new HashSet<>(ConcurrentCalls.run(creators));
        Expect.equal(
            "VS-1",
            new HashSet<>(index.store().generations()),
            created,
            "the generations that create returned");
      }
    }
  }

  @Rule({"VS-1", "VS-4"})
  @Example
  default void readersAlwaysSeeOneActiveGeneration() {
    int successors = effort().of(30);
    try (IndexUnderTest index = index()) {
      index.createActive(1, DIMENSION);
      VectorStore other = index.open();
      ReadWritePace pace = new ReadWritePace(successors, 1);
      Expect.ThrowingRunnable succeed =
          () -> {
            for (int i = 0; pace.keepWriting(i); i++) {
              index.createActive(i + 2L, DIMENSION);
            }
          };
      Expect.ThrowingRunnable look =
          () -> {
            while (pace.keepReading()) {
              List<Generation> generations = other.generations();
              Expect.equal(
                  "VS-4",
                  1L,
                  count(generations, Generation.State.ACTIVE),
                  "how many generations are active");
              Expect.that(
                  "VS-1",
                  count(generations, Generation.State.BUILDING) <= 1,
                  "two generations are building");
            }
          };
      ConcurrentCalls.runAll(List.of(succeed, look));
    }
  }

  private static long count(List<Generation> generations, Generation.State state) {
    return generations.stream().filter(generation -> generation.state() == state).count();
  }

  @Rule({"VS-1", "VS-4"})
  @Example
  default void concurrentActivateHasOneWinner() {
    int rounds = effort().of(10);
    try (IndexUnderTest index = index()) {
      VectorStore other = index.open();
      for (long id = 1; id <= rounds; id++) {
        long building = id;
        index.create(id, DIMENSION);
        AtomicInteger refused = new AtomicInteger();
        List<Expect.ThrowingRunnable> racers = new ArrayList<>();
        for (VectorStore store : List.of(index.store(), other, other)) {
          racers.add(
              () -> {
                try {
                  store.activate(building, CoverageCheck.NONE);
                } catch (GenerationStateException e) {
                  refused.incrementAndGet();
                }
              });
        }
        ConcurrentCalls.runAll(racers);
        Expect.equal("VS-4", 2, refused.get(), "how many of three activations at once are refused");
        Expect.equal(
            "VS-1",
            Optional.of(building),
            index.store().active().map(Generation::id),
            "the active generation");
      }
    }
  }

  // VS-2

  @Rule("VS-2")
  @Example
  default void buildingGenerationResumesBySameFingerprint() {
    try (IndexUnderTest index = index()) {
      Fingerprint fingerprint =
          new Fingerprint(
              "model", DIMENSION, "text-1", new Scope(Set.of("email"), Set.of("a,b;c", "ü")));
      Generation created = index.store().create(fingerprint, 4);
      Expect.equal(created, index.store().create(fingerprint, 5), "the generation that is resumed");
      Expect.equal(
          created,
          index.reopen().create(fingerprint, 6),
          "the generation that is resumed after reopening");
      Expect.equal(fingerprint, index.generation(4).fingerprint(), "its fingerprint");
      List<Fingerprint> others =
          List.of(
              new Fingerprint("model 2", DIMENSION, "text-1", fingerprint.scope()),
              new Fingerprint("model", DIMENSION + 1, "text-1", fingerprint.scope()),
              new Fingerprint("model", DIMENSION, "text-2", fingerprint.scope()),
              new Fingerprint("model", DIMENSION, "text-1", Scope.ALL));
      for (Fingerprint other : others) {
        GenerationConflictException conflict =
            Expect.thrown(
                GenerationConflictException.class,
                "creation of " + other,
                () -> index.store().create(other, 7));
        Expect.equal(created, conflict.building(), "the generation that the error names");
        Expect.equal(other, conflict.requested(), "the fingerprint that the error names");
      }
      Expect.equal(List.of(created), index.store().generations(), "all generations");
    }
  }

  @Rule("VS-2")
  @Example
  default void everyPartOfFingerprintTellsBuildsApart() {
    Scope scope = new Scope(Set.of("email"), Set.of("main"));
    Fingerprint built = new Fingerprint("model", DIMENSION, "text-1", scope);
    List<Fingerprint> others =
        List.of(
            new Fingerprint("Model", DIMENSION, "text-1", scope),
            new Fingerprint("model", DIMENSION + 1, "text-1", scope),
            new Fingerprint("model", DIMENSION, "text-1;", scope),
            new Fingerprint("model", DIMENSION, "text-1", Scope.ALL),
            new Fingerprint("model", DIMENSION, "text-1", new Scope(Set.of("email"), Set.of())),
            new Fingerprint("model", DIMENSION, "text-1", new Scope(Set.of(), Set.of("main"))),
            new Fingerprint(
                "model", DIMENSION, "text-1", new Scope(Set.of("email", "chat"), Set.of("main"))),
            new Fingerprint(
                "model", DIMENSION, "text-1", new Scope(Set.of("main"), Set.of("email"))));
    try (IndexUnderTest index = index()) {
      index.store().create(built, 1);
      Expect.equal(built, index.reopen().create(built, 2).fingerprint(), "what is resumed");
      for (Fingerprint other : others) {
        GenerationConflictException conflict =
            Expect.thrown(
                GenerationConflictException.class,
                "creation of " + other + " while " + built + " is built",
                () -> index.store().create(other, 9));
        Expect.equal(built, conflict.building().fingerprint(), "the fingerprint that is built");
      }
    }
  }

  @Rule("VS-2")
  @Example
  default void activeFingerprintMayBeRebuilt() {
    try (IndexUnderTest index = index()) {
      index.createActive(1, DIMENSION);
      Generation second = index.create(2, DIMENSION);
      Expect.equal(2L, second.id(), "the id of the second generation of one fingerprint");
      Expect.equal(Generation.State.BUILDING, second.state(), "its state");
    }
  }

  // VS-3

  @Rule("VS-3")
  @Example
  default void usedIdsAreRejected() {
    try (IndexUnderTest index = index()) {
      index.create(3, DIMENSION);
      index.store().retire(3);
      index.createActive(7, DIMENSION);
      index.store().forceRetire(7);
      index.store().dropRetired();
      for (VectorStore store : List.of(index.store(), index.open())) {
        for (long used : new long[] {1, 3, 6, 7}) {
          Expect.thrown(
              IllegalArgumentException.class,
              "creation under the id " + used + " after 7",
              () -> store.create(IndexUnderTest.fingerprint("model", DIMENSION), used));
        }
      }
      Expect.equal(8L, index.create(8, DIMENSION).id(), "the id after 7");
      Expect.equal(
          List.of(3L, 7L, 8L),
          index.store().generations().stream().map(Generation::id).toList(),
          "all ids");
    }
  }

  @Rule("VS-3")
  @Example
  default void recreatedStoreContinuesIds() {
    try (IndexUnderTest index = index()) {
      index.createActive(3, DIMENSION);
      index.store().upsert(3, List.of(IndexUnderTest.message(1, unitVector())));
      index.wipe();
      Expect.equal(
          List.of(), index.store().generations(), "all generations after the loss of the index");
      Expect.equal(4L, index.create(4, DIMENSION).id(), "the id that the archive handed out next");
      Expect.equal(new IndexSize(0, 0), index.store().size(4), "the size of the new generation");
    }
  }

  // VS-4

  @Rule("VS-4")
  @Example
  default void lifecycleErrorsPrecedeCoverageErrors() {
    try (IndexUnderTest index = index()) {
      index.createActive(1, DIMENSION);
      index.create(2, DIMENSION);
      index.store().retire(2);
      AtomicInteger checks = new AtomicInteger();
      CoverageCheck never =
          generation -> {
            checks.incrementAndGet();
            throw new IncompleteCoverageException(generation.id(), new Coverage(1, 0, 0, 0, 1));
          };
      for (CoverageCheck check : List.of(never, CoverageCheck.NONE)) {
        VectorStore store = index.store();
        Expect.thrown(
            UnknownGenerationException.class,
            "activation of an unknown generation",
            () -> store.activate(9, check));
        Expect.thrown(
            GenerationStateException.class,
            "activation of a retired generation",
            () -> store.activate(2, check));
        Expect.thrown(
            GenerationStateException.class,
            "activation of the active generation",
            () -> store.activate(1, check));
      }
      Expect.equal(0, checks.get(), "how often the coverage was checked");
      Expect.equal(
          Optional.of(1L), index.store().active().map(Generation::id), "the active generation");
    }
  }

  @Rule("VS-4")
  @Example
  default void failedActivationChangesNothing() {
    try (IndexUnderTest index = index()) {
      index.createActive(1, DIMENSION);
      index.create(2, DIMENSION);
      List<Generation> before = index.store().generations();
      EmbedException refusal = new IncompleteCoverageException(2, new Coverage(1, 0, 0, 0, 1));
      EmbedException thrown =
          Expect.thrown(
              EmbedException.class,
              "an activation that the check refuses",
              () ->
                  index
                      .store()
                      .activate(
                          2,
                          generation -> {
                            throw refusal;
                          }));
      Expect.that(thrown == refusal, () -> "what the check throws is not passed on, but " + thrown);
      Expect.equal(before, index.store().generations(), "all generations");
      index.store().activate(2, CoverageCheck.NONE);
      Expect.equal(
          Optional.of(2L), index.store().active().map(Generation::id), "the active generation");
      Expect.equal(
          Generation.State.RETIRED, index.generation(1).state(), "the state of the previous one");
    }
  }

  @Rule("VS-4")
  @Example
  default void coverageIsCheckedOutsideTransaction() {
    try (IndexUnderTest index = index()) {
      index.create(1, DIMENSION);
      VectorStore other = index.open();
      CoverageCheck writing =
          generation -> {
            Expect.equal(1L, generation.id(), "the generation that the check is asked about");
            ConcurrentCalls.runWithTimeout(
                () -> {
                  other.upsert(1, List.of(IndexUnderTest.message(1, unitVector())));
                  other.lowerWatermarks(1);
                });
          };
      index.store().activate(1, writing);
      Expect.equal(new IndexSize(1, 1), index.store().size(1), "what was written during the check");
    }
  }

  @Rule("VS-4")
  @Example
  default void generationRetiredDuringCheckIsNotActivated() {
    try (IndexUnderTest index = index()) {
      index.createActive(1, DIMENSION);
      index.create(2, DIMENSION);
      VectorStore other = index.open();
      Expect.thrown(
          GenerationStateException.class,
          "activation of a generation that was retired in between",
          () -> index.store().activate(2, generation -> other.retire(2)));
      Expect.equal(
          Optional.of(1L), index.store().active().map(Generation::id), "the active generation");
    }
  }

  // VS-5

  @Rule("VS-5")
  @Example
  default void retiringActiveGenerationNeedsForce() {
    try (IndexUnderTest index = index()) {
      index.createActive(1, DIMENSION);
      GenerationStateException refusal =
          Expect.thrown(
              GenerationStateException.class,
              "retirement of the active generation",
              () -> index.store().retire(1));
      Expect.equal(Generation.State.ACTIVE, refusal.state(), "the state that the error names");
      Expect.equal(
          Optional.of(1L), index.store().active().map(Generation::id), "the active generation");
      index.store().forceRetire(1);
      Expect.equal(
          Optional.empty(),
          index.store().active(),
          "the active generation after a forced retirement");
      index.store().retire(1);
      index.store().forceRetire(1);
      Expect.equal(Generation.State.RETIRED, index.generation(1).state(), "its state");
    }
  }

  @Rule("VS-5")
  @Example
  default void retiredGenerationRejectsWritesAndSearches() {
    try (IndexUnderTest index = index()) {
      index.createActive(1, DIMENSION);
      index.store().upsert(1, List.of(IndexUnderTest.message(1, unitVector())));
      VectorStore other = index.open();
      other.search(1, unitVector(), 1);
      index.store().forceRetire(1);
      for (VectorStore store : List.of(index.store(), other)) {
        List<Call> calls =
            List.of(
                call(
                    "upsert",
                    () -> store.upsert(1, List.of(IndexUnderTest.message(2, unitVector())))),
                call("upsert", () -> store.upsert(1, List.of())),
                call("search", () -> store.search(1, unitVector(), 1)),
                call("searchExactly", () -> store.searchExactly(1, unitVector(), 1, List.of(1L))));
        Call.eachThrows(GenerationStateException.class, "a retired generation", calls);
      }
      Expect.equal(
          new IndexSize(1, 1), index.store().size(1), "its size before its room is reclaimed");
      Expect.equal(1, other.messageIds(1, 0, 9).size(), "how many messages it lists");
      Expect.equal(1, other.vectors(1, List.of(1L, 2L)).size(), "how many of them have vectors");
      other.delete(1, List.of(1L, 2L));
      Expect.equal(
          new IndexSize(0, 0), index.store().size(1), "its size after its message was deleted");
      index.store().dropRetired();
      index.store().dropRetired();
      Expect.equal(
          new IndexSize(0, 0), index.store().size(1), "its size after its room is reclaimed");
    }
  }

  @Rule("VS-5")
  @Example
  default void reclaimKeepsLiveGenerations() {
    try (IndexUnderTest index = index()) {
      index.createActive(1, DIMENSION);
      index.create(2, DIMENSION);
      index.store().retire(2);
      index.create(3, DIMENSION);
      index.store().upsert(1, List.of(IndexUnderTest.message(1, unitVector())));
      index
          .store()
          .upsert(
              3,
              List.of(
                  IndexUnderTest.message(1, unitVector()),
                  IndexUnderTest.message(2, unitVector())));
      index.store().dropRetired();
      Expect.equal(new IndexSize(1, 1), index.store().size(1), "the size of the active generation");
      Expect.equal(
          new IndexSize(2, 2), index.store().size(3), "the size of the one that is being built");
    }
  }

  @Rule("VS-5")
  @Example
  default void dropRefusesLiveGenerations() {
    try (IndexUnderTest index = index()) {
      index.createActive(1, DIMENSION);
      index.create(2, DIMENSION);
      for (long live : List.of(1L, 2L)) {
        index.store().upsert(live, List.of(IndexUnderTest.message(1, unitVector())));
        Expect.thrown(
            GenerationStateException.class,
            "dropping generation " + live,
            () -> index.store().drop(live));
        Expect.equal(
            new IndexSize(1, 1),
            index.store().size(live),
            "the size of generation " + live + " after its drop was refused");
      }
      index.store().retire(2);
      index.store().drop(2);
      index.store().drop(2);
      Expect.equal(new IndexSize(0, 0), index.store().size(2), "the size of a dropped generation");
    }
  }

  /** A store may wait for the lease of a run that does not yet know of the retirement. */
  @Rule("VS-5")
  @Example
  default void dropMayWaitForTheLease() {
    try (IndexUnderTest index = index()) {
      index.create(1, DIMENSION);
      MessageVectors message = IndexUnderTest.message(1, unitVector());
      index.store().upsert(1, List.of(message));
      try (Lease run = index.store().lease(1).orElseThrow()) {
        index.store().forceRetire(1);
        index.store().drop(1);
        List<MessageVectors> left = index.vectors(1, 1L);
        Expect.that(
            left.isEmpty() || left.equals(List.of(message)),
            () -> "a drop during a run leaves " + left);
      }
      index.store().drop(1);
      Expect.equal(new IndexSize(0, 0), index.store().size(1), "the size after the run");
    }
  }

  @Rule("VS-5")
  @Example
  default void dropKeepsWhatWasRetiredLater() {
    try (IndexUnderTest index = index()) {
      index.createActive(1, DIMENSION);
      index.store().upsert(1, List.of(IndexUnderTest.message(1, unitVector())));
      index.createActive(2, DIMENSION);
      Instant retired = index.store().generation(1).orElseThrow().retired().orElseThrow();
      index.store().dropRetired(retired);
      Expect.equal(new IndexSize(1, 1), index.store().size(1), "the size of one retired just then");
      index.store().dropRetired(retired.plusSeconds(1));
      Expect.equal(new IndexSize(0, 0), index.store().size(1), "its size after a later drop");
    }
  }

  // VS-22

  @Rule("VS-22")
  @Example
  default void revivedGenerationKeepsItsVectors() {
    try (IndexUnderTest index = index()) {
      index.createActive(1, DIMENSION);
      index.store().upsert(1, List.of(IndexUnderTest.message(7, unitVector())));
      index.store().recordBackstop(1, Instant.EPOCH);
      Watermark start = index.store().watermark(1);
      Expect.that(
          index.store().advanceWatermark(1, start, 9), () -> "the watermark does not advance");
      Watermark before = index.store().watermark(1);
      index.createActive(2, DIMENSION);
      Generation revived = index.store().revive(1);
      Expect.equal(Generation.State.BUILDING, revived.state(), "the state of the revived one");
      Expect.equal(Optional.empty(), revived.retired(), "the time it was retired");
      Expect.equal(Optional.empty(), revived.lastBackstop(), "its last backstop");
      Expect.equal(Optional.of(revived), index.open().building(), "the one that is being built");
      Expect.equal(0L, index.store().watermark(1).id(), "its watermark");
      Expect.that(
          !index.store().advanceWatermark(1, before, 12),
          () -> "a watermark from before the revival advances");
      Expect.equal(2L, index.store().active().orElseThrow().id(), "the active one");
      Expect.equal(
          List.of(IndexUnderTest.message(7, unitVector())),
          index.store().vectors(1, List.of(7L)),
          "its vectors");
      index.store().upsert(1, List.of(IndexUnderTest.message(8, unitVector())));
      index.store().activate(1, CoverageCheck.NONE);
      Expect.equal(
          List.of(7L, 8L),
          index.store().search(1, unitVector(), 5).stream().map(VectorHit::messageId).toList(),
          "what the revived generation finds");
      Expect.equal(
          Generation.State.RETIRED,
          index.store().generation(2).orElseThrow().state(),
          "the state of the one that it replaces");
    }
  }

  @Rule("VS-22")
  @Example
  default void onlyRetiredGenerationsAreRevived() {
    try (IndexUnderTest index = index()) {
      index.createActive(1, DIMENSION);
      index.createActive(2, DIMENSION);
      index.create(3, DIMENSION);
      for (long live : List.of(2L, 3L)) {
        Expect.thrown(
            GenerationStateException.class,
            "a revival of generation " + live,
            () -> index.store().revive(live));
      }
      Expect.thrown(
          GenerationConflictException.class,
          "a revival beside a building generation",
          () -> index.store().revive(1));
      Expect.equal(
          Generation.State.RETIRED,
          index.store().generation(1).orElseThrow().state(),
          "the state after the revival was refused");
      Expect.thrown(
          UnknownGenerationException.class,
          "a revival of an unknown generation",
          () -> index.store().revive(99));
    }
  }

  private static float[] unitVector() {
    return new float[] {1, 0, 0};
  }
}
