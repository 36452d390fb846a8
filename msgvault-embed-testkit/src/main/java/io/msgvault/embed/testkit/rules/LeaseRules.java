package io.msgvault.embed.testkit.rules;

import static io.msgvault.embed.testkit.rules.RuleConstants.DIMENSION;

import io.msgvault.embed.store.Lease;
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

/** Holds a vector store to leases that have one holder. */
public interface LeaseRules extends VectorStoreContext {
  @Rule("VS-15")
  @Example
  default void leaseHasOneHolder() {
    try (IndexUnderTest index = index()) {
      index.createActive(1, DIMENSION);
      index.create(2, DIMENSION);
      VectorStore other = index.open();
      Optional<Lease> lease = index.store().lease(1);
      Expect.that(lease.isPresent(), "a free lease is not granted");
      Expect.equal(Optional.empty(), index.store().lease(1), "a second lease from the same store");
      ConcurrentCalls.runWithTimeout(
          () ->
              Expect.equal(Optional.empty(), other.lease(1), "a second lease from another store"));
      Optional<Lease> ofAnother = other.lease(2);
      Expect.that(ofAnother.isPresent(), "the lease of another generation is not granted");
      lease.orElseThrow().close();
      lease.orElseThrow().close();
      Expect.that(other.lease(1).isPresent(), "the lease is not free after it was closed");
      Expect.equal(
          Optional.empty(),
          index.store().lease(1),
          "a lease after an earlier one was closed twice");
      other.close();
      Expect.that(
          index.store().lease(1).isPresent(),
          "the lease is not free after its holder's store was closed");
      Expect.that(
          index.store().lease(2).isPresent(), "the lease of another generation is not free either");
    }
  }

  @Rule("VS-15")
  @Example
  default void concurrentLeaseHasOneWinner() {
    int rounds = effort().of(20);
    try (IndexUnderTest index = index()) {
      index.createActive(1, DIMENSION);
      VectorStore other = index.open();
      for (int round = 0; round < rounds; round++) {
        List<Callable<Optional<Lease>>> racers = new ArrayList<>();
        for (VectorStore store : List.of(index.store(), other, index.store(), other)) {
          racers.add(() -> store.lease(1));
        }
        List<Lease> held = ConcurrentCalls.run(racers).stream().flatMap(Optional::stream).toList();
        Expect.that(held.size() <= 1, () -> held.size() + " hold the lease at once");
        held.forEach(Lease::close);
      }
    }
  }

  @Rule("VS-15")
  @Needs(Capability.OTHER_PROCESSES)
  @Example
  default void leaseOfKilledProcessIsReleased() {
    try (IndexUnderTest index = index()) {
      index.createActive(1, DIMENSION);
      try (ChildProcess child =
          ChildProcess.start(index.fixture().otherProcess(), ChildProcess.Task.LEASE, 1)) {
        Expect.equal("true", child.readAnswer(), "whether the other process holds the lease");
        Expect.equal(
            Optional.empty(), index.store().lease(1), "a lease while another process holds it");
        child.kill();
      }
      long deadline = System.nanoTime() + Settings.timeout().toNanos();
      Optional<Lease> lease = index.store().lease(1);
      while (lease.isEmpty() && System.nanoTime() < deadline) {
        Thread.onSpinWait();
        lease = index.store().lease(1);
      }
      Expect.that(lease.isPresent(), "the lease of a killed process is not free again");
    }
  }

  @Rule("VS-15")
  @Example
  default void unsupportedCapabilitiesBehaveAsDocumented() {
    if (missingCapabilities().contains(Capability.OTHER_PROCESSES)) {
      try (IndexUnderTest index = index()) {
        Expect.thrown(
            UnsupportedOperationException.class, "otherProcess()", index.fixture()::otherProcess);
      }
    }
  }
}
