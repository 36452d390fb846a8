package io.msgvault.embed.testkit.rules;

import static io.msgvault.embed.testkit.rules.RuleConstants.DIMENSION;

import io.msgvault.embed.model.GenerationStateException;
import io.msgvault.embed.model.IndexSize;
import io.msgvault.embed.store.VectorStore;
import io.msgvault.embed.testkit.Rule;
import io.msgvault.embed.testkit.model.ConcurrentCalls;
import io.msgvault.embed.testkit.model.Expect;
import io.msgvault.embed.testkit.model.IndexUnderTest;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import net.jqwik.api.Example;

/** Writes that race the retirement of their generation, in a store that has both halves. */
public interface RetirementRules extends VectorStoreContext {
  /** A write that looked first and wrote later would leave vectors that no one deletes. */
  @Rule("VS-5")
  @Example
  default void nothingIsWrittenAfterRetirement() {
    int rounds = effort().of(20);
    try (IndexUnderTest index = index()) {
      VectorStore writer = index.open();
      for (long generation = 1; generation <= rounds; generation++) {
        long raced = generation;
        index.create(raced, DIMENSION);
        AtomicBoolean retired = new AtomicBoolean();
        ConcurrentCalls.runAll(
            List.of(
                () -> writeUntilRefused(writer, raced, retired),
                () -> {
                  index.store().retire(raced);
                  retired.set(true);
                  index.store().drop(raced);
                }));
        Expect.equal(
            new IndexSize(0, 0), index.store().size(raced), "the size of a generation dropped");
      }
    }
  }

  private static void writeUntilRefused(
      VectorStore writer, long generation, AtomicBoolean retired) {
    for (long id = 1; ; id++) {
      boolean late = retired.get();
      try {
        writer.upsert(generation, List.of(IndexUnderTest.message(id, new float[] {1, id, 0})));
      } catch (GenerationStateException refused) {
        return;
      }
      Expect.that(!late, "a generation takes a write that begins after its retirement");
    }
  }
}
