package io.msgvault.embed.testkit.rules;

import io.msgvault.embed.EmbedJob;
import io.msgvault.embed.VectorCopy;
import io.msgvault.embed.VectorCopyOutcome;
import io.msgvault.embed.memory.InMemoryVectorIndex;
import io.msgvault.embed.model.BackstopFindings;
import io.msgvault.embed.store.Lease;
import io.msgvault.embed.store.MessageStore;
import io.msgvault.embed.store.MessageVectors;
import io.msgvault.embed.store.VectorIndex;
import io.msgvault.embed.store.VectorStore;
import io.msgvault.embed.testkit.Rule;
import io.msgvault.embed.testkit.model.CallInterceptor;
import io.msgvault.embed.testkit.model.Expect;
import io.msgvault.embed.testkit.model.StorageUnderTest;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Copies of vectors to an index in memory, and back. */
public interface CopyRules extends JobContext {
  private static VectorIndex emptyIndex() {
    return new InMemoryVectorIndex(new InMemoryVectorIndex.Storage());
  }

  private static VectorCopyOutcome copy(MessageStore messages, VectorStore from, VectorIndex to) {
    return VectorCopy.builder(messages, from, to).build().run();
  }

  private static VectorCopyOutcome.Copied copied(VectorCopyOutcome outcome) {
    if (outcome instanceof VectorCopyOutcome.Copied copied) {
      return copied;
    }
    throw Expect.violationOf("EJ-29", "a copy that nothing disturbs ends as " + outcome);
  }

  /** A run over the store embeds only what needs work, and a backstop finds nothing. */
  private static void requireWhole(StorageUnderTest storage, VectorStore moved) {
    EmbedJob job = storage.job(storage.archive.store(), moved).build();
    int waiting =
        storage
            .archive
            .store()
            .needingWork(
                storage.target().id(),
                storage.target().fingerprint().scope(),
                0,
                StorageUnderTest.MAX_MESSAGES + 1)
            .size();
    int sent = storage.embedder.sent().size();
    StorageUnderTest.completedOrIdle(job.runOnce());
    int sentNow = storage.embedder.sent().size() - sent;
    Expect.that(
        sentNow <= waiting,
        () -> sentNow + " texts are embedded after a copy, and " + waiting + " messages waited");
    Expect.equal(BackstopFindings.NONE, job.verify(), "what is wrong after a copy");
  }

  // EJ-29

  @Rule("EJ-29")
  @Example
  default void copiedIndexNeedsNoEmbedding() {
    try (StorageUnderTest storage = storage(40)) {
      storage.run();
      storage.archive.writer().purge(7);
      storage.edit(8, JobContext.text("edited before the copy"));
      MessageStore messages = storage.archive.store();
      VectorStore store = storage.index.store();
      VectorIndex other = emptyIndex();
      long generation = storage.target().id();

      Expect.equal(
          38L, copied(copy(messages, store, other)).messages(), "the messages that were copied");
      VectorStore joined = VectorStore.of(store, other);
      requireWhole(storage, joined);

      storage.archive.insert(41, "written after the move");
      storage.edit(9, JobContext.text("edited after the move"));
      requireWhole(storage, joined);
      List<MessageVectors> moved = joined.vectors(generation, storage.ids);

      Expect.equal(
          0L, copied(copy(messages, store, other)).copied(), "what a copy too many copies");
      Expect.equal(moved, joined.vectors(generation, storage.ids), "what is newer in the target");

      copied(copy(messages, joined, store));
      Expect.equal(moved, store.vectors(generation, storage.ids), "the vectors that moved back");
      requireWhole(storage, store);
    }
  }

  @Rule("EJ-29")
  @Property(tries = 8)
  default void killedCopyGoesOn(@ForAll @IntRange(min = 1, max = 30) int call) {
    try (StorageUnderTest storage = storage(20)) {
      storage.run();
      VectorIndex other = emptyIndex();
      CallInterceptor kill = CallInterceptor.killedBefore(call);
      try {
        copied(
            copy(
                kill.wrap(storage.archive.store()),
                kill.wrap(storage.index.store()),
                kill.wrap(VectorStore.of(storage.index.open(), other))));
      } catch (CallInterceptor.ProcessKilled killed) {
        storage.restart();
      }

      copied(copy(storage.archive.store(), storage.index.store(), other));

      requireWhole(storage, VectorStore.of(storage.index.store(), other));
    }
  }

  /** Between any two steps of the copy, messages are written and deleted, and a run embeds them. */
  @Rule("EJ-29")
  @Property(tries = 12)
  default void whatChangesDuringCopyIsCopied(@ForAll @IntRange(min = 1, max = 30) int call) {
    try (StorageUnderTest storage = storage(20)) {
      storage.run();
      VectorIndex other = emptyIndex();
      CallInterceptor change =
          new CallInterceptor() {
            private int calls;

            @Override
            public void before(String name, Object[] arguments) {
              calls++;
              if (calls == call) {
                storage.archive.insert(30, "written meanwhile");
                storage.edit(3, JobContext.text("edited meanwhile"));
                storage.edit(4, JobContext.text(""));
                storage.archive.writer().purge(5);
                storage.job().build().runOnce(); // busy where the copy has the lease
              }
            }
          };
      MessageStore messages = change.wrap(storage.archive.store());
      VectorStore from = change.wrap(storage.index.store());
      VectorStore to = change.wrap(VectorStore.of(storage.index.open(), other));

      copied(copy(messages, from, to));

      requireWhole(storage, VectorStore.of(storage.index.store(), other));
    }
  }

  @Rule("EJ-29")
  @Example
  default void copyIsBusyWhileRunFills() {
    try (StorageUnderTest storage = storage(20)) {
      storage.run();
      VectorIndex other = emptyIndex();
      long generation = storage.target().id();
      try (Lease run = storage.index.open().lease(generation).orElseThrow()) {
        Expect.that(run.isHeld(), "a lease that was taken is not held");
        Expect.equal(
            new VectorCopyOutcome.Busy(20, generation),
            copy(storage.archive.store(), storage.index.store(), other),
            "a copy while a run has the lease");
      }
      Expect.equal(
          0L,
          copied(copy(storage.archive.store(), storage.index.store(), other)).copied(),
          "what the next copy copies");
    }
  }
}
