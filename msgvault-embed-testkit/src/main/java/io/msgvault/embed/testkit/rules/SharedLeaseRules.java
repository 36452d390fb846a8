package io.msgvault.embed.testkit.rules;

import static io.msgvault.embed.testkit.rules.RuleConstants.DIMENSION;
import static io.msgvault.embed.testkit.rules.RuleConstants.NOON;

import io.msgvault.embed.model.RunCounts;
import io.msgvault.embed.model.RunKind;
import io.msgvault.embed.model.RunRecord;
import io.msgvault.embed.store.Lease;
import io.msgvault.embed.store.SharedLease;
import io.msgvault.embed.store.VectorStore;
import io.msgvault.embed.testkit.Capability;
import io.msgvault.embed.testkit.Needs;
import io.msgvault.embed.testkit.Rule;
import io.msgvault.embed.testkit.Settings;
import io.msgvault.embed.testkit.model.ConcurrentCalls;
import io.msgvault.embed.testkit.model.Expect;
import io.msgvault.embed.testkit.model.IndexUnderTest;
import io.msgvault.embed.testkit.process.ChildProcess;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import net.jqwik.api.Example;

/** Several workers at one generation. */
public interface SharedLeaseRules extends VectorStoreContext {
  // VS-20

  @Rule("VS-20")
  @Needs(Capability.SHARED_LEASES)
  @Example
  default void manyWorkersShareOneGeneration() {
    try (IndexUnderTest index = index()) {
      index.createActive(1, DIMENSION);
      index.create(2, DIMENSION);
      VectorStore other = index.open();
      Expect.that(index.store().supportsSharedLease(), "a store that shares does not say so");
      List<SharedLease> shares = List.of(share(index.store()), share(index.store()), share(other));
      for (VectorStore store : List.of(index.store(), other)) {
        Expect.equal(Optional.empty(), store.lease(1), "the lease of what others share");
      }
      Lease ofAnother = other.lease(2).orElseThrow();
      Expect.equal(Optional.empty(), other.sharedLease(2), "a share beside a lease");
      ofAnother.close();
      for (SharedLease share : shares) {
        Expect.that(share.isHeld(), "a share is not held");
        Expect.equal(Optional.empty(), other.lease(1), "the lease of what others share");
        share.close();
        share.close();
        Expect.that(!share.isHeld(), "a share that was closed is held");
      }
      Optional<Lease> lease = other.lease(1);
      Expect.that(lease.isPresent(), "the lease is not free after all shares");
      Expect.equal(Optional.empty(), index.store().sharedLease(1), "a share beside a lease");
      lease.orElseThrow().close();
      share(index.store()).close();
    }
  }

  @Rule("VS-20")
  @Needs(Capability.SHARED_LEASES)
  @Example
  default void stripeHasOneHolder() {
    try (IndexUnderTest index = index()) {
      index.createActive(1, DIMENSION);
      index.create(2, DIMENSION);
      VectorStore other = index.open();
      SharedLease one = share(index.store());
      SharedLease two = share(other);
      for (long stripe : new long[] {-1, 0, 7, Long.MAX_VALUE}) {
        Lease claim = claim(one, stripe);
        Expect.that(claim.isHeld(), "a stripe that was claimed is not held");
        refused(one, stripe);
        refused(two, stripe);
        Expect.that(
            other.sharedLease(2).orElseThrow().claim(stripe).isPresent(),
            "a stripe of another generation is not free");
        claim.close();
        claim.close();
        Expect.that(!claim.isHeld(), "a stripe that was closed is held");
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
          three.tryExclusive().isPresent(), "a closed store keeps its share in the generation");
    }
  }

  @Rule("VS-20")
  @Needs(Capability.SHARED_LEASES)
  @Example
  default void exclusiveHolderExcludesOthers() {
    try (IndexUnderTest index = index()) {
      index.createActive(1, DIMENSION);
      VectorStore other = index.open();
      SharedLease one = share(index.store());
      Lease alone = one.tryExclusive().orElseThrow(() -> Expect.violation("who is alone is not"));
      Expect.that(alone.isHeld(), "who is alone does not hold the lease");
      Expect.equal(Optional.empty(), other.sharedLease(1), "a share beside one alone");
      Expect.equal(Optional.empty(), other.lease(1), "the lease beside one alone");
      Expect.equal(Optional.empty(), one.tryExclusive(), "being alone twice");
      alone.close();
      alone.close();
      Expect.that(one.isHeld(), "who was alone has lost its share");
      SharedLease two = share(other);
      Expect.equal(Optional.empty(), one.tryExclusive(), "being alone beside another");
      Expect.equal(Optional.empty(), two.tryExclusive(), "being alone beside another");
      two.close();
      Expect.that(one.tryExclusive().isPresent(), "who is alone again is not");
      one.close();
      Expect.that(other.lease(1).isPresent(), "the lease is not free after its end");
    }
  }

  @Rule("VS-20")
  @Needs(Capability.SHARED_LEASES)
  @Example
  default void concurrentClaimHasOneWinner() {
    int rounds = effort().of(20);
    try (IndexUnderTest index = index()) {
      index.createActive(1, DIMENSION);
      VectorStore other = index.open();
      for (int round = 0; round < rounds; round++) {
        List<SharedLease> shares =
            List.of(share(index.store()), share(other), share(index.store()), share(other));
        List<Callable<Optional<Lease>>> racers = new ArrayList<>();
        for (SharedLease share : shares) {
          racers.add(() -> share.claim(3));
        }
        List<Lease> granted =
            ConcurrentCalls.run(racers).stream().flatMap(Optional::stream).toList();
        Expect.equal(1, granted.size(), "how many of four who claim a stripe get it");
        shares.forEach(SharedLease::close);
      }
    }
  }

  @Rule("VS-20")
  @Needs({Capability.SHARED_LEASES, Capability.OTHER_PROCESSES})
  @Example
  default void stripeOfKilledProcessIsReleased() {
    try (IndexUnderTest index = index()) {
      index.createActive(1, DIMENSION);
      SharedLease share = share(index.store());
      try (ChildProcess child =
          ChildProcess.start(index.fixture().otherProcess(), ChildProcess.Task.CLAIM, 1, 5)) {
        Expect.equal("true", child.readAnswer(), "whether the other process has the stripe");
        refused(share, 5);
        Expect.equal(Optional.empty(), share.tryExclusive(), "being alone beside a process");
        child.kill();
      }
      long deadline = System.nanoTime() + Settings.timeout().toNanos();
      Optional<Lease> claim = share.claim(5);
      while (claim.isEmpty() && System.nanoTime() < deadline) {
        Thread.onSpinWait();
        claim = share.claim(5);
      }
      Expect.that(claim.isPresent(), "the stripe of a killed process is not free again");
      Expect.that(share.tryExclusive().isPresent(), "a killed process keeps its share");
    }
  }

  @Rule("VS-20")
  @Example
  default void sharingSupportIsDeclared() {
    if (!supports(Capability.SHARED_LEASES)) {
      try (IndexUnderTest index = index()) {
        index.createActive(1, DIMENSION);
        Expect.that(!index.store().supportsSharedLease(), "a store says that it shares");
        Expect.thrown(
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
  default void onlyRunsOfDeadWorkersAreAbandoned() {
    try (IndexUnderTest index = index()) {
      index.createActive(1, DIMENSION);
      VectorStore store = index.store();
      RunRecord killed = store.beginRun(1, RunKind.FILL, NOON);
      SharedLease one = share(store);
      SharedLease two = share(index.open());
      RunRecord first = one.beginRun(RunKind.FILL, NOON.plusSeconds(1));
      RunRecord second = two.beginRun(RunKind.BACKSTOP, NOON.plusSeconds(2));
      Expect.equal(List.of(second, first), store.runs(2), "the runs of two workers");
      statuses(store, "after two workers began", "RUNNING", "RUNNING", "ABANDONED");
      one.close();
      SharedLease three = share(store);
      RunRecord third = three.beginRun(RunKind.FILL, NOON.plusSeconds(3));
      statuses(store, "after one of them died", "RUNNING", "RUNNING", "ABANDONED", "ABANDONED");
      RunRecord again = three.beginRun(RunKind.FILL, NOON.plusSeconds(4));
      statuses(
          store,
          "after a worker began again",
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
      RunRecord last = store.beginRun(1, RunKind.FILL, NOON.plusSeconds(5));
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
          killed.id() < first.id() && third.id() < again.id() && again.id() < last.id(),
          "the ids of runs do not grow");
    }
  }

  private static void statuses(VectorStore store, String when, String... expected) {
    Expect.equal(
        List.of(expected),
        store.runs(expected.length).stream().map(run -> run.status().name()).toList(),
        "the runs, newest first, " + when);
  }

  private static SharedLease share(VectorStore store) {
    return store
        .sharedLease(1)
        .orElseThrow(() -> Expect.violationOf("VS-20", "a share in a free generation is denied"));
  }

  private static Lease claim(SharedLease share, long stripe) {
    return share.claim(stripe).orElseThrow(() -> Expect.violation("a free stripe is not granted"));
  }

  private static void refused(SharedLease share, long stripe) {
    Expect.equal(Optional.empty(), share.claim(stripe), "a stripe that one may not have");
  }
}
