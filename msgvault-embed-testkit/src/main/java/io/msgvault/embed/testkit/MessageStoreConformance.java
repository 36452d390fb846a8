package io.msgvault.embed.testkit;

import io.msgvault.embed.model.MessageFilter;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.store.KeywordQuery;
import io.msgvault.embed.store.MessageStore;
import io.msgvault.embed.store.Stamp;
import io.msgvault.embed.testkit.model.ArchiveScenario;
import io.msgvault.embed.testkit.model.ArchiveUnderTest;
import io.msgvault.embed.testkit.model.ConcurrentCalls;
import io.msgvault.embed.testkit.model.Expect;
import io.msgvault.embed.testkit.process.ChildProcess;
import io.msgvault.embed.testkit.rules.KeywordRules;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/**
 * Holds a {@link MessageStore} to the rules MS-1 to MS-24.
 *
 * <pre>{@code
 * class MyMessageStoreTest extends MessageStoreConformance {
 *   @Override
 *   protected MessageStoreFixture newFixture() {
 *     return new MyArchive();
 *   }
 * }
 * }</pre>
 */
public abstract class MessageStoreConformance extends KeywordRules {
  /** For subclasses, which need a constructor without parameters. */
  protected MessageStoreConformance() {}

  /** {@inheritDoc} */
  @Override
  protected abstract MessageStoreFixture newFixture();

  /** Any number of actions in any order, on two stores of one archive. */
  @Rule({
    "MS-1", "MS-2", "MS-3", "MS-4", "MS-5", "MS-6", "MS-7", "MS-8", "MS-10", "MS-11", "MS-13",
    "MS-16", "MS-19"
  })
  @Property(tries = 120)
  void archiveMatchesModel(@ForAll("scenarios") List<ArchiveScenario.Action> story) {
    ArchiveUnderTest archive = archive();
    try (ArchiveScenario told =
        new ArchiveScenario(
            archive, supports(Capability.RAW_WRITES) ? archive.fixture().rawWrites() : List.of())) {
      told.run(story);
    }
  }

  // MS-16

  @Rule("MS-16")
  @Example
  void generationIdsIncrease() {
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
        "MS-16",
        id > than,
        () -> "the generation id " + id + " is handed out, but must be above " + than);
    return id;
  }

  @Rule("MS-16")
  @Example
  void concurrentGenerationIdsAreUnique() {
    int rounds = Effort.chosen().of(25);
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
      List<Long> all = ConcurrentCalls.run("MS-16", racers).stream().flatMap(List::stream).toList();
      Expect.equal(
          "MS-16",
          all.size(),
          new HashSet<>(all).size(),
          "how many of the ids handed out at once differ");
    }
  }

  @Rule("MS-16")
  @Needs(Capability.OTHER_PROCESSES)
  @Example
  void generationIdIsNotReusedAfterKill() {
    try (ArchiveUnderTest archive = archive();
        ChildProcess child =
            ChildProcess.start(archive.fixture().otherProcess(), ChildProcess.Task.RESERVE, 5)) {
      long taken = Long.parseLong(child.readAnswer());
      child.kill();
      requireHigher(taken, 5);
      requireHigher(archive.store().reserveGenerationId(0), taken);
    }
  }

  // MS-17

  @Rule("MS-17")
  @Example
  void archiveIdIsStableAndUnique() {
    try (ArchiveUnderTest archive = archive();
        ArchiveUnderTest another = archive()) {
      UUID id = archive.store().archiveId();
      Expect.equal(
          "MS-17",
          id,
          archive.open().archiveId(),
          "the identity that another store on the archive gives");
      archive.fill(3);
      archive.settle(1);
      Expect.equal("MS-17", id, archive.reopen().archiveId(), "the identity after reopening");
      Expect.that(
          "MS-17", !id.equals(another.store().archiveId()), "two archives have one identity");
    }
  }

  // MS-18

  @Rule("MS-18")
  @Example
  void closedStoreRejectsCalls() {
    try (ArchiveUnderTest archive = archive()) {
      archive.fill(1);
      MessageStore closed = archive.open();
      closed.close();
      closed.close();
      List<Expect.ThrowingRunnable> calls = new ArrayList<>();
      calls.addAll(
          List.of(
              closed::archiveId,
              () -> closed.reserveGenerationId(0),
              () -> closed.scan(1, Scope.ALL, 0, ArchiveUnderTest.UNLIMITED),
              () -> closed.find(List.of(1L), 10),
              () -> closed.stamp(1, List.of(new Stamp(1, 1, ArchiveUnderTest.EMBEDDED))),
              () -> closed.unstamp(List.of(1L)),
              () -> closed.coverage(1, Scope.ALL),
              () -> closed.embeddedIds(1, 0, 1),
              () -> closed.rejections(1, 0, 1),
              () -> closed.filterIds(List.of(1L), MessageFilter.ALL),
              () -> closed.findMatching(MessageFilter.ALL, 1),
              closed::supportsSeekingScan));
      if (supports(Capability.KEYWORD_SEARCH)) {
        calls.add(() -> closed.keywordSearch(KeywordQuery.parse("text"), MessageFilter.ALL, 1));
        calls.add(closed::supportsKeywordSearch);
      }
      for (int i = 0; i < calls.size(); i++) {
        Expect.thrown(
            "MS-18",
            IllegalStateException.class,
            "call " + (i + 1) + " of a closed store",
            calls.get(i));
      }
      Expect.equal(
          "MS-18", List.of(1L), archive.needsWork(1), "what another store on the archive says");
    }
  }

  // Capabilities

  @Rule({"MS-5", "MS-10"})
  @Example
  void unsupportedCapabilitiesBehaveAsDocumented() {
    Set<Capability> lacking = unsupported();
    try (ArchiveUnderTest archive = archive()) {
      if (lacking.contains(Capability.NUL_CHARACTERS)) {
        Expect.thrown(
            "MS-5", Exception.class, "insertion of U+0000", () -> archive.insert(1, "a\0b"));
      }
      if (lacking.contains(Capability.SOFT_DELETION)) {
        archive.insert(2, "text");
        List<Expect.ThrowingRunnable> softly =
            List.of(() -> archive.writer().delete(2), () -> archive.writer().restore(2));
        for (Expect.ThrowingRunnable call : softly) {
          Expect.thrown(
              "MS-10", UnsupportedOperationException.class, "deletion or restoration", call);
        }
        archive.find(2);
      }
      if (lacking.contains(Capability.RAW_WRITES)) {
        Expect.thrown(
            "MS-5",
            UnsupportedOperationException.class,
            "rawWrites()",
            archive.fixture()::rawWrites);
      }
      if (lacking.contains(Capability.COUNTED_WORK)) {
        Expect.thrown(
            "MS-15", UnsupportedOperationException.class, "work()", archive.fixture()::workDone);
      }
      if (lacking.contains(Capability.OTHER_PROCESSES)) {
        Expect.thrown(
            "MS-9",
            UnsupportedOperationException.class,
            "elsewhere()",
            archive.fixture()::otherProcess);
      }
    }
  }
}
