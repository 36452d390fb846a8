package io.msgvault.embed.testkit.rules;

import static io.msgvault.embed.testkit.rules.RuleConstants.OUTCOMES;

import io.msgvault.embed.memory.ArchiveMessage;
import io.msgvault.embed.model.Coverage;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.store.Message;
import io.msgvault.embed.store.MessageRevision;
import io.msgvault.embed.store.MessageStore;
import io.msgvault.embed.store.Rejection;
import io.msgvault.embed.store.Stamp;
import io.msgvault.embed.testkit.Capability;
import io.msgvault.embed.testkit.Needs;
import io.msgvault.embed.testkit.Rule;
import io.msgvault.embed.testkit.model.ArchiveUnderTest;
import io.msgvault.embed.testkit.model.ConcurrentCalls;
import io.msgvault.embed.testkit.model.Expect;
import io.msgvault.embed.testkit.model.ReadWritePace;
import io.msgvault.embed.testkit.process.ChildProcess;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import net.jqwik.api.Example;

/** Which stamps land, how long they stay, and what they say. */
public interface StampRules extends MessageStoreContext {
  // MS-7

  @Rule("MS-7")
  @Example
  default void stampNeedsLiveMessageOfSameRevision() {
    try (ArchiveUnderTest archive = archive()) {
      archive.fill(5);
      List<Stamp> stamps = new ArrayList<>();
      for (Message message : archive.scan(1)) {
        stamps.add(new Stamp(message.id(), message.revision(), ArchiveUnderTest.EMBEDDED));
      }
      stamps.add(new Stamp(99, 1, ArchiveUnderTest.EMBEDDED));
      archive.insert(6, "later");
      archive.writer().edit(2, new ArchiveMessage.Content("edited", "", ""));
      archive.remove(3);
      archive.writer().purge(4);
      Set<Long> missed = archive.store().stamp(1, stamps);
      Expect.equal(Set.of(2L, 3L, 4L, 99L), missed, "the ids that were missed");
      Expect.equal(List.of(2L, 6L), archive.needsWork(1), "what still needs work");
      Expect.equal(new Coverage(4, 2, 0, 0, 2), archive.coverage(1), "the coverage");
    }
  }

  @Rule("MS-7")
  @Example
  default void stampIsIdempotent() {
    try (ArchiveUnderTest archive = archive()) {
      archive.fill(3);
      for (Stamp.Outcome outcome : OUTCOMES) {
        archive.stamp(1, outcome, 1, 2);
        Coverage once = archive.coverage(1);
        archive.stamp(1, outcome, 1, 2);
        Expect.equal(once, archive.coverage(1), "the coverage after a second stamp as " + outcome);
      }
    }
  }

  @Rule("MS-7")
  @Example
  default void laterStampReplacesEarlier() {
    try (ArchiveUnderTest archive = archive()) {
      archive.fill(1);
      archive.stamp(1, new Stamp.Rejected("too long"), 1);
      archive.stamp(1, ArchiveUnderTest.EMBEDDED, 1);
      Expect.equal(
          "MS-13",
          List.of(),
          archive.store().rejections(1, 0, 10),
          "the rejections after another stamp");
      archive.stamp(2, ArchiveUnderTest.BLANK, 1);
      Expect.equal(
          new Coverage(1, 0, 0, 0, 1),
          archive.coverage(1),
          "the coverage of the previous generation");
      Expect.equal(
          new Coverage(1, 0, 1, 0, 0), archive.coverage(2), "the coverage of the new generation");
    }
  }

  @Rule("MS-7")
  @Example
  default void emptyAndLargeStampBatchesWork() {
    int many = 5_000;
    try (ArchiveUnderTest archive = archive()) {
      Expect.equal(Set.of(), archive.store().stamp(1, List.of()), "the ids missed by no stamps");
      archive.fill(many);
      List<Stamp> stamps = new ArrayList<>();
      Set<Long> late = new HashSet<>();
      for (Message message : archive.scan(1)) {
        boolean fresh = message.id() % 7 != 0;
        stamps.add(
            new Stamp(
                message.id(),
                fresh ? message.revision() : message.revision() + many,
                ArchiveUnderTest.EMBEDDED));
        if (!fresh) {
          late.add(message.id());
        }
      }
      Expect.equal(late, archive.store().stamp(1, stamps), "the ids missed by " + many + " stamps");
      Expect.equal(
          new Coverage(many, many - late.size(), 0, 0, late.size()),
          archive.coverage(1),
          "the coverage");
    }
  }

  @Rule("MS-7")
  @Example
  default void stampRacingEditIsNotLost() {
    int messages = 4;
    int edits = effort().of(100);
    try (ArchiveUnderTest archive = archive()) {
      archive.fill(messages);
      MessageStore second = archive.open();
      ReadWritePace pace = new ReadWritePace(edits, 1);
      Map<Long, Long> landed = new ConcurrentHashMap<>();
      Expect.ThrowingRunnable editor =
          () -> {
            for (int i = 0; pace.keepWriting(i); i++) {
              archive
                  .writer()
                  .edit(i % messages + 1L, new ArchiveMessage.Content("edit", "text " + i, ""));
            }
          };
      ConcurrentCalls.runAll(
          List.of(editor, stamper(archive.store(), pace, landed), stamper(second, pace, landed)));
      List<Long> needsWork = archive.needsWork(1);
      for (long id = 1; id <= messages; id++) {
        long stamped = landed.getOrDefault(id, -1L);
        boolean settled = stamped == archive.find(id).revision();
        Expect.equal(!settled, needsWork.contains(id), "whether message " + id + " needs work");
      }
    }
  }

  private static Expect.ThrowingRunnable stamper(
      MessageStore store, ReadWritePace pace, Map<Long, Long> landed) {
    return () -> {
      while (pace.keepReading()) {
        List<Message> read = store.find(List.of(1L, 2L, 3L, 4L), 100);
        List<Stamp> stamps =
            read.stream()
                .map(
                    message ->
                        new Stamp(message.id(), message.revision(), ArchiveUnderTest.EMBEDDED))
                .toList();
        Set<Long> missed = store.stamp(1, stamps);
        for (Stamp stamp : stamps) {
          if (!missed.contains(stamp.messageId())) {
            landed.merge(stamp.messageId(), stamp.revision(), Math::max);
          }
        }
      }
    };
  }

  // MS-8

  @Rule("MS-8")
  @Example
  default void stampKeepsRevision() {
    try (ArchiveUnderTest archive = archive()) {
      archive.fill(1);
      long revision = archive.find(1).revision();
      for (Stamp.Outcome outcome : OUTCOMES) {
        archive.store().stamp(1, List.of(new Stamp(1, revision, outcome)));
        Expect.equal(
            revision, archive.find(1).revision(), "the revision after a stamp as " + outcome);
      }
    }
  }

  @Rule({"MS-4", "MS-7"})
  @Example
  default void unstampInvalidatesEarlierReads() {
    try (ArchiveUnderTest archive = archive()) {
      archive.fill(2);
      Message stamped = archive.find(1);
      Message unstamped = archive.find(2);
      archive.stamp(1, ArchiveUnderTest.EMBEDDED, 1);
      archive.store().unstamp(List.of(1L, 2L));
      Expect.equal(
          "MS-7",
          Set.of(1L, 2L),
          archive
              .store()
              .stamp(
                  1,
                  List.of(
                      new Stamp(1, stamped.revision(), ArchiveUnderTest.EMBEDDED),
                      new Stamp(2, unstamped.revision(), ArchiveUnderTest.EMBEDDED))),
          "the stamps that were read before unstamping and are missed");
      Expect.equal(
          "MS-2", List.of(1L, 2L), archive.needsWork(1), "what needs work after unstamping");
      archive.store().unstamp(List.of(1L, 1L, 77L));
      Expect.equal(
          "MS-2", List.of(1L, 2L), archive.needsWork(1), "what needs work after unstamping again");
      archive.stamp(1, ArchiveUnderTest.EMBEDDED, 1, 2);
    }
  }

  // MS-31

  @Rule("MS-31")
  @Example
  default void syncChangesNothing() {
    try (ArchiveUnderTest archive = archive()) {
      archive.store().sync();
      archive.fill(4);
      archive.stamp(1, ArchiveUnderTest.EMBEDDED, 2, 3);
      archive.remove(3);
      List<MessageRevision> live = archive.store().live(Scope.ALL, 0, 10);
      List<MessageRevision> stamped = archive.store().embeddedIds(1, 0, 10);
      archive.store().sync();
      archive.open().sync();
      Expect.equal(live, archive.store().live(Scope.ALL, 0, 10), "the live messages");
      Expect.equal(stamped, archive.store().embeddedIds(1, 0, 10), "the stamps");
    }
  }

  @Rule("MS-31")
  @Example
  default void whatWasShownSurvivesPowerLoss() {
    Expect.skip("no test can cut the power: look at how the database is told to flush");
  }

  // MS-9

  @Rule("MS-9")
  @Example
  default void stampsSurviveReopening() {
    try (ArchiveUnderTest archive = archive()) {
      archive.fill(3);
      archive.stamp(1, ArchiveUnderTest.EMBEDDED, 1);
      archive.stamp(1, new Stamp.Rejected("too long"), 3);
      archive.reopen();
      Expect.equal(List.of(2L), archive.needsWork(1), "what needs work after reopening");
      Expect.equal(
          List.of(new Rejection(3, "too long")),
          archive.store().rejections(1, 0, 9),
          "the rejections after reopening");
    }
  }

  @Rule("MS-9")
  @Needs(Capability.OTHER_PROCESSES)
  @Example
  default void stampSurvivesKilledProcess() {
    try (ArchiveUnderTest archive = archive()) {
      archive.fill(2);
      long revision = archive.find(1).revision();
      try (ChildProcess child =
          ChildProcess.start(
              archive.fixture().otherProcess(), ChildProcess.Task.STAMP, 1, 1, revision)) {
        Expect.equal("MS-7", "[]", child.readAnswer(), "the ids missed in the other process");
        child.kill();
      }
      Expect.equal(List.of(2L), archive.needsWork(1), "what needs work after the kill");
    }
  }

  // MS-10

  @Rule("MS-10")
  @Needs(Capability.SOFT_DELETION)
  @Example
  default void restoredMessageNeedsWork() {
    try (ArchiveUnderTest archive = archive()) {
      archive.fill(1);
      for (Stamp.Outcome outcome : OUTCOMES) {
        archive.stamp(1, outcome, 1);
        archive.writer().delete(1);
        Expect.equal(
            "MS-11",
            new Coverage(0, 0, 0, 0, 0),
            archive.coverage(1),
            "the coverage after the deletion");
        Expect.equal("MS-2", List.of(), archive.needsWork(1), "what needs work after the deletion");
        archive.writer().restore(1);
        Expect.equal(List.of(1L), archive.needsWork(1), "what needs work after the restoration");
      }
    }
  }

  // MS-25

  @Rule("MS-25")
  @Example
  default void generationsOfStampsAreListed() {
    try (ArchiveUnderTest archive = archive()) {
      MessageStore store = archive.store();
      archive.fill(6);
      Expect.equal(Set.of(), store.stampedGenerations(), "the generations of no stamps");
      archive.stamp(3, ArchiveUnderTest.EMBEDDED, 1, 2);
      archive.stamp(5, ArchiveUnderTest.BLANK, 3);
      archive.stamp(9, new Stamp.Rejected("too long"), 4);
      archive.stamp(1L << 40, ArchiveUnderTest.EMBEDDED, 5);
      Expect.equal(Set.of(3L, 5L, 9L, 1L << 40), store.stampedGenerations(), "the generations");
      archive.remove(3);
      store.unstamp(List.of(4L));
      archive.writer().edit(5, new ArchiveMessage.Content("edited", "", ""));
      Expect.equal(Set.of(3L), store.stampedGenerations(), "the generations that are left");
    }
  }

  // MS-13

  @Rule("MS-13")
  @Example
  default void rejectionsAreListedWithTheirReasons() {
    String longest = "🫖".repeat(Stamp.Rejected.MAX_REASON / 2);
    try (ArchiveUnderTest archive = archive()) {
      archive.fill(5);
      archive.stamp(1, new Stamp.Rejected("too long"), 1, 4);
      archive.stamp(1, new Stamp.Rejected(longest), 2);
      archive.stamp(1, ArchiveUnderTest.EMBEDDED, 3);
      archive.stamp(2, new Stamp.Rejected("of another generation"), 5);
      List<Rejection> expected =
          List.of(
              new Rejection(1, "too long"),
              new Rejection(2, longest),
              new Rejection(4, "too long"));
      MessageStore store = archive.store();
      Expect.equal(expected, store.rejections(1, 0, 10), "the rejections");
      Expect.equal(expected.subList(0, 2), store.rejections(1, 0, 2), "the first two rejections");
      Expect.equal(expected.subList(2, 3), store.rejections(1, 2, 2), "the rejections after 2");
      Expect.equal(
          "MS-7",
          List.of(new MessageRevision(3, archive.find(3).revision())),
          store.embeddedIds(1, 0, 10),
          "the messages stamped EMBEDDED");
    }
  }

  @Rule("MS-13")
  @Needs(Capability.SOFT_DELETION)
  @Example
  default void rejectionIsRemovedWithStamp() {
    try (ArchiveUnderTest archive = archive()) {
      archive.fill(5);
      archive.stamp(1, new Stamp.Rejected("too long"), 1, 2, 3, 4, 5);
      archive.writer().edit(1, new ArchiveMessage.Content("shorter", "", ""));
      archive.store().unstamp(List.of(2L));
      archive.writer().delete(3);
      archive.writer().purge(4);
      List<Rejection> left = List.of(new Rejection(5, "too long"));
      Expect.equal(left, archive.store().rejections(1, 0, 10), "the rejections that are left");
      archive.writer().restore(3);
      archive.insert(4, "new");
      Expect.equal(
          left,
          archive.store().rejections(1, 0, 10),
          "the rejections after restoration and insertion");
      archive.stamp(1, ArchiveUnderTest.EMBEDDED, 5);
      Expect.equal(
          List.of(), archive.store().rejections(1, 0, 10), "the rejections after another stamp");
    }
  }
}
