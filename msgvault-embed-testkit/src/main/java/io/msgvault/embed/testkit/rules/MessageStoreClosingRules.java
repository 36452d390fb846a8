package io.msgvault.embed.testkit.rules;

import static io.msgvault.embed.testkit.model.Call.call;

import io.msgvault.embed.store.MessageStore;
import io.msgvault.embed.testkit.Capability;
import io.msgvault.embed.testkit.Rule;
import io.msgvault.embed.testkit.model.ArchiveUnderTest;
import io.msgvault.embed.testkit.model.Call;
import io.msgvault.embed.testkit.model.Expect;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Example;

/**
 * Holds a message store to what it refuses: every call after close, and what its fixture declares
 * unsupported.
 */
public interface MessageStoreClosingRules extends MessageStoreContext {
  @Rule("MS-18")
  @Example
  default void closedStoreRejectsCalls() {
    try (ArchiveUnderTest archive = archive()) {
      archive.fill(1);
      MessageStore closed = archive.open();
      closed.close();
      closed.close();
      List<Call> calls = StoreCalls.of(closed);
      calls.add(call("miscounted", closed::miscounted));
      calls.add(call("recount", closed::recount));
      calls.add(call("supportsSeekingScan", closed::supportsSeekingScan));
      calls.add(call("hasUnfinishedMigration", closed::hasUnfinishedMigration));
      Call.eachThrows(IllegalStateException.class, "a closed store", calls);
      Expect.equal(List.of(1L), archive.needsWork(1), "what another store on the archive says");
    }
  }

  @Rule({"MS-5", "MS-10", "MS-30"})
  @Example
  default void unsupportedCapabilitiesBehaveAsDocumented() {
    Set<Capability> missing = missingCapabilities();
    try (ArchiveUnderTest archive = archive()) {
      if (missing.contains(Capability.NUL_CHARACTERS)) {
        Expect.thrown(
            "MS-5", Exception.class, "insertion of U+0000", () -> archive.insert(1, "a\0b"));
      }
      if (missing.contains(Capability.SOFT_DELETION)) {
        archive.insert(2, "text");
        List<Expect.ThrowingRunnable> softly =
            List.of(() -> archive.writer().delete(2), () -> archive.writer().restore(2));
        for (Expect.ThrowingRunnable call : softly) {
          Expect.thrown(
              "MS-10", UnsupportedOperationException.class, "deletion or restoration", call);
        }
        archive.find(2);
      }
      if (missing.contains(Capability.RAW_WRITES)) {
        Expect.thrown(
            "MS-5",
            UnsupportedOperationException.class,
            "rawWrites()",
            archive.fixture()::rawWrites);
        Expect.thrown(
            "MS-30",
            UnsupportedOperationException.class,
            "rawRemovals()",
            archive.fixture()::rawRemovals);
      }
      if (missing.contains(Capability.UNSEEN_WRITES)) {
        Expect.thrown(
            "MS-26",
            UnsupportedOperationException.class,
            "unseenWriter()",
            archive.fixture()::unseenWriter);
      }
      if (missing.contains(Capability.HOST_TRANSACTIONS)) {
        Expect.thrown(
            "MS-27",
            UnsupportedOperationException.class,
            "beginHostTransaction()",
            archive.fixture()::beginHostTransaction);
      }
      if (missing.contains(Capability.COUNTED_WORK)) {
        Expect.thrown(
            "MS-15",
            UnsupportedOperationException.class,
            "workDone()",
            archive.fixture()::workDone);
      }
      if (missing.contains(Capability.OTHER_PROCESSES)) {
        Expect.thrown(
            "MS-9",
            UnsupportedOperationException.class,
            "otherProcess()",
            archive.fixture()::otherProcess);
      }
    }
  }
}
