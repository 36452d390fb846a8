package io.msgvault.embed.testkit.rules;

import io.msgvault.embed.store.MessageStore;
import io.msgvault.embed.testkit.Capability;
import io.msgvault.embed.testkit.Needs;
import io.msgvault.embed.testkit.Rule;
import io.msgvault.embed.testkit.model.ArchiveUnderTest;
import io.msgvault.embed.testkit.model.ConcurrentCalls;
import io.msgvault.embed.testkit.model.Expect;
import io.msgvault.embed.testkit.process.ChildProcess;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import net.jqwik.api.Example;

/** Holds a message store to the ids of generations and of the archive that it gives. */
public interface IdentityRules extends MessageStoreContext {
  @Rule("MS-16")
  @Example
  default void generationIdsIncrease() {
    try (ArchiveUnderTest archive = archive()) {
      archive.fill(1);
      MessageStore other = archive.open();
      long last = requireHigher(archive.store().reserveGenerationId(0), 0);
      last = requireHigher(other.reserveGenerationId(0), last);
      last = requireHigher(archive.store().reserveGenerationId(last + 100), last + 100);
      last = requireHigher(other.reserveGenerationId(3), last);
      archive.stamp(last + 50, ArchiveUnderTest.EMBEDDED, 1);
      last = requireHigher(other.reserveGenerationId(0), last + 50);
      archive.reopen();
      requireHigher(archive.store().reserveGenerationId(0), last);
    }
  }

  private static long requireHigher(long id, long than) {
    Expect.that(
        id > than, () -> "the generation id " + id + " is handed out, but must be above " + than);
    return id;
  }

  @Rule("MS-16")
  @Example
  default void concurrentGenerationIdsAreUnique() {
    int rounds = effort().of(25);
    try (ArchiveUnderTest archive = archive()) {
      List<Callable<List<Long>>> racers = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        MessageStore store = i % 2 == 0 ? archive.store() : archive.open();
        racers.add(
            () -> {
              List<Long> ids = new ArrayList<>();
              for (int round = 0; round < rounds; round++) {
                ids.add(store.reserveGenerationId(0));
              }
              return ids;
            });
      }
      List<Long> all = ConcurrentCalls.run(racers).stream().flatMap(List::stream).toList();
      Expect.equal(
          all.size(), new HashSet<>(all).size(), "how many of the ids handed out at once differ");
    }
  }

  @Rule("MS-16")
  @Needs(Capability.OTHER_PROCESSES)
  @Example
  default void generationIdIsNotReusedAfterKill() {
    try (ArchiveUnderTest archive = archive();
        ChildProcess child =
            ChildProcess.start(archive.fixture().otherProcess(), ChildProcess.Task.RESERVE, 5)) {
      long reserved = Long.parseLong(child.readAnswer());
      child.kill();
      requireHigher(reserved, 5);
      requireHigher(archive.store().reserveGenerationId(0), reserved);
    }
  }

  @Rule("MS-17")
  @Example
  default void archiveIdIsStableAndUnique() {
    try (ArchiveUnderTest archive = archive();
        ArchiveUnderTest another = archive()) {
      UUID id = archive.store().archiveId();
      Expect.equal(
          id, archive.open().archiveId(), "the identity that another store on the archive gives");
      archive.fill(3);
      archive.settle(1);
      Expect.equal(id, archive.reopen().archiveId(), "the identity after reopening");
      Expect.that(!id.equals(another.store().archiveId()), "two archives have one identity");
    }
  }
}
