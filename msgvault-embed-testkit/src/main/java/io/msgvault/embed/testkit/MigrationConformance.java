package io.msgvault.embed.testkit;

import io.msgvault.embed.migration.LegacyIndex;
import io.msgvault.embed.migration.Migration;
import io.msgvault.embed.model.Generation;
import io.msgvault.embed.testkit.model.CallInterceptor;
import io.msgvault.embed.testkit.model.Expect;
import io.msgvault.embed.testkit.model.MigrationUnderTest;
import io.msgvault.embed.testkit.process.MigrationCrashScenario;
import io.msgvault.embed.testkit.rules.MigrationRules;
import java.util.List;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.Example;

/**
 * Holds a backend's {@link LegacyIndex} to the rules TO-1 to TO-9 of the contract: an index from
 * before this library kept it is taken over, with nothing embedded again that need not be.
 *
 * <p>Processes are killed by the operating system, too: the system property {@code
 * msgvault.testkit.kills} says how many, {@code msgvault.testkit.messages} in archives of how many
 * messages.
 */
public abstract class MigrationConformance extends MigrationRules {
  private static final String KILLS = "msgvault.testkit.kills";
  private static final String MESSAGES = "msgvault.testkit.messages";
  private static final int DEFAULT_KILLS = 4;
  private static final int DEFAULT_MESSAGES = 400;

  /** For subclasses, which need a constructor without parameters. */
  protected MigrationConformance() {}

  /** {@inheritDoc} */
  @Override
  protected abstract MigrationFixture newFixture();

  // TO-2, TO-6: killed at any point

  /** Before each call that it makes of the archive, of its database and of the index. */
  @Rule({"TO-2", "TO-6"})
  @Example
  void migrationSurvivesKillBeforeAnyCall() {
    for (boolean imported : new boolean[] {true, false}) {
      boolean killed = true;
      for (int call = 1; killed; call++) {
        try (MigrationUnderTest host = openMigration()) {
          host.fill(6);
          host.createQueue();
          Migration takeover;
          if (imported) {
            host.createVectors(ids(1, 6));
            host.tables.enqueue(
                MigrationUnderTest.QUEUE, MigrationUnderTest.LEGACY_GENERATION, List.of(2L));
            takeover = host.importing();
          } else {
            host.tables.enqueue(
                MigrationUnderTest.QUEUE, host.createActive(ids(1, 6)), List.of(2L));
            takeover = MigrationUnderTest.ofActive();
          }
          killed = isKilled(host, takeover, call);
          boolean stamped = stampsAndMarkAgree(host, takeover);
          Expect.that(
              "TO-6",
              stamped || host.tables.exists(MigrationUnderTest.QUEUE),
              "the queue is gone before anything is stamped");
          host.storage.restart();
          host.migrate(takeover);
          Expect.that(
              "TO-6",
              !host.tables.exists(MigrationUnderTest.QUEUE),
              "the queue is still there in the end");
          host.requireMigrated("TO-2", except(ids(1, 6), 2L), Set.of(2L));
        }
      }
    }
  }

  private static boolean isKilled(MigrationUnderTest host, Migration takeover, int call) {
    try {
      host.migrate(takeover, CallInterceptor.killedBefore(call));
      return false;
    } catch (CallInterceptor.ProcessKilled killed) {
      return true;
    }
  }

  /** Whether everything is stamped; nothing is, otherwise. */
  private static boolean stampsAndMarkAgree(MigrationUnderTest host, Migration takeover) {
    LegacyIndex.Stage stage =
        host.tables.legacyIndex(host.storage.archive.store(), takeover).stage();
    Set<Long> stamped =
        host.storage.index.store().active().map(Generation::id).map(host::stamped).orElse(Set.of());
    boolean open = stage == LegacyIndex.Stage.OPEN;
    Expect.equal(
        "TO-2",
        open ? Set.of() : except(ids(1, 6), 2L),
        stamped,
        "what is stamped at the stage " + stage);
    return !open;
  }

  /** By the operating system, at random moments. */
  @Rule({"TO-2", "TO-6", "TO-7"})
  @Needs(Capability.OTHER_PROCESSES)
  @Example
  void migrationSurvivesKilledProcesses() {
    long seed = Long.getLong(ConformanceHook.SEED, new Random().nextInt(Integer.MAX_VALUE));
    recordMeasurement("seed of the kills", (double) seed);
    MigrationCrashScenario kills =
        new MigrationCrashScenario(
            this::newFixture, Integer.getInteger(MESSAGES, DEFAULT_MESSAGES), new Random(seed));
    try {
      kills.run(Integer.getInteger(KILLS, DEFAULT_KILLS));
    } catch (RuleViolation broken) {
      throw broken.withCounterexample(List.of("kill " + kills.kills()), String.valueOf(seed));
    } finally {
      recordMeasurement("kills", kills.kills());
      recordMeasurement("takeovers", kills.rounds());
      kills.hits().forEach((step, count) -> recordMeasurement("killed in " + step, count));
    }
  }

  // TO-4: what is written meanwhile

  /** At every moment from its beginning on at which the database can be written to. */
  @Rule("TO-4")
  @Example
  void messageEditedDuringMigrationIsEmbeddedAgain() {
    boolean edited = true;
    for (int call = 1; edited; call++) {
      try (MigrationUnderTest host = openImported(6)) {
        EditDuring edit = new EditDuring(call, () -> host.edit(2));
        host.migrate(host.importing(), edit);
        edited = edit.done;
        if (edited) {
          host.requireMigrated("TO-4", except(ids(1, 6), 2L), Set.of(2L));
        }
      }
    }
  }

  /**
   * The first call after so many that follow the beginning, but not in the stamping transaction.
   */
  private static final class EditDuring implements CallInterceptor {
    private final int call;
    private final Runnable edit;
    private int calls;
    private boolean begun;
    private boolean stamping;
    private boolean done;

    EditDuring(int call, Runnable edit) {
      this.call = call;
      this.edit = edit;
    }

    @Override
    public void before(String name, Object[] arguments) {
      boolean inTransaction = stamping && name.equals("VectorStore.messageIds");
      boolean mayEdit = begun && !inTransaction;
      begun |= name.equals("LegacyIndex.pending");
      stamping = inTransaction || name.equals("LegacyIndex.stamp");
      if (mayEdit && !done && ++calls >= call) {
        edit.run();
        done = true;
      }
    }
  }

  @Rule("TO-4")
  @Example
  void messageEditedBetweenAttemptsIsEmbeddedAgain() {
    boolean killed = true;
    for (int call = 1; killed; call++) {
      try (MigrationUnderTest host = openImported(6)) {
        CallInterceptor tap = new KilledAfterBeginning(call);
        try {
          host.migrate(host.importing(), tap);
          killed = false;
        } catch (CallInterceptor.ProcessKilled expected) {
          host.storage.restart();
          host.edit(2);
          host.migrate(host.importing());
          host.requireMigrated("TO-4", except(ids(1, 6), 2L), Set.of(2L));
        }
      }
    }
  }

  private static final class KilledAfterBeginning implements CallInterceptor {
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
