package io.msgvault.embed.testkit;

import io.msgvault.embed.model.ArchiveMismatchException;
import io.msgvault.embed.model.RunCounts;
import io.msgvault.embed.model.RunKind;
import io.msgvault.embed.model.RunRecord;
import io.msgvault.embed.store.CoverageCheck;
import io.msgvault.embed.store.Lease;
import io.msgvault.embed.store.VectorStore;
import io.msgvault.embed.store.Watermark;
import io.msgvault.embed.testkit.model.ConcurrentCalls;
import io.msgvault.embed.testkit.model.Expect;
import io.msgvault.embed.testkit.model.IndexScenario;
import io.msgvault.embed.testkit.model.IndexUnderTest;
import io.msgvault.embed.testkit.process.ChildProcess;
import io.msgvault.embed.testkit.rules.SharedLeaseRules;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/**
 * Holds a {@link VectorStore} to the rules VS-1 to VS-20, and measures its recall.
 *
 * <pre>{@code
 * class MyVectorStoreTest extends VectorStoreConformance {
 *   @Override
 *   protected VectorStoreFixture newFixture() {
 *     return new MyIndex();
 *   }
 * }
 * }</pre>
 */
public abstract class VectorStoreConformance extends SharedLeaseRules {
  private static final Instant NOON = Instant.parse("2024-05-01T12:00:00Z");

  /** For subclasses, which need a constructor without parameters. */
  protected VectorStoreConformance() {}

  /** {@inheritDoc} */
  @Override
  protected abstract VectorStoreFixture newFixture();

  /** Any number of actions in any order, on two stores of one index. */
  @Rule({
    "VS-1", "VS-2", "VS-3", "VS-4", "VS-5", "VS-6", "VS-7", "VS-9", "VS-10", "VS-11", "VS-12",
    "VS-13", "VS-14", "VS-15", "VS-17", "EJ-9"
  })
  @Property(tries = 120)
  void indexMatchesModel(@ForAll("scenarios") List<IndexScenario.Action> story) {
    try (IndexScenario told = new IndexScenario(index(), supports(Capability.EXACT_SEARCH))) {
      told.run(story);
    }
  }

  // VS-14

  @Rule("VS-14")
  @Example
  void watermarkAdvancesOnlyFromCurrent() {
    try (IndexUnderTest index = index()) {
      index.createActive(1, DIMENSION);
      VectorStore store = index.store();
      Watermark first = store.watermark(1);
      Expect.equal("VS-14", 0L, first.id(), "the first watermark");
      Expect.that("VS-14", store.advanceWatermark(1, first, 10), "the watermark does not advance");
      Expect.that(
          "VS-14",
          !index.open().advanceWatermark(1, first, 20),
          "the watermark advances from where it no longer is");
      Watermark second = store.watermark(1);
      Expect.equal("VS-14", 10L, second.id(), "the watermark");
      store.lowerWatermarks(50);
      Expect.equal(
          "VS-14",
          10L,
          store.watermark(1).id(),
          "the watermark after a lowering that leaves it where it is");
      Expect.that(
          "VS-14",
          !store.advanceWatermark(1, second, 20),
          "an advance wins over a lowering that came before it");
      store.lowerWatermarks(4);
      Expect.equal("VS-14", 3L, index.open().watermark(1).id(), "the lowered watermark");
    }
  }

  @Rule("VS-14")
  @Example
  void loweringAffectsEveryGeneration() {
    try (IndexUnderTest index = index()) {
      index.createActive(1, DIMENSION);
      index.create(2, DIMENSION);
      VectorStore store = index.store();
      List<Watermark> before = new ArrayList<>();
      for (long id = 1; id <= 2; id++) {
        store.advanceWatermark(id, store.watermark(id), 10 * id);
        before.add(store.watermark(id));
      }
      store.lowerWatermarks(15);
      for (int i = 0; i < 2; i++) {
        Watermark after = store.watermark(i + 1L);
        Expect.equal(
            "VS-14", i == 0 ? 10L : 14L, after.id(), "the watermark of generation " + (i + 1));
        Expect.that(
            "VS-14",
            after.epoch() > before.get(i).epoch(),
            () -> "a lowering leaves the epoch at " + after);
      }
    }
  }

  @Rule("VS-14")
  @Example
  void loweringWinsOverAdvance() {
    int rounds = Effort.chosen().of(60);
    try (IndexUnderTest index = index()) {
      index.createActive(1, DIMENSION);
      index.create(2, DIMENSION);
      VectorStore other = index.open();
      for (int round = 0; round < rounds; round++) {
        Watermark from = index.store().watermark(1);
        ConcurrentCalls.runAll(
            "VS-14",
            List.of(
                () -> index.store().advanceWatermark(1, from, 100),
                () -> other.lowerWatermarks(1)));
        Expect.equal(
            "VS-14",
            0L,
            index.store().watermark(1).id(),
            "the watermark after a lowering to 0 and an advance at once");
      }
    }
  }

  // VS-15

  @Rule("VS-15")
  @Example
  void leaseHasOneHolder() {
    try (IndexUnderTest index = index()) {
      index.createActive(1, DIMENSION);
      index.create(2, DIMENSION);
      VectorStore other = index.open();
      Optional<Lease> lease = index.store().lease(1);
      Expect.that("VS-15", lease.isPresent(), "a free lease is not given");
      Expect.equal(
          "VS-15", Optional.empty(), index.store().lease(1), "a second lease from the same store");
      ConcurrentCalls.runWithTimeout(
          "VS-15",
          () ->
              Expect.equal(
                  "VS-15", Optional.empty(), other.lease(1), "a second lease from another store"));
      Optional<Lease> ofAnother = other.lease(2);
      Expect.that("VS-15", ofAnother.isPresent(), "the lease of another generation is not given");
      lease.orElseThrow().close();
      lease.orElseThrow().close();
      Expect.that(
          "VS-15", other.lease(1).isPresent(), "the lease is not free after it was given back");
      Expect.equal(
          "VS-15",
          Optional.empty(),
          index.store().lease(1),
          "a lease after a former one was closed twice");
      other.close();
      Expect.that(
          "VS-15",
          index.store().lease(1).isPresent(),
          "the lease is not free after its holder's store was closed");
      Expect.that(
          "VS-15",
          index.store().lease(2).isPresent(),
          "the lease of another generation is not free either");
    }
  }

  @Rule("VS-15")
  @Example
  void concurrentLeaseHasOneWinner() {
    int rounds = Effort.chosen().of(20);
    try (IndexUnderTest index = index()) {
      index.createActive(1, DIMENSION);
      VectorStore other = index.open();
      for (int round = 0; round < rounds; round++) {
        List<Callable<Optional<Lease>>> racers = new ArrayList<>();
        for (VectorStore store : List.of(index.store(), other, index.store(), other)) {
          racers.add(() -> store.lease(1));
        }
        List<Lease> given =
            ConcurrentCalls.run("VS-15", racers).stream().flatMap(Optional::stream).toList();
        Expect.that("VS-15", given.size() <= 1, () -> given.size() + " hold the lease at once");
        given.forEach(Lease::close);
      }
    }
  }

  @Rule("VS-15")
  @Needs(Capability.OTHER_PROCESSES)
  @Example
  void leaseOfKilledProcessIsReleased() {
    try (IndexUnderTest index = index()) {
      index.createActive(1, DIMENSION);
      try (ChildProcess child =
          ChildProcess.start(index.fixture().otherProcess(), ChildProcess.Task.LEASE, 1)) {
        Expect.equal(
            "VS-15", "true", child.readAnswer(), "whether the other process holds the lease");
        Expect.equal(
            "VS-15",
            Optional.empty(),
            index.store().lease(1),
            "a lease while another process holds it");
        child.kill();
      }
      long deadline = System.nanoTime() + ConcurrentCalls.timeout().toNanos();
      Optional<Lease> lease = index.store().lease(1);
      while (lease.isEmpty() && System.nanoTime() < deadline) {
        Thread.onSpinWait();
        lease = index.store().lease(1);
      }
      Expect.that("VS-15", lease.isPresent(), "the lease of a killed process is not free again");
    }
  }

  // VS-16

  @Rule("VS-16")
  @Example
  void bindingIsPermanent() {
    UUID archive = UUID.fromString("9f0c9d52-5f0a-4b7e-8d1c-0a1b2c3d4e5f");
    UUID another = UUID.fromString("00000000-0000-4000-8000-000000000001");
    try (IndexUnderTest index = index()) {
      Expect.equal(
          "VS-16", Optional.empty(), index.store().archive(), "the archive of a store that is new");
      index.store().bind(archive);
      index.store().bind(archive);
      for (VectorStore store : List.of(index.open(), index.reopen())) {
        ArchiveMismatchException refusal =
            Expect.thrown(
                "VS-16",
                ArchiveMismatchException.class,
                "binding to a second archive",
                () -> store.bind(another));
        Expect.equal(
            "VS-16", archive, refusal.bound(), "the archive that the error says it is bound to");
        Expect.equal(
            "VS-16", another, refusal.given(), "the archive that the error says was given");
        store.bind(archive);
        Expect.equal(
            "VS-16", Optional.of(archive), store.archive(), "the archive that a store is bound to");
      }
      index.wipe().bind(another);
    }
  }

  // VS-17

  @Rule("VS-17")
  @Example
  void newRunClosesEarlierRun() {
    try (IndexUnderTest index = index()) {
      index.createActive(1, DIMENSION);
      index.create(2, DIMENSION);
      VectorStore store = index.store();
      RunRecord killed = store.beginRun(1, RunKind.BACKSTOP, NOON);
      RunRecord ofAnother = store.beginRun(2, RunKind.FILL, NOON.plusSeconds(1));
      RunRecord next = index.reopen().beginRun(1, RunKind.FILL, NOON.plusSeconds(2));
      List<RunRecord> runs = index.store().runs(10);
      Expect.equal("VS-17", List.of(next, ofAnother), runs.subList(0, 2), "the open runs");
      Expect.equal("VS-17", killed.id(), runs.get(2).id(), "the third run");
      Expect.equal(
          "VS-17",
          RunRecord.Status.ABANDONED,
          runs.get(2).status(),
          "the status of the killed run");
      Expect.that(
          "VS-17",
          killed.id() < ofAnother.id() && ofAnother.id() < next.id(),
          "the ids of runs do not grow");
    }
  }

  @Rule("VS-17")
  @Example
  void newRunClosesRunsOfRetiredGenerations() {
    try (IndexUnderTest index = index()) {
      index.createActive(1, DIMENSION);
      VectorStore store = index.store();
      RunRecord killed = store.beginRun(1, RunKind.FILL, NOON);
      RunRecord late = store.beginRun(1, RunKind.FILL, NOON.plusSeconds(1));
      index.createActive(2, DIMENSION);
      RunRecord next = store.beginRun(2, RunKind.FILL, NOON.plusSeconds(2));
      Expect.equal(
          "VS-17",
          List.of(RunRecord.Status.RUNNING, RunRecord.Status.ABANDONED, RunRecord.Status.ABANDONED),
          store.runs(3).stream().map(RunRecord::status).toList(),
          "the runs after their generation was retired and another's began");
      RunRecord ended =
          late.end(NOON.plusSeconds(3), RunRecord.Status.CANCELLED, RunCounts.NONE, "RETIRED");
      store.endRun(ended);
      Expect.equal(
          "VS-17", List.of(next, ended), store.runs(2), "the runs after a late one has ended");
      Expect.that("VS-17", killed.id() < late.id(), "the ids of runs do not grow");
    }
  }

  @Rule("VS-17")
  @Example
  void lastHundredRunsAreKept() {
    try (IndexUnderTest index = index()) {
      index.createActive(1, DIMENSION);
      List<RunRecord> ended = new ArrayList<>();
      for (int i = 0; i < 120; i++) {
        RunRecord run =
            index
                .store()
                .beginRun(1, RunKind.FILL, NOON.plusSeconds(i))
                .end(NOON.plusSeconds(i), RunRecord.Status.FAILED, RunCounts.NONE, "reason " + i);
        index.store().endRun(run);
        ended.add(0, run);
      }
      Expect.equal("VS-17", ended.subList(0, 100), index.store().runs(100), "the last 100 runs");
      Expect.equal("VS-17", ended.subList(0, 3), index.store().runs(3), "the last three runs");
    }
  }

  // VS-18

  @Rule("VS-18")
  @Example
  void closedStoreRejectsCalls() {
    try (IndexUnderTest index = index()) {
      index.createActive(1, DIMENSION);
      RunRecord run = index.store().beginRun(1, RunKind.FILL, NOON);
      VectorStore closed = index.open();
      closed.close();
      closed.close();
      float[] vector = {1, 0, 0};
      List<Expect.ThrowingRunnable> calls = new ArrayList<>();
      calls.addAll(
          List.of(
              () -> closed.bind(UUID.randomUUID()),
              closed::generations,
              () -> closed.generation(1),
              closed::active,
              closed::building,
              () -> closed.create(IndexUnderTest.fingerprint("model", DIMENSION), 9),
              () -> closed.activate(1, CoverageCheck.NONE),
              () -> closed.retire(1),
              () -> closed.forceRetire(1),
              () -> closed.drop(1),
              closed::dropRetired,
              () -> closed.upsert(1, List.of(IndexUnderTest.message(1, vector))),
              () -> closed.delete(1, List.of(1L)),
              () -> closed.size(1),
              () -> closed.messageIds(1, 0, 1),
              () -> closed.vectors(1, List.of(1L)),
              () -> closed.search(1, vector, 1),
              () -> closed.searchExactly(1, vector, 1, List.of(1L)),
              closed::recall,
              () -> closed.watermark(1),
              () -> closed.advanceWatermark(1, new Watermark(0, 0), 1),
              () -> closed.lowerWatermarks(1),
              () -> closed.lease(1),
              () -> closed.recordBackstop(1, NOON),
              () -> closed.beginRun(1, RunKind.FILL, NOON),
              () -> closed.endRun(run),
              () -> closed.runs(1)));
      if (supports(Capability.SHARED_LEASES)) {
        calls.add(() -> closed.sharedLease(1));
      }
      for (int i = 0; i < calls.size(); i++) {
        Expect.thrown(
            "VS-18",
            IllegalStateException.class,
            "call " + (i + 1) + " of a closed store",
            calls.get(i));
      }
      Expect.equal(
          "VS-18",
          Optional.of(1L),
          index.store().active().map(g -> g.id()),
          "what another store on the index says");
      Expect.equal("VS-18", List.of(run), index.store().runs(9), "the runs");
    }
  }

  // Capabilities

  @Rule("VS-15")
  @Example
  void unsupportedCapabilitiesBehaveAsDocumented() {
    if (unsupported().contains(Capability.OTHER_PROCESSES)) {
      try (IndexUnderTest index = index()) {
        Expect.thrown(
            "VS-15",
            UnsupportedOperationException.class,
            "elsewhere()",
            index.fixture()::otherProcess);
      }
    }
  }
}
