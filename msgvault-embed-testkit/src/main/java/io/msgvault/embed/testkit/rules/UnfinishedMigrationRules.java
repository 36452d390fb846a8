package io.msgvault.embed.testkit.rules;

import io.msgvault.embed.RunOutcome;
import io.msgvault.embed.migration.LegacyIndex;
import io.msgvault.embed.migration.LegacyVectors;
import io.msgvault.embed.migration.MalformedVectorsException;
import io.msgvault.embed.migration.Migration;
import io.msgvault.embed.migration.MigrationOutcome;
import io.msgvault.embed.model.Generation;
import io.msgvault.embed.model.GenerationConflictException;
import io.msgvault.embed.model.StoreException;
import io.msgvault.embed.store.VectorStore;
import io.msgvault.embed.testkit.Rule;
import io.msgvault.embed.testkit.model.CallInterceptor;
import io.msgvault.embed.testkit.model.Expect;
import io.msgvault.embed.testkit.model.IndexUnderTest;
import io.msgvault.embed.testkit.model.MigrationUnderTest;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import net.jqwik.api.Example;

/** Checks that runs are blocked while a migration is unfinished, and not longer. */
public interface UnfinishedMigrationRules extends MigrationContext {
  /** What a migration does not do before it is marked. */
  Set<String> WORK =
      Set.of(
          "LegacyIndex.vectors", "VectorStore.upsert", "VectorStore.create", "LegacyIndex.stamp");

  /** Killed before each call that it makes of the archive, of its database and of the index. */
  @Rule("TO-10")
  @Example
  default void killedMigrationBlocksRuns() {
    for (boolean imported : new boolean[] {true, false}) {
      boolean killed = true;
      for (int call = 1; killed; call++) {
        try (MigrationUnderTest host = imported ? openImported(6) : openActive(6)) {
          Migration migration = imported ? host.importing() : MigrationUnderTest.ofActive();
          int last = call;
          Progress progress = new Progress(p -> p.calls >= last);
          killed = isKilled(host, migration, progress);
          host.storage.restart();
          boolean stamped = legacyIndex(host, migration).stage().isStamped();
          Expect.equal(
              progress.begun && !stamped,
              host.storage.archive.store().hasUnfinishedMigration(),
              "whether the migration is unfinished");
          if (progress.begun && !stamped) {
            requireBlocked(host);
          }
          host.migrate(migration);
          host.requireMigrated(MigrationContext.ids(1, 6), Set.of());
        }
      }
    }
  }

  private MigrationUnderTest openActive(int count) {
    MigrationUnderTest host = openMigration();
    host.fill(count);
    host.createQueue();
    host.createActive(MigrationContext.ids(1, count));
    return host;
  }

  private static boolean isKilled(MigrationUnderTest host, Migration migration, Progress progress) {
    try {
      host.migrate(migration, progress);
      return false;
    } catch (CallInterceptor.ProcessKilled killed) {
      return true;
    }
  }

  private static LegacyIndex legacyIndex(MigrationUnderTest host, Migration migration) {
    return host.tables.legacyIndex(host.storage.archive.store(), migration);
  }

  private static void requireBlocked(MigrationUnderTest host) {
    List<Generation> before = host.storage.index.store().generations();
    host.embedder.clearSent();
    for (RunOutcome outcome :
        List.of(
            host.storage.job().build().runOnce(),
            host.storage.job().build().runBackstop(),
            host.storage.job().build().rebuild())) {
      Expect.that(
          isBlocked(outcome),
          () -> "a run over an archive with an unfinished migration ends as " + outcome);
    }
    Expect.equal(before, host.storage.index.store().generations(), "the generations");
    Expect.equal(List.of(), host.storage.index.store().runs(10), "the runs in the history");
    Expect.equal(List.of(), host.embedder.sent(), "the texts that were embedded");
  }

  private static boolean isBlocked(RunOutcome outcome) {
    return outcome instanceof RunOutcome.Blocked blocked
        && blocked.obstacle() == RunOutcome.Blocked.Obstacle.MIGRATION_UNFINISHED
        && !blocked.remedy().isBlank();
  }

  /** Notes at the first call after it that a migration has begun, and dies in time. */
  final class Progress implements CallInterceptor {
    private final Predicate<Progress> end;
    private int calls;
    private boolean beginning;
    private boolean begun;
    private boolean stamped;
    private boolean killed;

    Progress(Predicate<Progress> end) {
      this.end = end;
    }

    @Override
    public void before(String call, Object[] arguments) {
      if (!killed) {
        calls++;
        begun |= beginning;
        beginning = call.equals("LegacyIndex.begin");
        stamped |= call.equals("LegacyIndex.finish");
        killed = end.test(this);
      }
      if (killed) {
        throw new ProcessKilled();
      }
    }
  }

  /** Before each call from the beginning until everything is stamped. */
  @Rule({"TO-9", "TO-10"})
  @Example
  default void runDuringMigrationEmbedsNothing() {
    for (boolean imported : new boolean[] {true, false}) {
      try (MigrationUnderTest host = imported ? openImported(4) : openActive(4)) {
        Progress progress = new Progress(p -> false);
        CallInterceptor run =
            (call, arguments) -> {
              Expect.that(
                  "TO-10",
                  progress.begun || !WORK.contains(call),
                  () -> call + " comes before a migration is marked");
              if (progress.begun && !progress.stamped) {
                RunOutcome outcome = host.storage.job().build().runOnce();
                Expect.that(
                    outcome instanceof RunOutcome.Busy || isBlocked(outcome),
                    () -> "a run before " + call + " of a migration ends as " + outcome);
              }
            };
        host.migrate(
            imported ? host.importing() : MigrationUnderTest.ofActive(), progress.andThen(run));
        Expect.equal(List.of(), host.embedder.sent(), "the texts that were embedded");
        host.requireMigrated("TO-10", MigrationContext.ids(1, 4), Set.of());
      }
    }
  }

  @Rule("TO-10")
  @Example
  default void migrationWithoutResultBlocksNoRun() {
    try (MigrationUnderTest host = openMigration()) {
      host.fill(3);
      host.createVectors(Set.of(7L, 8L));
      requireNothingFound(host, host.importing());
      requireUnblocked(host);
    }
    try (MigrationUnderTest host = openImported(3)) {
      host.tables.addMalformed(MigrationUnderTest.VECTORS, 2);
      Expect.thrown(
          MalformedVectorsException.class,
          "importing vectors that do not fit",
          () -> host.migrate(host.importing()));
      requireUnblocked(host);
    }
    try (MigrationUnderTest host = openImported(3)) {
      VectorStore index = host.storage.index.store();
      CallInterceptor overtaking =
          (call, arguments) -> {
            if (call.equals("VectorStore.create")) {
              index.create(
                  IndexUnderTest.fingerprint("another", 4),
                  host.storage.archive.store().reserveGenerationId(0));
            }
          };
      Expect.thrown(
          GenerationConflictException.class,
          "an import that another generation overtakes",
          () -> host.migrate(host.importing(), overtaking));
      index.retire(index.building().orElseThrow().id());
      Expect.that(
          !host.storage.archive.store().hasUnfinishedMigration(),
          "a migration that has imported nothing is unfinished");
    }
    try (MigrationUnderTest host = openKilled(3)) {
      requireNothingFound(host, MigrationUnderTest.ofActive());
      requireUnblocked(host);
    }
  }

  private static void requireNothingFound(MigrationUnderTest host, Migration migration) {
    MigrationOutcome outcome = host.migrate(migration);
    Expect.that(
        outcome instanceof MigrationOutcome.NothingFound,
        () -> "where nothing fits, a migration ends as " + outcome);
  }

  private static void requireUnblocked(MigrationUnderTest host) {
    Expect.equal(
        MigrationContext.ids(1, 3), host.embeddedByRun(), "the ids embedded by the next run");
  }

  /** An archive whose import was killed as soon as it had begun. */
  private MigrationUnderTest openKilled(int count) {
    MigrationUnderTest host = openImported(count);
    isKilled(host, host.importing(), new Progress(progress -> progress.begun));
    host.storage.restart();
    requireBlocked(host);
    return host;
  }

  @Rule("TO-10")
  @Example
  default void unfinishedMigrationCanBeGivenUp() {
    try (MigrationUnderTest host = openKilled(3)) {
      Expect.that(
          legacyIndex(host, host.importing()).withdraw(), "no migration is there to give up");
      Expect.that(!legacyIndex(host, host.importing()).withdraw(), "one was given up twice");
      requireUnblocked(host);
    }
    try (MigrationUnderTest host = openImported(3)) {
      host.migrated(host.importing());
      Expect.that(!legacyIndex(host, host.importing()).withdraw(), "a done one was given up");
      Expect.equal(
          new MigrationOutcome.AlreadyDone(),
          host.migrate(host.importing()),
          "the outcome of the second time");
    }
  }

  @Rule("TO-10")
  @Example
  default void unfinishedMigrationGoesOnAfterItWasGivenUp() {
    try (MigrationUnderTest host = openKilled(3)) {
      legacyIndex(host, host.importing()).withdraw();
      host.migrated(host.importing());
      host.requireMigrated(MigrationContext.ids(1, 3), Set.of());
    }
  }

  /** A file that is not mounted is no reason to embed everything. */
  @Rule("TO-10")
  @Example
  default void unfinishedMigrationWithoutItsTableBlocksRuns() {
    try (MigrationUnderTest host = openKilled(3)) {
      LegacyVectors elsewhere =
          LegacyVectors.of(
              "elsewhere",
              "message",
              "value",
              host.importing().vectors().orElseThrow().fingerprint());
      Expect.thrown(
          StoreException.class,
          "going on with vectors that are not there",
          () -> host.migrate(Migration.of(elsewhere)));
      requireBlocked(host);
      host.migrated(host.importing());
      host.requireMigrated(MigrationContext.ids(1, 3), Set.of());
    }
  }

  @Rule("TO-4")
  @Example
  default void messageEditedAfterAttemptWithoutResultIsEmbeddedAgain() {
    try (MigrationUnderTest host = openImported(3)) {
      host.tables.addMalformed(MigrationUnderTest.VECTORS, 3);
      Expect.thrown(
          MalformedVectorsException.class,
          "importing vectors that do not fit",
          () -> host.migrate(host.importing()));
      host.edit(2);
      host.tables.removeVectors(MigrationUnderTest.VECTORS, 3);
      host.tables.addVectors(MigrationUnderTest.VECTORS, Map.of(3L, host.hostVectors(3)));
      host.migrated(host.importing());
      host.requireMigrated(Set.of(1L, 3L), Set.of(2L));
    }
  }

  /** The slower has reserved its generation's id first, and creates the generation last. */
  @Rule("TO-9")
  @Example
  default void slowerOfTwoMigrationsFindsItDone() {
    try (MigrationUnderTest host = openImported(3)) {
      CallInterceptor overtaking =
          (call, arguments) -> {
            if (call.equals("VectorStore.create")) {
              host.migrated(host.importing());
            }
          };
      Expect.equal(
          new MigrationOutcome.AlreadyDone(),
          host.migrate(host.importing(), overtaking),
          "the outcome of the slower");
      host.requireMigrated(MigrationContext.ids(1, 3), Set.of());
    }
  }
}
