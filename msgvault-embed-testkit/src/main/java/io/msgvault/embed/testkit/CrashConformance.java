package io.msgvault.embed.testkit;

import io.msgvault.embed.testkit.process.CrashScenario;
import io.msgvault.embed.testkit.rules.JobSuite;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Example;

/**
 * Kills processes for real: another virtual machine writes to the archive and runs jobs over the
 * stores, and the operating system ends it at a random moment, with no chance to tidy up. What it
 * leaves must be whole, and the next process must be able to go on from there.
 *
 * <pre>{@code
 * class MyCrashTest extends CrashConformance {
 *   @Override
 *   protected StorageFixture newFixture() {
 *     return new StorageFixture(new MyArchive(), new MyIndex());
 *   }
 * }
 * }</pre>
 *
 * <p>Both fixtures tell how the storage is opened elsewhere, and the archive's {@linkplain
 * OtherProcess.StorageOpener#writer also how it is written there}. The system property {@code
 * msgvault.testkit.kills} says how many processes are killed, 15 by default; {@code
 * msgvault.testkit.seed} repeats what they did, though not the exact moment at which each died.
 */
public abstract class CrashConformance extends JobSuite {
  private static final String KILLS = "msgvault.testkit.kills";
  private static final int DEFAULT_KILLS = 15;

  /** For subclasses, which need a constructor without parameters. */
  protected CrashConformance() {}

  /** {@inheritDoc} */
  @Override
  protected abstract StorageFixture newFixture();

  /** Whatever is killed, whenever: nothing is lost, and nothing says what is not so. */
  @Rule({"EJ-1", "EJ-2", "EJ-10", "MS-11", "MS-16", "VS-1", "VS-3", "VS-9", "VS-15", "EJ-18"})
  @Needs(Capability.OTHER_PROCESSES)
  @Example
  void killedProcessesLeaveConsistentState() {
    long seed = Long.getLong(ConformanceHook.SEED, new Random().nextInt(Integer.MAX_VALUE));
    try (CrashScenario story = new CrashScenario(newFixture(), seed)) {
      recordMeasurement("seed of the kills", (double) seed);
      try {
        story.run(Integer.getInteger(KILLS, DEFAULT_KILLS));
      } catch (RuleViolation broken) {
        throw broken.withCounterexample(List.of("kill " + story.kills()), String.valueOf(seed));
      } finally {
        recordMeasurement("kills", story.kills());
        recordMeasurement("quiet runs", story.undisturbedRuns());
        recordMeasurement("losses of the index", story.indexLosses());
        recordMeasurement("invariants looked at", (double) story.checkCount());
        story.hits().forEach((step, count) -> recordMeasurement("killed in " + step, count));
      }
    }
  }
}
