package io.msgvault.embed.testkit.rules;

import io.msgvault.embed.EmbedJob;
import io.msgvault.embed.RunOutcome;
import io.msgvault.embed.memory.ArchiveMessage;
import io.msgvault.embed.memory.ArchiveWriter;
import io.msgvault.embed.model.BackstopFindings;
import io.msgvault.embed.model.Coverage;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.model.StoreException;
import io.msgvault.embed.model.WordFindings;
import io.msgvault.embed.search.SearchMode;
import io.msgvault.embed.search.SearchRequest;
import io.msgvault.embed.search.Searcher;
import io.msgvault.embed.store.MessageRevision;
import io.msgvault.embed.store.MessageStore;
import io.msgvault.embed.store.MessageVectors;
import io.msgvault.embed.store.Stamp;
import io.msgvault.embed.store.VectorStore;
import io.msgvault.embed.testkit.Capability;
import io.msgvault.embed.testkit.Needs;
import io.msgvault.embed.testkit.Rule;
import io.msgvault.embed.testkit.model.CallInterceptor;
import io.msgvault.embed.testkit.model.Expect;
import io.msgvault.embed.testkit.model.StorageUnderTest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Tests of what puts an archive and its index right again. */
public interface RepairRules extends JobContext {
  // EJ-17

  /** The run has read the message, and its text is rewritten where no trigger looks. */
  @Rule("EJ-17")
  @Example
  default void currentRunDoesNotStampRepairedMessages() {
    for (boolean seeking : new boolean[] {true, false}) {
      try (StorageUnderTest storage = storage(10)) {
        EmbedJob bystander = storage.job().build();
        List<Long> repaired = List.of(2L, 3L);
        storage.embedder.duringCalls(
            () -> {
              if (storage.embedder.calls() == 1) {
                bystander.repair(repaired);
              }
            });
        MessageStore messages = storage.archive.store();
        EmbedJob job =
            storage
                .job(
                    seeking ? messages : CallInterceptor.withoutSeeking(messages),
                    storage.index.store())
                .build();
        RunOutcome.Completed outcome = StorageUnderTest.completed(job.runOnce());
        Expect.that(
            outcome.counts().missed() > 0,
            "a run has stamped a message that was repaired after it had read it");
        StorageUnderTest.completedOrIdle(job.runOnce());
        storage.requireExact(Scope.ALL);
      }
    }
  }

  /** Of messages that are settled already, too, whenever it comes. */
  @Rule({"EJ-17", "EJ-16"})
  @Property(tries = 15)
  default void repairAtAnyTimeIsHonoured(
      @ForAll @IntRange(min = 1, max = 40) int call, @ForAll boolean seeking) {
    try (StorageUnderTest storage = storage(12)) {
      EmbedJob bystander = storage.job().build();
      List<Long> repaired = List.of(1L, 6L, 12L);
      List<Long> before = new ArrayList<>();
      CallInterceptor repair =
          new CallInterceptor() {
            private int calls;

            @Override
            public void before(String name, Object[] arguments) {
              calls++;
              if (calls == call) {
                repaired.forEach(id -> before.add(storage.archive.find(id).revision()));
                bystander.repair(repaired);
              }
            }
          };
      MessageStore messages =
          seeking
              ? storage.archive.store()
              : CallInterceptor.withoutSeeking(storage.archive.store());
      VectorStore vectors = storage.index.store();
      StorageUnderTest.completed(
          storage.job(repair.wrap(messages), repair.wrap(vectors)).build().runOnce());
      StorageUnderTest.completedOrIdle(storage.job(messages, vectors).build().runOnce());
      storage.requireExact(Scope.ALL);
      Map<Long, MessageVectors> indexed = storage.vectors(storage.target().id());
      for (int i = 0; i < before.size(); i++) {
        MessageVectors now = indexed.get(repaired.get(i));
        Expect.that(
            "EJ-17",
            now != null && now.revision() != before.get(i),
            "what was read before a repair serves after it");
      }
    }
  }

  /** A run comes and goes between any two steps of a repair. */
  @Rule({"EJ-17", "EJ-16"})
  @Property(tries = 8)
  default void runBetweenStepsOfRepairHidesNothing(
      @ForAll @IntRange(min = 1, max = 4) int call, @ForAll boolean seeking) {
    try (StorageUnderTest storage = storage(8)) {
      MessageStore messages =
          seeking
              ? storage.archive.store()
              : CallInterceptor.withoutSeeking(storage.archive.store());
      VectorStore vectors = storage.index.store();
      StorageUnderTest.completed(storage.job(messages, vectors).build().runOnce());
      storage.archive.insert(9, "text number 9");
      CallInterceptor between =
          new CallInterceptor() {
            private int calls;

            @Override
            public void before(String name, Object[] arguments) {
              calls++;
              if (calls == call) {
                StorageUnderTest.completedOrIdle(storage.job(messages, vectors).build().runOnce());
              }
            }
          };
      long revision = storage.archive.find(2).revision();
      storage.job(between.wrap(messages), between.wrap(vectors)).build().repair(List.of(2L, 6L));
      StorageUnderTest.completedOrIdle(storage.job(messages, vectors).build().runOnce());
      storage.requireExact(Scope.ALL);
      Expect.that(
          "EJ-17",
          vectors.vectors(storage.target().id(), List.of(2L)).get(0).revision() != revision,
          "what was read before a repair serves after it");
    }
  }

  @Rule({"EJ-17", "MS-13"})
  @Example
  default void rejectedMessageCanBeRetriedDuringRun() {
    try (StorageUnderTest storage = storage(6)) {
      storage.embedder.refusing(text -> text.contains("number 3") || text.contains("number 5"));
      storage.run();
      EmbedJob bystander = storage.job().build();
      storage.archive.insert(7, "text number 7");
      storage.embedder.duringCalls(
          () -> {
            storage.embedder.refusing(text -> false);
            bystander.retryRejected();
          });
      storage.run();
      storage.embedder.duringCalls(() -> {});
      StorageUnderTest.completedOrIdle(storage.job().build().runOnce());
      storage.requireExact(Scope.ALL);
      Expect.equal("MS-13", 0L, storage.coverage().rejected(), "how many are rejected");
    }
  }

  // EJ-10

  @Rule("EJ-10")
  @Example
  default void verifyingChangesNothing() {
    try (StorageUnderTest storage = storage(8)) {
      storage.run();
      long target = storage.target().id();
      storage.index.store().delete(target, List.of(1L, 2L));
      storage.archive.remove(5);
      storage.archive.writer().edit(6, JobContext.text("edited"));
      List<Object> before = snapshot(storage, target);
      BackstopFindings found = storage.job().build().verify();
      Expect.equal(
          new BackstopFindings(2, 0, 0, 1, 1, 0, 0, 0).withWords(new WordFindings(0, 1, 1)),
          found,
          "what verify finds");
      Expect.equal(before, snapshot(storage, target), "both stores after verifying");
      Expect.equal(found, storage.job().build().verify(), "what verify finds the second time");
    }
  }

  private static List<Object> snapshot(StorageUnderTest storage, long target) {
    List<MessageRevision> stamps =
        storage.archive.store().embeddedIds(target, 0, StorageUnderTest.MAX_MESSAGES);
    return List.of(
        stamps,
        storage.coverage(),
        storage.archive.scan(target),
        storage.vectors(target),
        storage.index.store().generations(),
        storage.index.store().watermark(target),
        storage.index.store().runs(10),
        storage.archive.store().removed(0, 99),
        storage.indexedWords());
  }

  /** The watermark must be below all that the backstop unstamped before its sweep failed. */
  @Rule({"EJ-16", "EJ-10"})
  @Example
  default void failedBackstopHidesNothingItUnstamped() {
    try (StorageUnderTest storage = storage(8)) {
      VectorStore vectors = storage.index.store();
      MessageStore messages = CallInterceptor.withoutSeeking(storage.archive.store());
      StorageUnderTest.completed(storage.job(messages, vectors).build().runOnce());
      vectors.delete(storage.target().id(), List.of(2L, 7L));
      CallInterceptor full =
          FillRules.before(
              "MessageStore.scan",
              () -> {
                throw new StoreException("the disk is full");
              });
      RunOutcome outcome = storage.job(full.wrap(messages), vectors).build().runBackstop();
      Expect.that(
          "EJ-10",
          outcome instanceof RunOutcome.Failed,
          () -> "a backstop over a full disk ends as " + outcome);
      StorageUnderTest.completed(storage.job(messages, vectors).build().runOnce());
      storage.requireExact(Scope.ALL);
    }
  }

  // EJ-20

  @Rule({"EJ-20", "EJ-10"})
  @Example
  default void textChangedUnseenIsEmbeddedAgain() {
    try (StorageUnderTest storage = storage(6)) {
      storage.run();
      storage.changeUnseen(2, 3);
      storage.changeUnseen(5, 6);
      BackstopFindings changed = new BackstopFindings(0, 0, 2, 0, 0, 0, 0, 0);
      Expect.equal("EJ-20", changed, storage.job().build().verify(), "what verify finds");
      Expect.equal(
          "EJ-20",
          changed,
          storage.job().comparedTexts(1).compareAllTexts().build().verify(),
          "what verify finds among all texts");
      RunOutcome.Completed outcome = storage.backstop();
      Expect.equal(
          "EJ-20", 2L, outcome.counts().unstamped(), "how many stamps the backstop takes back");
      storage.requireExact(Scope.ALL);
      Expect.equal(
          "EJ-20", BackstopFindings.NONE, storage.job().build().verify(), "the findings left");
    }
  }

  /** A message that is stamped BLANK has a text, as if that had been written unseen. */
  @Rule("EJ-20")
  @Example
  default void textWrittenUnseenIntoBlankMessageIsEmbedded() {
    try (StorageUnderTest storage = storage(4)) {
      storage.archive.writer().insert(5, ArchiveMessage.of("", " "));
      storage.run();
      long target = storage.target().id();
      storage.archive.stamp(target, new Stamp.Blank(), 2, 3);
      storage.index.store().delete(target, List.of(2L, 3L));
      Expect.equal(
          "EJ-20",
          new BackstopFindings(0, 0, 2, 0, 0, 0, 0, 0),
          storage.job().build().verify(),
          "what verify finds of blank messages");
      storage.backstop();
      storage.requireExact(Scope.ALL);
      Expect.equal("EJ-20", 1L, storage.coverage().blank(), "how many are blank");
    }
  }

  /** Each backstop looks at one text. Six take about fifteen of them, and 200 all but surely. */
  @Rule("EJ-20")
  @Example
  default void sampleReachesEveryText() {
    try (StorageUnderTest storage = storage(6)) {
      storage.run();
      for (long id = 1; id <= 6; id++) {
        storage.changeUnseen(id, id % 6 + 1);
      }
      EmbedJob job = storage.job().comparedTexts(1).build();
      long healed = 0;
      for (int backstops = 0; backstops < 200 && healed < 6; backstops++) {
        long unstamped = StorageUnderTest.completed(job.runBackstop()).counts().unstamped();
        Expect.that(unstamped <= 1, () -> "a sample of one text finds " + unstamped);
        healed += unstamped;
      }
      storage.requireExact(Scope.ALL);
    }
  }

  /** As after the index was lost, or replaced by an older copy. */
  @Rule({"EJ-2", "EJ-10", "MS-2"})
  @Example
  default void stampOfUnknownGenerationIsIgnored() {
    try (StorageUnderTest storage = storage(6)) {
      storage.run();
      storage.archive.stamp(99, new Stamp.Embedded(), 1, 2);
      storage.archive.stamp(98, new Stamp.Blank(), 3);
      Expect.equal("MS-2", List.of(1L, 2L, 3L), storage.needsWork(Scope.ALL), "what needs work");
      Expect.equal(
          "EJ-10",
          new BackstopFindings(0, 0, 0, 3, 0, 3, 0, 0),
          storage.job().build().verify(),
          "what verify finds of stamps of unknown generations");
      storage.backstop();
      storage.requireExact(Scope.ALL);
      Expect.equal(
          "EJ-10", BackstopFindings.NONE, storage.job().build().verify(), "what verify finds");
    }
  }

  /** Triggers were off, so neither counts nor words nor vectors know of the writes. */
  @Rule({"EJ-10", "MS-26"})
  @Needs(Capability.UNSEEN_WRITES)
  @Example
  default void backstopFindsUnseenWrites() {
    try (StorageUnderTest storage = storage(6)) {
      storage.run();
      ArchiveWriter unseen = storage.archive.fixture().unseenWriter();
      for (long id = 7; id <= 12; id++) {
        unseen.insert(id, ArchiveMessage.of("", "unseen text " + id));
      }
      unseen.purge(1);
      storage.archive.writer().purge(7);
      MessageStore messages = storage.archive.store();
      VectorStore vectors = storage.index.store();
      Searcher searcher = Searcher.builder(messages, vectors, storage.embedder).build();
      searcher.search(SearchRequest.of("text").withMode(SearchMode.VECTOR));
      long miscounted = messages.miscounted();
      WordFindings words = new WordFindings(5, 0, 1);
      BackstopFindings all = new BackstopFindings(0, 0, 0, 0, 1, 0, 0, miscounted).withWords(words);
      BackstopFindings verified = storage.job().build().verify();
      if (miscounted > 0 && !verified.equals(all)) {
        Expect.equal("EJ-10", miscounted, verified.miscounted(), "the miscount that verify finds");
        messages.recount();
        all = new BackstopFindings(0, 0, 0, 0, 1, 0, 0, 0).withWords(words);
        verified = storage.job().build().verify();
      }
      Expect.equal("EJ-10", all, verified, "what verify finds");
      storage.backstop();
      storage.requireExact(Scope.ALL);
      Expect.equal(
          "EJ-10",
          BackstopFindings.NONE,
          storage.job().build().verify(),
          "the findings that are left");
      Expect.equal("MS-26", new Coverage(10, 10, 0, 0, 0), storage.coverage(), "the coverage");
    }
  }

  /** A process dies while it drops a retired generation; the backstop deletes the rest. */
  @Rule({"VS-5", "EJ-10", "EJ-25"})
  @Example
  default void backstopReclaimsRetiredGenerations() {
    try (StorageUnderTest storage = storage(6)) {
      storage.run();
      long previous = storage.target().id();
      CallInterceptor killed =
          (call, arguments) -> {
            if (call.equals("VectorStore.dropRetired")) {
              throw new CallInterceptor.ProcessKilled();
            }
          };
      Expect.thrown(
          "EJ-13",
          CallInterceptor.ProcessKilled.class,
          "a killed run",
          () -> storage.job(killed).dropRetired().build().rebuild());
      storage.restart();
      Expect.that(
          "VS-5", storage.target().id() != previous, "the rebuilt generation does not serve");
      Expect.equal(
          "EJ-10",
          new BackstopFindings(0, 0, 0, 0, 0, 0, 6, 0),
          storage.job().dropRetired().build().verify(),
          "what verify finds of a retired generation");
      Expect.equal(
          "EJ-25",
          BackstopFindings.NONE,
          storage.job().build().verify(),
          "what verify finds of a retired generation that is kept");
      StorageUnderTest.completed(storage.job().dropRetired().build().runBackstop());
      Expect.equal(
          "EJ-10",
          BackstopFindings.NONE,
          storage.job().dropRetired().build().verify(),
          "the findings that are left");
      Expect.equal(
          "VS-5",
          0L,
          storage.index.store().size(previous).chunks(),
          "how many vectors of a retired generation a backstop leaves");
      storage.requireExact(Scope.ALL);
    }
  }
}
