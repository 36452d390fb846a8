package io.msgvault.embed.testkit.rules;

import static io.msgvault.embed.testkit.model.Call.call;
import static io.msgvault.embed.testkit.rules.RuleConstants.DIMENSION;
import static io.msgvault.embed.testkit.rules.RuleConstants.NOON;

import io.msgvault.embed.model.RunKind;
import io.msgvault.embed.model.RunRecord;
import io.msgvault.embed.store.CoverageCheck;
import io.msgvault.embed.store.VectorStore;
import io.msgvault.embed.store.Watermark;
import io.msgvault.embed.testkit.Capability;
import io.msgvault.embed.testkit.Rule;
import io.msgvault.embed.testkit.model.Call;
import io.msgvault.embed.testkit.model.Expect;
import io.msgvault.embed.testkit.model.IndexUnderTest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
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
      float[] vector = {1, 0, 0};
      List<Call> calls = new ArrayList<>();
      calls.addAll(
          List.of(
              call("bind", () -> closed.bind(UUID.randomUUID())),
              call("generations", closed::generations),
              call("generation", () -> closed.generation(1)),
              call("active", closed::active),
              call("building", closed::building),
              call(
                  "create", () -> closed.create(IndexUnderTest.fingerprint("model", DIMENSION), 9)),
              call("activate", () -> closed.activate(1, CoverageCheck.NONE)),
              call("retire", () -> closed.retire(1)),
              call("forceRetire", () -> closed.forceRetire(1)),
              call("drop", () -> closed.drop(1)),
              call("dropRetired", closed::dropRetired),
              call("upsert", () -> closed.upsert(1, List.of(IndexUnderTest.message(1, vector)))),
              call("delete", () -> closed.delete(1, List.of(1L))),
              call("size", () -> closed.size(1)),
              call("messageIds", () -> closed.messageIds(1, 0, 1)),
              call("vectors", () -> closed.vectors(1, List.of(1L))),
              call("search", () -> closed.search(1, vector, 1)),
              call("searchExactly", () -> closed.searchExactly(1, vector, 1, List.of(1L))),
              call("recall", closed::recall),
              call("watermark", () -> closed.watermark(1)),
              call("advanceWatermark", () -> closed.advanceWatermark(1, new Watermark(0, 0), 1)),
              call("lowerWatermarks", () -> closed.lowerWatermarks(1)),
              call("lease", () -> closed.lease(1)),
              call("recordBackstop", () -> closed.recordBackstop(1, NOON)),
              call("beginRun", () -> closed.beginRun(1, RunKind.FILL, NOON)),
              call("endRun", () -> closed.endRun(run)),
              call("runs", () -> closed.runs(1))));
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
