package io.msgvault.embed.testkit.rules;

import io.msgvault.embed.memory.ArchiveMessage;
import io.msgvault.embed.memory.ArchiveWriter;
import io.msgvault.embed.store.MessageStore;
import io.msgvault.embed.store.Removal;
import io.msgvault.embed.testkit.Capability;
import io.msgvault.embed.testkit.Needs;
import io.msgvault.embed.testkit.RawWrite;
import io.msgvault.embed.testkit.Rule;
import io.msgvault.embed.testkit.model.ArchiveUnderTest;
import io.msgvault.embed.testkit.model.ConcurrentCalls;
import io.msgvault.embed.testkit.model.Expect;
import io.msgvault.embed.testkit.model.ReadWritePace;
import io.msgvault.embed.testkit.process.ChildProcess;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.stream.LongStream;
import net.jqwik.api.Example;

/** Holds a message store to what it says of messages that stopped being live. */
public interface RemovalRecordRules extends MessageStoreContext {
  @Rule("MS-30")
  @Example
  default void removalStaysListedUntilItIsSettled() {
    try (ArchiveUnderTest archive = archive()) {
      archive.fill(3);
      requireRemoved(archive, "before any removal");
      archive.remove(2);
      requireRemoved(archive, "after a removal", 2);
      revive(archive, 2);
      requireRemoved(archive, "when the id is live again", 2);
      archive.remove(2);
      archive.remove(1);
      requireRemoved(archive, "after more removals", 2, 2, 1);
      archive.reopen();
      requireRemoved(archive, "after reopening", 2, 2, 1);
      List<Removal> all = removed(archive.store());
      archive.store().settleRemoved(List.of(all.get(0)));
      Expect.equal(
          all.subList(1, 3), removed(archive.open()), "the removals after the first is settled");
      archive.store().settleRemoved(List.of());
      archive.store().settleRemoved(List.of(all.get(0), all.get(2)));
      Expect.equal(
          all.subList(1, 2), removed(archive.open()), "the removals after the last is settled");
      archive.reopen().settleRemoved(all);
      requireRemoved(archive, "when all are settled");
      archive.remove(3);
      long last = all.get(2).sequence();
      Expect.that(
          removed(archive.store()).get(0).sequence() > last,
          "a removal has a sequence that is not above all before");
    }
  }

  /** Makes a message live again, or another one with its id. */
  private static void revive(ArchiveUnderTest archive, long id) {
    try {
      archive.writer().restore(id);
    } catch (UnsupportedOperationException deletedForGood) {
      archive.insert(id, "another text");
    }
  }

  @Rule("MS-30")
  @Needs(Capability.SOFT_DELETION)
  @Example
  default void endOfLifeIsRecordedOnce() {
    try (ArchiveUnderTest archive = archive()) {
      archive.fill(3);
      archive.settle(1);
      ArchiveWriter writer = archive.writer();
      writer.delete(1);
      writer.delete(1);
      writer.purge(1);
      requireRemoved(archive, "after one is deleted softly, and then for good", 1);
      writer.delete(2);
      writer.restore(2);
      writer.purge(2);
      requireRemoved(archive, "after one is restored and purged", 1, 2, 2);
      archive.insert(2, "another");
      writer.purge(3);
      requireRemoved(archive, "after one is purged", 1, 2, 2, 3);
    }
  }

  @Rule("MS-30")
  @Example
  default void otherWritesRecordNoRemoval() {
    try (ArchiveUnderTest archive = archive()) {
      archive.fill(4);
      archive.settle(1);
      archive.store().unstamp(List.of(1L, 2L));
      archive.writer().edit(2, new ArchiveMessage.Content("other", "text", ""));
      archive.writer().updateMetadata(3, ArchiveMessage.Metadata.of("chat", "other"));
      archive.settle(2);
      archive.store().recount();
      requireRemoved(archive, "after edits and stamps");
    }
  }

  @Rule("MS-30")
  @Example
  default void removalsAreListedInPages() {
    int messages = 23;
    try (ArchiveUnderTest archive = archive()) {
      archive.fill(messages);
      List<Long> ids = new ArrayList<>(LongStream.rangeClosed(1, messages).boxed().toList());
      Collections.reverse(ids);
      for (long id : ids) {
        archive.remove(id);
      }
      for (int limit : List.of(1, 5, messages - 1, messages, messages + 1)) {
        List<Removal> all = new ArrayList<>();
        List<Removal> page;
        do {
          long after = all.isEmpty() ? 0 : all.get(all.size() - 1).sequence();
          page = archive.store().removed(after, limit);
          all.addAll(page);
          Expect.equal(
              Math.min(limit, messages - all.size() + page.size()),
              page.size(),
              "the size of a page of " + limit);
        } while (!page.isEmpty());
        requireInOrder(ids, all, "in pages of " + limit);
      }
    }
  }

  @Rule("MS-30")
  @Example
  default void removalIsRecordedInItsTransaction() {
    try (ArchiveUnderTest archive = archive()) {
      archive.fill(4);
      Expect.thrown(
          CancellationException.class,
          "a transaction",
          () ->
              archive
                  .writer()
                  .atomically(
                      writer -> {
                        writer.purge(1);
                        remove(writer, 2);
                        throw new CancellationException("roll back");
                      }));
      requireRemoved(archive, "after a transaction was rolled back");
      archive
          .writer()
          .atomically(
              writer -> {
                remove(writer, 2);
                writer.purge(3);
                requireRemoved(archive, "before the commit");
              });
      requireRemoved(archive, "after the commit", 2, 3);
    }
  }

  private static void remove(ArchiveWriter writer, long id) {
    try {
      writer.delete(id);
    } catch (UnsupportedOperationException onlyForGood) {
      writer.purge(id);
    }
  }

  @Rule("MS-30")
  @Needs(Capability.RAW_WRITES)
  @Example
  default void everyStatementThatRemovesIsRecorded() {
    try (ArchiveUnderTest archive = archive()) {
      long id = 0;
      for (RawWrite write : archive.fixture().rawRemovals()) {
        id += 2;
        archive.fill(id - 1, id, ArchiveUnderTest::plainMessage);
        archive.settle(1);
        write.write().accept(id);
        if (!archive.store().find(List.of(id), 1).isEmpty()) {
          throw new IllegalStateException("the fixture's raw removal must end a life: " + write);
        }
        requireRemoved(archive, "after " + write, id);
        archive.store().settleRemoved(removed(archive.store()));
      }
    }
  }

  /** Several writers remove messages, some of them the same, while a job settles what it sees. */
  @Rule("MS-30")
  @Example
  default void concurrentRemovalsAreListedOnceEach() {
    int messages = effort().of(120);
    try (ArchiveUnderTest archive = archive()) {
      archive.fill(messages);
      MessageStore store = archive.open();
      List<Long> seen = new ArrayList<>();
      ReadWritePace pace = new ReadWritePace(messages, 2);
      Expect.ThrowingRunnable settle =
          () -> {
            while (pace.keepReading()) {
              settleSome(store, seen, messages);
            }
          };
      ConcurrentCalls.runAll(
          List.of(
              remover(archive, pace, messages, 0), remover(archive, pace, messages, 1), settle));
      while (settleSome(store, seen, messages)) {
        // until nothing is left
      }
      Collections.sort(seen);
      Expect.equal(
          LongStream.rangeClosed(1, messages).boxed().toList(),
          seen,
          "the removals that were listed");
    }
  }

  /** Removes all messages softly, or every other one where the archive deletes for good only. */
  private Expect.ThrowingRunnable remover(
      ArchiveUnderTest archive, ReadWritePace pace, int messages, int share) {
    boolean softly = supports(Capability.SOFT_DELETION);
    return () -> {
      for (int i = 0; pace.keepWriting(i); i++) {
        if (i < messages && (softly || i % 2 == share)) {
          archive.remove(i + 1L);
        }
      }
    };
  }

  /** Returns whether there was something to settle, and no more than there can be. */
  private static boolean settleSome(MessageStore store, List<Long> seen, int messages) {
    List<Removal> some = seen.size() > messages ? List.of() : store.removed(0, 7);
    store.settleRemoved(some);
    some.forEach(removal -> seen.add(removal.messageId()));
    return !some.isEmpty();
  }

  @Rule("MS-30")
  @Example
  default void manyRemovalsAreSettledAtOnce() {
    int messages = 3_000;
    try (ArchiveUnderTest archive = archive()) {
      archive.fill(messages);
      archive
          .writer()
          .atomically(
              writer -> {
                for (long id = 1; id <= messages; id++) {
                  writer.purge(id);
                }
              });
      List<Removal> all = archive.store().removed(0, messages + 1);
      Expect.equal(messages, all.size(), "the number of removals");
      archive.store().settleRemoved(all.subList(0, messages - 1));
      Expect.equal(
          all.subList(messages - 1, messages), removed(archive.store()), "the last removal");
    }
  }

  @Rule("MS-30")
  @Needs(Capability.OTHER_PROCESSES)
  @Example
  default void removalsSurviveKill() {
    try (ArchiveUnderTest archive = archive()) {
      archive.fill(2);
      try (ChildProcess child =
          ChildProcess.start(archive.fixture().otherProcess(), ChildProcess.Task.PURGE, 2)) {
        child.readAnswer();
        child.kill();
      }
      requireRemoved(archive, "after the process that removed was killed", 2);
      Removal removal = removed(archive.store()).get(0);
      try (ChildProcess child =
          ChildProcess.start(
              archive.fixture().otherProcess(),
              ChildProcess.Task.SETTLE,
              removal.sequence(),
              removal.messageId())) {
        child.readAnswer();
        child.kill();
      }
      requireRemoved(archive, "after the process that settled was killed");
    }
  }

  private static List<Removal> removed(MessageStore store) {
    return store.removed(0, 100);
  }

  private static void requireRemoved(ArchiveUnderTest archive, String when, long... ids) {
    requireInOrder(LongStream.of(ids).boxed().toList(), removed(archive.store()), when);
  }

  private static void requireInOrder(List<Long> ids, List<Removal> actual, String when) {
    Expect.equal(ids, actual.stream().map(Removal::messageId).toList(), "what is removed " + when);
    long last = 0;
    for (Removal removal : actual) {
      long before = last;
      Expect.that(
          removal.sequence() > before,
          () -> "the sequences of removals do not ascend " + when + ": " + actual);
      last = removal.sequence();
    }
  }
}
