package io.msgvault.embed.testkit.process;

import io.msgvault.embed.RunOutcome;
import io.msgvault.embed.migration.Migration;
import io.msgvault.embed.store.MessageStore;
import io.msgvault.embed.testkit.MigrationFixture;
import io.msgvault.embed.testkit.model.Expect;
import io.msgvault.embed.testkit.model.FaultyEmbedder;
import io.msgvault.embed.testkit.model.MigrationUnderTest;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongPredicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * Processes migrate archives until the operating system kills them, after a number of steps and a
 * random delay. The migration of one archive is killed several times, and a run tries to work in
 * between. Then the migration runs to its end, which must be the same each time.
 */
public final class MigrationCrashScenario {
  /** The longest delay between a step and the kill: as long as a step may take. */
  private static final int MAX_KILL_DELAY_NANOS = 4_000_000;

  private static final int MAX_KILLS_PER_MIGRATION = 8;

  /** One message of this many waits. */
  private static final int WAITING = 100;

  private final Supplier<MigrationFixture> fixtures;
  private final int messages;
  private final Random random;
  private final Map<String, Integer> hits = new TreeMap<>();
  private int kills;
  private int rounds;

  public MigrationCrashScenario(Supplier<MigrationFixture> fixtures, int messages, Random random) {
    this.fixtures = fixtures;
    this.messages = messages;
    this.random = random;
  }

  public int kills() {
    return kills;
  }

  public int rounds() {
    return rounds;
  }

  /** Returns the number of kills in, or right after, each step. */
  public Map<String, Integer> hits() {
    return hits;
  }

  public void run(int targetKills) {
    int importing = round(true, 0, 0);
    int active = round(false, 0, 0);
    for (boolean imported = true; kills < targetKills; imported = !imported) {
      round(imported, imported ? importing : active, targetKills);
    }
  }

  /** Returns how many steps the migration took here, after those that were killed. */
  private int round(boolean imported, int steps, int wanted) {
    rounds++;
    MigrationFixture fixture = fixtures.get();
    try (MigrationUnderTest host = new MigrationUnderTest(fixture)) {
      host.fill(messages);
      Set<Long> all = ids(id -> true);
      Set<Long> waiting = ids(id -> id % WAITING == 0);
      host.createQueue();
      Migration migration;
      if (imported) {
        host.createVectors(all);
        migration = host.importing();
        host.tables.enqueue(
            MigrationUnderTest.QUEUE, MigrationUnderTest.LEGACY_GENERATION, List.copyOf(waiting));
      } else {
        migration = MigrationUnderTest.ofActive();
        host.tables.enqueue(MigrationUnderTest.QUEUE, host.createActive(all), List.copyOf(waiting));
      }
      for (int i = 0; i < MAX_KILLS_PER_MIGRATION && kills < wanted; i++) {
        // As often among the last steps as among all.
        int moment = random.nextInt(random.nextBoolean() ? steps : Math.min(steps, 40));
        kill(fixture, imported, steps - 1 - moment);
        requireNoRun(host, migration);
      }
      AtomicInteger counted = new AtomicInteger();
      MigrationUnderTest.retryWhileBusy(
          () -> host.migrate(migration, (call, arguments) -> counted.incrementAndGet()));
      Expect.that(
          "TO-6",
          !host.tables.exists(MigrationUnderTest.QUEUE),
          "the queue is still there in the end");
      all.removeAll(waiting);
      host.requireMigrated("TO-2", all, waiting);
      return counted.get();
    }
  }

  /**
   * Requires that no run embeds anything while the migration is unfinished. A server may still be
   * at work for the process that was killed: if it stamps now, a run may follow.
   */
  private static void requireNoRun(MigrationUnderTest host, Migration migration) {
    MessageStore archive = host.storage.archive.store();
    if (archive.hasUnfinishedMigration()) {
      host.embedder.failingOn(text -> true, FaultyEmbedder.Fault.UNAVAILABLE);
      RunOutcome outcome = host.storage.job().build().runOnce();
      host.embedder.failingOn(text -> false, FaultyEmbedder.Fault.NONE);
      Expect.that(
          "TO-10",
          outcome instanceof RunOutcome.Blocked
              || outcome instanceof RunOutcome.Busy
              || host.tables.legacyIndex(archive, migration).stage().isStamped(),
          () -> "after a migration was killed, a run ends as " + outcome);
    }
  }

  private Set<Long> ids(LongPredicate some) {
    return LongStream.rangeClosed(1, messages)
        .filter(some)
        .boxed()
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private void kill(MigrationFixture fixture, boolean imported, int moment) {
    try (ChildProcess child = MigrationWorker.start(fixture.storage(), imported, moment)) {
      String answer = child.readAnswer();
      if (answer.startsWith(MigrationWorker.REACHED)) {
        long end = System.nanoTime() + random.nextInt(MAX_KILL_DELAY_NANOS);
        while (System.nanoTime() < end) {
          Thread.onSpinWait();
        }
        child.kill();
        kills++;
        hits.merge(answer.substring(MigrationWorker.REACHED.length()), 1, Integer::sum);
      } else if (!answer.equals(MigrationWorker.DONE)) {
        throw Expect.violationOf("TO-2", "a process that migrates met " + answer);
      }
    }
  }
}
