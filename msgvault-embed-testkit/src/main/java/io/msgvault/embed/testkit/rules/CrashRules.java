package io.msgvault.embed.testkit.rules;

import static io.msgvault.embed.testkit.rules.RuleConstants.WORKER_KILLS;

import io.msgvault.embed.testkit.Capability;
import io.msgvault.embed.testkit.Needs;
import io.msgvault.embed.testkit.Rule;
import io.msgvault.embed.testkit.RuleViolation;
import io.msgvault.embed.testkit.Settings;
import io.msgvault.embed.testkit.process.CrashScenario;
import java.util.Map;
import net.jqwik.api.Example;

/** Kills processes that write to the archive and run jobs. */
public interface CrashRules extends JobContext {
  /** Whichever process is killed, and when: nothing is lost, and no record is false. */
  @Rule({
    "EJ-1", "EJ-2", "EJ-10", "EJ-18", "EJ-21", "EJ-23", "EJ-24", "MS-11", "MS-16", "VS-1", "VS-3",
    "VS-9", "VS-15"
  })
  @Needs(Capability.OTHER_PROCESSES)
  @Example
  default void killedProcessesLeaveConsistentState() {
    long seed = Settings.seedOrRandom();
    try (CrashScenario scenario = new CrashScenario(openFixture(), seed)) {
      recordMeasurement("seed of the kills", (double) seed);
      try {
        scenario.run(Settings.kills(WORKER_KILLS));
      } catch (RuleViolation broken) {
        throw broken.withStory(Map.of("kill", scenario.kills()));
      } finally {
        recordMeasurement("kills", scenario.kills());
        recordMeasurement("quiet runs", scenario.undisturbedRuns());
        recordMeasurement("losses of the index", scenario.indexLosses());
        recordMeasurement("losses of words", scenario.wordLosses());
        recordMeasurement("invariants looked at", (double) scenario.checkCount());
        scenario.hits().forEach((step, count) -> recordMeasurement("killed in " + step, count));
      }
    }
  }
}
