package io.msgvault.embed.testkit.rules;

import static io.msgvault.embed.testkit.rules.RuleConstants.DIMENSION;

import io.msgvault.embed.store.VectorStore;
import io.msgvault.embed.store.Watermark;
import io.msgvault.embed.testkit.Rule;
import io.msgvault.embed.testkit.model.ConcurrentCalls;
import io.msgvault.embed.testkit.model.Expect;
import io.msgvault.embed.testkit.model.IndexUnderTest;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Example;

/** Holds a vector store to its watermarks. */
public interface WatermarkRules extends VectorStoreContext {
  @Rule("VS-14")
  @Example
  default void watermarkAdvancesOnlyFromCurrent() {
    try (IndexUnderTest index = index()) {
      index.createActive(1, DIMENSION);
      VectorStore store = index.store();
      Watermark first = store.watermark(1);
      Expect.equal(0L, first.id(), "the first watermark");
      Expect.that(store.advanceWatermark(1, first, 10), "the watermark does not advance");
      Expect.that(
          !index.open().advanceWatermark(1, first, 20),
          "the watermark advances from where it no longer is");
      Watermark second = store.watermark(1);
      Expect.equal(10L, second.id(), "the watermark");
      store.lowerWatermarks(50);
      Expect.equal(
          10L,
          store.watermark(1).id(),
          "the watermark after a lowering that leaves it where it is");
      Expect.that(
          !store.advanceWatermark(1, second, 20),
          "an advance wins over a lowering that came before it");
      store.lowerWatermarks(4);
      Expect.equal(3L, index.open().watermark(1).id(), "the lowered watermark");
      for (long belowId : new long[] {1, 0, Long.MIN_VALUE}) {
        store.lowerWatermarks(belowId);
        Expect.equal(0L, store.watermark(1).id(), "the watermark lowered to below " + belowId);
        store.advanceWatermark(1, store.watermark(1), 8);
      }
    }
  }

  @Rule("VS-14")
  @Example
  default void loweringAffectsEveryGeneration() {
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
        Expect.equal(i == 0 ? 10L : 14L, after.id(), "the watermark of generation " + (i + 1));
        Expect.that(
            after.epoch() > before.get(i).epoch(), () -> "a lowering leaves the epoch at " + after);
      }
    }
  }

  @Rule("VS-14")
  @Example
  default void loweringWinsOverAdvance() {
    int rounds = effort().of(60);
    try (IndexUnderTest index = index()) {
      index.createActive(1, DIMENSION);
      index.create(2, DIMENSION);
      VectorStore other = index.open();
      for (int round = 0; round < rounds; round++) {
        Watermark from = index.store().watermark(1);
        ConcurrentCalls.runAll(
            List.of(
                () -> index.store().advanceWatermark(1, from, 100),
                () -> other.lowerWatermarks(1)));
        Expect.equal(
            0L,
            index.store().watermark(1).id(),
            "the watermark after a lowering to 0 and an advance at once");
      }
    }
  }
}
