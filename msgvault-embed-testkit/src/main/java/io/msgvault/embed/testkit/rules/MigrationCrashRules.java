package io.msgvault.embed.testkit.rules;

import static io.msgvault.embed.testkit.rules.RuleConstants.MIGRATION_KILLS;
import static io.msgvault.embed.testkit.rules.RuleConstants.MIGRATION_MESSAGES;

import io.msgvault.embed.migration.LegacyIndex;
import io.msgvault.embed.migration.Migration;
import io.msgvault.embed.model.Generation;
import io.msgvault.embed.testkit.Capability;
import io.msgvault.embed.testkit.Needs;
import io.msgvault.embed.testkit.Rule;
import io.msgvault.embed.testkit.RuleViolation;
import io.msgvault.embed.testkit.Settings;
import io.msgvault.embed.testkit.model.CallInterceptor;
import io.msgvault.embed.testkit.model.Expect;
import io.msgvault.embed.testkit.model.MigrationUnderTest;
import io.msgvault.embed.testkit.process.MigrationCrashScenario;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.Example;

/** Kills migrations, and edits messages during them. */
public interface MigrationCrashRules extends MigrationContext {
  /** Before each call that it makes of the archive, of its database and of the index. */
  @Rule({"TO-2", "TO-6"})
  @Example
  default void migrationSurvivesKillBeforeAnyCall() {
    for (boolean imported : new boolean[] {true, false}) {
      boolean killed = true;
      for (int call = 1; killed; call++) {
        try (MigrationUnderTest host = openMigration()) {
          host.fill(6);
          host.createQueue();
          Migration migration;
          if (imported) {
            host.createVectors(MigrationContext.ids(1, 6));
            host.tables.enqueue(
                MigrationUnderTest.QUEUE, MigrationUnderTest.LEGACY_GENERATION, List.of(2L));
            migration = host.importing();
          } else {
            host.tables.enqueue(
                MigrationUnderTest.QUEUE,
                host.createActive(MigrationContext.ids(1, 6)),
                List.of(2L));
            migration = MigrationUnderTest.ofActive();
          }
          killed = isKilled(host, migration, call);
          boolean stamped = isStamped(host, migration);
          Expect.that(
              "TO-6",
              stamped || host.tables.exists(MigrationUnderTest.QUEUE),
              "the queue is gone before anything is stamped");
          host.storage.restart();
          host.migrate(migration);
          Expect.that(
              "TO-6",
              !host.tables.exists(MigrationUnderTest.QUEUE),
              "the queue is still there in the end");
          host.requireMigrated(
              "TO-2", MigrationContext.except(MigrationContext.ids(1, 6), 2L), Set.of(2L));
        }
      }
    }
  }

  private static boolean isKilled(MigrationUnderTest host, Migration migration, int call) {
    try {
      host.migrate(migration, CallInterceptor.killedBefore(call));
      return false;
    } catch (CallInterceptor.ProcessKilled killed) {
      return true;
    }
  }

  /** Returns whether the mark says that everything is stamped, and requires that it is right. */
  private static boolean isStamped(MigrationUnderTest host, Migration migration) {
    LegacyIndex.Stage stage =
        host.tables.legacyIndex(host.storage.archive.store(), migration).stage();
    Set<Long> stamped =
        host.storage.index.store().active().map(Generation::id).map(host::stamped).orElse(Set.of());
    Set<Long> all = MigrationContext.except(MigrationContext.ids(1, 6), 2L);
    Expect.that(
        "TO-2",
        stage.isStamped() ? stamped.equals(all) : all.containsAll(stamped),
        () -> "at the stage " + stage + " these messages are stamped: " + stamped);
    return stage.isStamped();
  }

  /** The operating system kills at random moments. */
  @Rule({"TO-2", "TO-6", "TO-7", "TO-10"})
  @Needs(Capability.OTHER_PROCESSES)
  @Example
  default void migrationSurvivesKilledProcesses() {
    long seed = Settings.seedOrRandom();
    recordMeasurement("seed of the kills", (double) seed);
    MigrationCrashScenario kills =
        new MigrationCrashScenario(
            this::openFixture, Settings.messages(MIGRATION_MESSAGES), new Random(seed));
    try {
      kills.run(Settings.kills(MIGRATION_KILLS));
    } catch (RuleViolation broken) {
      throw broken.withStory(Map.of("kill", kills.kills()));
    } finally {
      recordMeasurement("kills", kills.kills());
      recordMeasurement("migrations", kills.rounds());
      kills.hits().forEach((step, count) -> recordMeasurement("killed in " + step, count));
    }
  }

  /** At every moment from its beginning on at which the database can be written to. */
  @Rule("TO-4")
  @Example
  default void messageEditedDuringMigrationIsEmbeddedAgain() {
    boolean edited = true;
    for (int call = 1; edited; call++) {
      try (MigrationUnderTest host = openImported(6)) {
        EditDuring edit = new EditDuring(call, () -> host.edit(2));
        host.migrate(host.importing(), edit);
        edited = edit.done;
        if (edited) {
          host.requireMigrated(MigrationContext.except(MigrationContext.ids(1, 6), 2L), Set.of(2L));
        }
      }
    }
  }

  /** The first call after a number of calls that follow the beginning. */
  final class EditDuring implements CallInterceptor {
    private final int call;
    private final Runnable edit;
    private int calls;
    private boolean beginning;
    private boolean begun;
    private boolean done;

    EditDuring(int call, Runnable edit) {
      this.call = call;
      this.edit = edit;
    }

    @Override
    public void before(String name, Object[] arguments) {
      begun |= beginning;
      beginning = name.equals("LegacyIndex.begin");
      if (begun && !done && ++calls >= call) {
        edit.run();
        done = true;
      }
    }
  }

  @Rule("TO-4")
  @Example
  default void messageEditedBetweenAttemptsIsEmbeddedAgain() {
    boolean killed = true;
    for (int call = 1; killed; call++) {
      try (MigrationUnderTest host = openImported(6)) {
        CallInterceptor interceptor = new KilledAfterBeginning(call);
        try {
          host.migrate(host.importing(), interceptor);
          killed = false;
        } catch (CallInterceptor.ProcessKilled expected) {
          host.storage.restart();
          host.edit(2);
          host.migrate(host.importing());
          host.requireMigrated(MigrationContext.except(MigrationContext.ids(1, 6), 2L), Set.of(2L));
        }
      }
    }
  }

  final class KilledAfterBeginning implements CallInterceptor {
    private final int call;
    private int calls;
    private boolean begun;

    KilledAfterBeginning(int call) {
      this.call = call;
    }

    @Override
    public void before(String name, Object[] arguments) {
      if (begun && ++calls >= call) {
        throw new ProcessKilled();
      }
      begun |= name.equals("LegacyIndex.begin");
    }
  }
}
