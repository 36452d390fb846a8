package io.msgvault.embed.testkit.rules;

import static io.msgvault.embed.testkit.model.Call.call;
import static io.msgvault.embed.testkit.rules.RuleConstants.DIMENSION;
import static io.msgvault.embed.testkit.rules.RuleConstants.NOON;

import io.msgvault.embed.model.GenerationStateException;
import io.msgvault.embed.model.RunKind;
import io.msgvault.embed.model.RunRecord;
import io.msgvault.embed.model.UnknownGenerationException;
import io.msgvault.embed.store.MessageVectors;
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
  /** A call with several faults names the one that its caller must mend first. */
  @Rule({"VS-18", "VS-10", "VS-7"})
  @Example
  default void errorsHaveAnOrder() {
    float[] zero = new float[DIMENSION];
    float[] one = {1, 0, 0};
    List<MessageVectors> invalid = List.of(IndexUnderTest.message(1, zero));
    try (IndexUnderTest index = index()) {
      index.createActive(1, DIMENSION);
      index.store().forceRetire(1);
      VectorStore closed = index.open();
      closed.close();
      Call.eachThrows(
          IllegalStateException.class,
          "a closed store that is misused",
          List.of(
              call("search", () -> closed.search(5, zero, 0)),
              call("upsert", () -> closed.upsert(5, invalid))));
      VectorStore open = index.store();
      Expect.thrown(
          "VS-10",
          IllegalArgumentException.class,
          "a search for 0 hits in an unknown generation",
          () -> open.search(5, one, 0));
      List<Call> unknown =
          List.of(
              call("search", () -> open.search(5, zero, 1)),
              call("upsert", () -> open.upsert(5, invalid)));
      Call.eachThrows(UnknownGenerationException.class, "an unknown generation", unknown);
      List<Call> retired =
          List.of(
              call("search", () -> open.search(1, zero, 1)),
              call("upsert", () -> open.upsert(1, invalid)));
      Call.eachThrows(GenerationStateException.class, "a retired generation", retired);
    }
  }

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
