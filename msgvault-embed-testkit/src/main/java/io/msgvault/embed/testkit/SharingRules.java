package io.msgvault.embed.testkit;

import io.msgvault.embed.Lease;
import io.msgvault.embed.RunCounts;
import io.msgvault.embed.RunRecord;
import io.msgvault.embed.SharedLease;
import io.msgvault.embed.VectorStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import net.jqwik.api.Example;

/** Several workers at one generation. */
abstract class SharingRules extends SearchRules {
  private static final Instant NOON = Instant.parse("2024-05-01T12:00:00Z");

  SharingRules() {}

  // VS-20

  @Rule("VS-20")
  @Needs(Capability.SHARED_LEASES)
  @Example
  void anyNumberShareAGenerationOfWhichNobodyHasTheLease() {
    try (OpenIndex index = index()) {
      index.createActive(1, DIMENSION);
      index.create(2, DIMENSION);
      VectorStore other = index.open();
      Expect.that("VS-20", index.store().sharesLeases(), "a store that shares does not say so");
      List<SharedLease> shares = List.of(share(index.store()), share(index.store()), share(other));
      for (VectorStore store : List.of(index.store(), other)) {
        Expect.equal("VS-20", Optional.empty(), store.lease(1), "the lease of what others share");
      }
      Lease ofAnother = other.lease(2).orElseThrow();
      Expect.equal("VS-20", Optional.empty(), other.sharedLease(2), "a share beside a lease");
      ofAnother.close();
      for (SharedLease share : shares) {
        Expect.that("VS-20", share.held(), "a share is not held");
        Expect.equal("VS-20", Optional.empty(), other.lease(1), "the lease of what others share");
        share.close();
        share.close();
        Expect.that("VS-20", !share.held(), "a share that was given back is held");
      }
      Optional<Lease> lease = other.lease(1);
      Expect.that("VS-20", lease.isPresent(), "the lease is not free after all shares");
      Expect.equal(
          "VS-20", Optional.empty(), index.store().sharedLease(1), "a share beside a lease");
      lease.orElseThrow().close();
      share(index.store()).close();
    }
  }

  @Rule("VS-20")
  @Needs(Capability.SHARED_LEASES)
  @Example
  void stripeHasOneHolder() {
    try (OpenIndex index = index()) {
      index.createActive(1, DIMENSION);
      index.create(2, DIMENSION);
      VectorStore other = index.open();
      SharedLease one = share(index.store());
      SharedLease two = share(other);
      for (long stripe : new long[] {-1, 0, 7, Long.MAX_VALUE}) {
        Lease claim = claim(one, stripe);
        Expect.that("VS-20", claim.held(), "a stripe that was claimed is not held");
        refused(one, stripe);
        refused(two, stripe);
        Expect.that(
            "VS-20",
            other.sharedLease(2).orElseThrow().claim(stripe).isPresent(),
            "a stripe of another generation is not free");
        claim.close();
        claim.close();
        Expect.that("VS-20", !claim.held(), "a stripe that was given back is held");
        claim(two, stripe);
        claim.close();
        refused(one, stripe);
      }
      claim(one, 8);
      one.close();
      refused(one, 9);
      claim(two, 8);
      other.close();
      SharedLease three = share(index.store());
      claim(three, 8);
      Expect.that(
          "VS-20", three.alone().isPresent(), "a closed store keeps its share in the generation");
    }
  }

  @Rule("VS-20")
  @Needs(Capability.SHARED_LEASES)
  @Example
  void whoIsAloneKeepsOthersOut() {
    try (OpenIndex index = index()) {
      index.createActive(1, DIMENSION);
      VectorStore other = index.open();
      SharedLease one = share(index.store());
      Lease alone =
          one.alone().orElseThrow(() -> new BrokenRule("VS-20", "who is alone is not", null));
      Expect.that("VS-20", alone.held(), "who is alone does not hold the lease");
      Expect.equal("VS-20", Optional.empty(), other.sharedLease(1), "a share beside one alone");
      Expect.equal("VS-20", Optional.empty(), other.lease(1), "the lease beside one alone");
      Expect.equal("VS-20", Optional.empty(), one.alone(), "being alone twice");
      alone.close();
      alone.close();
      Expect.that("VS-20", one.held(), "who was alone has lost its share");
      SharedLease two = share(other);
      Expect.equal("VS-20", Optional.empty(), one.alone(), "being alone beside another");
      Expect.equal("VS-20", Optional.empty(), two.alone(), "being alone beside another");
      two.close();
      Expect.that("VS-20", one.alone().isPresent(), "who is alone again is not");
      one.close();
      Expect.that("VS-20", other.lease(1).isPresent(), "the lease is not free after its end");
    }
  }

  @Rule("VS-20")
  @Needs(Capability.SHARED_LEASES)
  @Example
  void ofManyWhoClaimAStripeAtOnceOneGetsIt() {
    int rounds = Effort.chosen().of(20);
    try (OpenIndex index = index()) {
      index.createActive(1, DIMENSION);
      VectorStore other = index.open();
      for (int round = 0; round < rounds; round++) {
        List<SharedLease> shares =
            List.of(share(index.store()), share(other), share(index.store()), share(other));
        List<Callable<Optional<Lease>>> racers = new ArrayList<>();
        for (SharedLease share : shares) {
          racers.add(() -> share.claim(3));
        }
        List<Lease> given = Race.run("VS-20", racers).stream().flatMap(Optional::stream).toList();
        Expect.equal("VS-20", 1, given.size(), "how many of four who claim a stripe get it");
        shares.forEach(SharedLease::close);
      }
    }
  }

  @Rule("VS-20")
  @Needs({Capability.SHARED_LEASES, Capability.OTHER_PROCESSES})
  @Example
  void whatAKilledProcessHadClaimedIsFreeAgain() {
    try (OpenIndex index = index()) {
      index.createActive(1, DIMENSION);
      SharedLease share = share(index.store());
      try (Child child = Child.start(index.fixture().elsewhere(), Child.Task.CLAIM, 1, 5)) {
        Expect.equal("VS-20", "true", child.answer(), "whether the other process has the stripe");
        refused(share, 5);
        Expect.equal("VS-20", Optional.empty(), share.alone(), "being alone beside a process");
        child.kill();
      }
      long deadline = System.nanoTime() + Race.patience().toNanos();
      Optional<Lease> claim = share.claim(5);
      while (claim.isEmpty() && System.nanoTime() < deadline) {
        Thread.onSpinWait();
        claim = share.claim(5);
      }
      Expect.that("VS-20", claim.isPresent(), "the stripe of a killed process is not free again");
      Expect.that("VS-20", share.alone().isPresent(), "a killed process keeps its share");
    }
  }

  @Rule("VS-20")
  @Example
  void storeThatDoesNotShareSaysSo() {
    if (!has(Capability.SHARED_LEASES)) {
      try (OpenIndex index = index()) {
        index.createActive(1, DIMENSION);
        Expect.that("VS-20", !index.store().sharesLeases(), "a store says that it shares");
        Expect.thrown(
            "VS-20",
            UnsupportedOperationException.class,
            "a shared lease of a store that does not share",
            () -> index.store().sharedLease(1));
      }
    }
  }

  // VS-17

  @Rule("VS-17")
  @Needs(Capability.SHARED_LEASES)
  @Example
  void eachWorkerThatSharesHasARunAndOnlyThoseOfDeadOnesAreAbandoned() {
    try (OpenIndex index = index()) {
      index.createActive(1, DIMENSION);
      VectorStore store = index.store();
      RunRecord killed = store.beginRun(1, false, NOON);
      SharedLease one = share(store);
      SharedLease two = share(index.open());
      RunRecord first = one.beginRun(false, NOON.plusSeconds(1));
      RunRecord second = two.beginRun(true, NOON.plusSeconds(2));
      Expect.equal("VS-17", List.of(second, first), store.runs(2), "the runs of two workers");
      statuses(store, "after two workers began", "RUNNING", "RUNNING", "ABANDONED");
      one.close();
      SharedLease three = share(store);
      RunRecord third = three.beginRun(false, NOON.plusSeconds(3));
      statuses(store, "after one of them died", "RUNNING", "RUNNING", "ABANDONED", "ABANDONED");
      RunRecord again = three.beginRun(false, NOON.plusSeconds(4));
      statuses(
          store,
          "after a worker began anew",
          "RUNNING",
          "ABANDONED",
          "RUNNING",
          "ABANDONED",
          "ABANDONED");
      RunRecord late = first.end(NOON, RunRecord.Status.CANCELLED, RunCounts.NONE, "LEASE_LOST");
      store.endRun(late);
      store.endRun(second.end(NOON, RunRecord.Status.COMPLETED, RunCounts.NONE, ""));
      three.close();
      two.close();
      RunRecord last = store.beginRun(1, false, NOON.plusSeconds(5));
      statuses(
          store,
          "after one began that has the generation for itself",
          "RUNNING",
          "ABANDONED",
          "ABANDONED",
          "COMPLETED",
          "CANCELLED",
          "ABANDONED");
      Expect.that(
          "VS-17",
          killed.id() < first.id() && third.id() < again.id() && again.id() < last.id(),
          "the ids of runs do not grow");
    }
  }

  private static void statuses(VectorStore store, String when, String... expected) {
    Expect.equal(
        "VS-17",
        List.of(expected),
        store.runs(expected.length).stream().map(run -> run.status().name()).toList(),
        "the runs, newest first, " + when);
  }

  private static SharedLease share(VectorStore store) {
    return store
        .sharedLease(1)
        .orElseThrow(() -> new BrokenRule("VS-20", "a share in a free generation is denied", null));
  }

  private static Lease claim(SharedLease share, long stripe) {
    return share
        .claim(stripe)
        .orElseThrow(() -> new BrokenRule("VS-20", "a free stripe is not given", null));
  }

  private static void refused(SharedLease share, long stripe) {
    Expect.equal("VS-20", Optional.empty(), share.claim(stripe), "a stripe that one may not have");
  }
}
