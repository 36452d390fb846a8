package io.msgvault.embed.testkit.rules;

import static io.msgvault.embed.testkit.model.Call.call;
import static io.msgvault.embed.testkit.rules.RuleConstants.DIMENSION;
import static io.msgvault.embed.testkit.rules.RuleConstants.NOON;

import io.msgvault.embed.model.RunKind;
import io.msgvault.embed.model.RunRecord;
import io.msgvault.embed.store.VectorStore;
import io.msgvault.embed.testkit.Capability;
import io.msgvault.embed.testkit.Rule;
import io.msgvault.embed.testkit.model.Call;
import io.msgvault.embed.testkit.model.Expect;
import io.msgvault.embed.testkit.model.IndexUnderTest;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Example;

/** Holds a closed vector store to refusing every call. */
public interface VectorStoreClosingRules extends VectorStoreContext {
  @Rule("VS-18")
  @Example
  default void closedStoreRejectsCalls() {
    try (IndexUnderTest index = index()) {
      index.createActive(1, DIMENSION);
      RunRecord run = index.store().beginRun(1, RunKind.FILL, NOON);
      VectorStore closed = index.open();
      closed.close();
      closed.close();
      List<Call> calls = StoreCalls.of(closed, run);
      calls.add(call("recall", closed::recall));
      if (supports(Capability.SHARED_LEASES)) {
        calls.add(call("sharedLease", () -> closed.sharedLease(1)));
      }
      Call.eachThrows(IllegalStateException.class, "a closed store", calls);
      Expect.equal(
          Optional.of(1L),
          index.store().active().map(g -> g.id()),
          "what another store on the index says");
      Expect.equal(List.of(run), index.store().runs(9), "the runs");
    }
  }
}
