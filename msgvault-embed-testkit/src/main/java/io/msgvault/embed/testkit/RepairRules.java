package io.msgvault.embed.testkit;

import io.msgvault.embed.AuditFindings;
import io.msgvault.embed.EmbedJob;
import io.msgvault.embed.MessageRevision;
import io.msgvault.embed.MessageStore;
import io.msgvault.embed.MessageVectors;
import io.msgvault.embed.RunOutcome;
import io.msgvault.embed.Scope;
import io.msgvault.embed.Stamp;
import io.msgvault.embed.VectorStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Tests of what puts an archive and its index right again. */
abstract class RepairRules extends RunRules {
  RepairRules() {}

  // EJ-17

  /** The run has read the message, and its text is rewritten where no trigger looks. */
  @Rule("EJ-17")
  @Example
  void runUnderWayDoesNotSettleWhatIsRepaired() {
    for (boolean seeking : new boolean[] {true, false}) {
      try (OpenStorage storage = storage(10)) {
        EmbedJob bystander = storage.job().build();
        List<Long> repaired = List.of(2L, 3L);
        storage.embedder.during(
            () -> {
              if (storage.embedder.calls() == 1) {
                bystander.repair(repaired);
              }
            });
        MessageStore messages = storage.archive.store();
        EmbedJob job =
            storage
                .job(seeking ? messages : Tap.withoutSeeking(messages), storage.index.store())
                .build();
        RunOutcome.Completed outcome = OpenStorage.completed(job.runOnce());
        Expect.that(
            "EJ-17",
            outcome.counts().missed() > 0,
            "a run has stamped a message that was repaired after it had read it");
        OpenStorage.completedOrIdle(job.runOnce());
        storage.requireExact(Scope.ALL);
      }
    }
  }

  /** Of messages that are settled already, too, whenever it comes. */
  @Rule({"EJ-17", "EJ-16"})
  @Property(tries = 15)
  void repairAtAnyMomentIsSeen(
      @ForAll @IntRange(min = 1, max = 40) int call, @ForAll boolean seeking) {
    try (OpenStorage storage = storage(12)) {
      EmbedJob bystander = storage.job().build();
      List<Long> repaired = List.of(1L, 6L, 12L);
      List<Long> before = new ArrayList<>();
      Tap repair =
          new Tap() {
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
          seeking ? storage.archive.store() : Tap.withoutSeeking(storage.archive.store());
      VectorStore vectors = storage.index.store();
      OpenStorage.completed(storage.job(repair.on(messages), repair.on(vectors)).build().runOnce());
      OpenStorage.completedOrIdle(storage.job(messages, vectors).build().runOnce());
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

  @Rule({"EJ-17", "MS-13"})
  @Example
  void whatIsRejectedGetsAnotherChanceWhileARunIsUnderWay() {
    try (OpenStorage storage = storage(6)) {
      storage.embedder.refusing(text -> text.contains("number 3") || text.contains("number 5"));
      storage.run();
      EmbedJob bystander = storage.job().build();
      storage.archive.insert(7, "text number 7");
      storage.embedder.during(
          () -> {
            storage.embedder.refusing(text -> false);
            bystander.retryRejected();
          });
      storage.run();
      storage.embedder.during(() -> {});
      OpenStorage.completedOrIdle(storage.job().build().runOnce());
      storage.requireExact(Scope.ALL);
      Expect.equal("MS-13", 0L, storage.coverage().rejected(), "how many are rejected");
    }
  }

  // EJ-10

  @Rule("EJ-10")
  @Example
  void verifyingChangesNothing() {
    try (OpenStorage storage = storage(8)) {
      storage.run();
      long target = storage.target().id();
      storage.index.store().delete(target, List.of(1L, 2L));
      storage.archive.remove(5);
      storage.archive.writer().edit(6, text("edited"));
      List<Object> before = everything(storage, target);
      AuditFindings found = storage.job().build().verify();
      Expect.equal("EJ-10", new AuditFindings(2, 0, 1, 1, 0, 0), found, "what verify finds");
      Expect.equal("EJ-10", before, everything(storage, target), "both stores after verifying");
      Expect.equal(
          "EJ-10", found, storage.job().build().verify(), "what verify finds the second time");
    }
  }

  private static List<Object> everything(OpenStorage storage, long target) {
    List<MessageRevision> stamps = storage.archive.store().embeddedIds(target, 0, OpenStorage.IDS);
    return List.of(
        stamps,
        storage.coverage(),
        storage.archive.scan(target),
        storage.vectors(target),
        storage.index.store().generations(),
        storage.index.store().watermark(target),
        storage.index.store().runs(10));
  }

  /** As after the index was lost, or replaced by an older copy. */
  @Rule({"EJ-2", "EJ-10", "MS-2"})
  @Example
  void stampOfAGenerationThatIsNotThereIsNoStamp() {
    try (OpenStorage storage = storage(6)) {
      storage.run();
      storage.archive.stamp(99, new Stamp.Embedded(), 1, 2);
      storage.archive.stamp(98, new Stamp.Blank(), 3);
      Expect.equal("MS-2", List.of(1L, 2L, 3L), storage.needsWork(Scope.ALL), "what needs work");
      Expect.equal(
          "EJ-10",
          new AuditFindings(0, 0, 3, 0, 3, 0),
          storage.job().build().verify(),
          "what verify finds of stamps of unknown generations");
      storage.backstop();
      storage.requireExact(Scope.ALL);
      Expect.equal(
          "EJ-10", AuditFindings.NONE, storage.job().build().verify(), "what verify finds");
    }
  }

  /** What a process left that died while it gave the room of a retired generation back. */
  @Rule({"VS-5", "EJ-10"})
  @Example
  void backstopGivesTheRoomOfRetiredGenerationsBack() {
    try (OpenStorage storage = storage(6)) {
      storage.run();
      long former = storage.target().id();
      Tap killed =
          (call, arguments) -> {
            if (call.equals("VectorStore.reclaim")) {
              throw new Tap.Killed();
            }
          };
      Expect.thrown(
          "EJ-13", Tap.Killed.class, "a killed run", () -> storage.job(killed).build().rebuild());
      storage.restart();
      Expect.that("VS-5", storage.target().id() != former, "the rebuilt generation does not serve");
      Expect.equal(
          "EJ-10",
          new AuditFindings(0, 0, 0, 0, 0, 6),
          storage.job().build().verify(),
          "what verify finds of a retired generation");
      storage.backstop();
      Expect.equal(
          "EJ-10", AuditFindings.NONE, storage.job().build().verify(), "what is left to heal");
      Expect.equal(
          "VS-5",
          0L,
          storage.index.store().size(former).chunks(),
          "how many vectors of a retired generation a backstop leaves");
      storage.requireExact(Scope.ALL);
    }
  }
}
