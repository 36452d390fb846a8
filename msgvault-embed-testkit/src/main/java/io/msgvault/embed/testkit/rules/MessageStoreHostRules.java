package io.msgvault.embed.testkit.rules;

import io.msgvault.embed.memory.ArchiveMessage;
import io.msgvault.embed.memory.ArchiveWriter;
import io.msgvault.embed.model.Coverage;
import io.msgvault.embed.store.MessageStore;
import io.msgvault.embed.store.Stamp;
import io.msgvault.embed.testkit.Capability;
import io.msgvault.embed.testkit.HostTransaction;
import io.msgvault.embed.testkit.Needs;
import io.msgvault.embed.testkit.Rule;
import io.msgvault.embed.testkit.model.ArchiveUnderTest;
import io.msgvault.embed.testkit.model.ConcurrentCalls;
import io.msgvault.embed.testkit.model.Expect;
import io.msgvault.embed.testkit.model.ReadWritePace;
import java.util.List;
import net.jqwik.api.Example;

/** Holds a message store to what it owes a host that does something unusual. */
public interface MessageStoreHostRules extends MessageStoreContext {
  // MS-26

  @Rule("MS-26")
  @Needs(Capability.UNSEEN_WRITES)
  @Example
  default void coverageIsRightAfterRecount() {
    try (ArchiveUnderTest archive = archive()) {
      archive.fill(6);
      archive.settle(1);
      ArchiveWriter unseen = archive.fixture().unseenWriter();
      for (long id = 7; id <= 9; id++) {
        unseen.insert(id, ArchiveMessage.of("subject " + id, "text"));
      }
      unseen.purge(1);
      unseen.purge(2);
      requireCounts(archive, new Coverage(7, 4, 0, 0, 3));
      Expect.equal("MS-1", List.of(7L, 8L, 9L), archive.needsWork(1), "what needs work");
      archive.settle(1);
      requireCounts(archive, new Coverage(7, 7, 0, 0, 0));
    }
  }

  /** The store sees the end of messages whose beginning it has not seen. */
  @Rule("MS-26")
  @Needs(Capability.UNSEEN_WRITES)
  @Example
  default void countsThatAreOffBreakNoCall() {
    try (ArchiveUnderTest archive = archive()) {
      archive.fill(2);
      archive.settle(1);
      ArchiveWriter unseen = archive.fixture().unseenWriter();
      for (long id = 3; id <= 8; id++) {
        unseen.insert(id, ArchiveMessage.of("subject " + id, "text"));
      }
      stampIfKnown(archive, 1, ArchiveUnderTest.BLANK, 3);
      stampIfKnown(archive, 2, ArchiveUnderTest.EMBEDDED, 4);
      for (long id = 3; id <= 7; id++) {
        archive.writer().purge(id);
      }
      for (long generation = 0; generation <= 2; generation++) {
        archive.coverage(generation);
      }
      archive.store().stampedGenerations();
      archive.needsWork(1);
      requireCounts(archive, new Coverage(3, 2, 0, 0, 1));
      Expect.equal("MS-2", List.of(8L), archive.needsWork(1), "what needs work");
    }
  }

  /** Stamps a message that the store may have missed the insertion of. */
  private static void stampIfKnown(
      ArchiveUnderTest archive, long target, Stamp.Outcome outcome, long id) {
    long revision = archive.find(id).revision();
    archive.store().stamp(target, List.of(new Stamp(id, revision, outcome)));
  }

  private static void requireCounts(ArchiveUnderTest archive, Coverage expected) {
    MessageStore store = archive.store();
    boolean right = archive.coverage(1).equals(expected);
    long miscounted = store.miscounted();
    Expect.that(
        right || miscounted > 0, "the coverage is wrong, and by its store nothing is miscounted");
    Expect.equal(miscounted, store.recount(), "what a recount finds miscounted");
    Expect.equal(expected, archive.coverage(1), "the coverage after a recount");
    Expect.equal(0L, store.miscounted(), "how much is miscounted after a recount");
    Expect.equal(0L, store.recount(), "how much a second recount finds miscounted");
    Expect.equal(expected, archive.coverage(1), "the coverage after a second recount");
  }

  /** Two recounts race for the same correction, while others write. */
  @Rule("MS-26")
  @Needs(Capability.UNSEEN_WRITES)
  @Example
  default void recountsDuringWritesCorrectOnce() {
    int rounds = effort().of(50);
    try (ArchiveUnderTest archive = archive()) {
      archive.fill(5);
      for (long id = 6; id <= 9; id++) {
        archive.fixture().unseenWriter().insert(id, ArchiveMessage.of("subject " + id, "text"));
      }
      ReadWritePace pace = new ReadWritePace(rounds, 1);
      Expect.ThrowingRunnable writer =
          () -> {
            for (int i = 0; pace.keepWriting(i); i++) {
              archive.insert(10 + i, "text");
              archive.writer().purge(10 + i);
            }
          };
      ConcurrentCalls.runAll(
          List.of(writer, recounter(archive.open(), pace), recounter(archive.open(), pace)));
      Expect.equal(0L, archive.store().miscounted(), "how much is miscounted in the end");
      Expect.equal(new Coverage(9, 0, 0, 0, 9), archive.coverage(1), "the coverage in the end");
    }
  }

  private static Expect.ThrowingRunnable recounter(MessageStore store, ReadWritePace pace) {
    return () -> {
      while (pace.keepReading()) {
        store.recount();
      }
    };
  }

  // MS-27

  @Rule("MS-27")
  @Needs(Capability.HOST_TRANSACTIONS)
  @Example
  default void hostsTransactionIsLeftAlone() {
    try (ArchiveUnderTest archive = archive()) {
      archive.fill(1);
      try (HostTransaction<MessageStore> host = archive.fixture().beginHostTransaction()) {
        HostTransactionRules.requireRefused(host, StoreCalls.of(host.store()));
      }
    }
  }
}
