package io.msgvault.embed.testkit.rules;

import static io.msgvault.embed.testkit.model.Call.call;
import static io.msgvault.embed.testkit.rules.RuleConstants.DIMENSION;
import static io.msgvault.embed.testkit.rules.RuleConstants.NOON;

import io.msgvault.embed.model.RunKind;
import io.msgvault.embed.model.RunRecord;
import io.msgvault.embed.store.VectorStore;
import io.msgvault.embed.testkit.Capability;
import io.msgvault.embed.testkit.HostTransaction;
import io.msgvault.embed.testkit.Needs;
import io.msgvault.embed.testkit.Rule;
import io.msgvault.embed.testkit.model.Call;
import io.msgvault.embed.testkit.model.IndexUnderTest;
import java.util.List;
import net.jqwik.api.Example;

/** Holds a vector store to what it owes a host that calls it within a transaction. */
public interface VectorStoreHostRules extends VectorStoreContext {
  @Rule("VS-21")
  @Needs(Capability.HOST_TRANSACTIONS)
  @Example
  default void hostsTransactionIsLeftAlone() {
    try (IndexUnderTest index = index()) {
      index.createActive(1, DIMENSION);
      RunRecord run = index.store().beginRun(1, RunKind.FILL, NOON);
      try (HostTransaction<VectorStore> host = index.fixture().beginHostTransaction()) {
        List<Call> calls = StoreCalls.of(host.store(), run);
        if (supports(Capability.SHARED_LEASES)) {
          calls.add(call("sharedLease", () -> host.store().sharedLease(1)));
        }
        HostTransactionRules.requireRefused(host, calls);
      }
    }
  }
}
