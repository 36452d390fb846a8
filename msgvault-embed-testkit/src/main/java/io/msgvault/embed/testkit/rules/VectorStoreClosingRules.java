package io.msgvault.embed.testkit.rules;

import static io.msgvault.embed.testkit.rules.RuleConstants.DIMENSION;
import static io.msgvault.embed.testkit.rules.RuleConstants.NOON;

import io.msgvault.embed.model.RunKind;
import io.msgvault.embed.model.RunRecord;
import io.msgvault.embed.store.CoverageCheck;
import io.msgvault.embed.store.VectorStore;
import io.msgvault.embed.store.Watermark;
import io.msgvault.embed.testkit.Capability;
import io.msgvault.embed.testkit.Rule;
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
            IllegalStateException.class, "call " + (i + 1) + " of a closed store", calls.get(i));
      }
      Expect.equal(
          Optional.of(1L),
          index.store().active().map(g -> g.id()),
          "what another store on the index says");
      Expect.equal(List.of(run), index.store().runs(9), "the runs");
    }
  }
}
