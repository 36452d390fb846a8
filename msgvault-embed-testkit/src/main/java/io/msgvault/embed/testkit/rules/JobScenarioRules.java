package io.msgvault.embed.testkit.rules;

import io.msgvault.embed.model.Scope;
import io.msgvault.embed.testkit.Capability;
import io.msgvault.embed.testkit.Rule;
import io.msgvault.embed.testkit.model.JobScenario;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/**
 * Runs jobs among random writes, kills, full disks, faults of the embedder and losses of the index.
 */
public interface JobScenarioRules extends JobContext {
  /**
   * Writes, runs, deaths, full disks, faults of the embedder, losses of the index: any of them, in
   * any order.
   */
  @Rule({"EJ-1", "EJ-2", "EJ-10", "EJ-15", "EJ-16"})
  @Property(tries = 60)
  default void indexFollowsArchive(
      @ForAll("scenarios") List<JobScenario.Action> actions,
      @ForAll("scopes") Scope scope,
      @ForAll boolean seeking,
      @ForAll boolean sharing) {
    boolean shared = sharing && supports(Capability.SHARED_LEASES);
    try (JobScenario scenario = new JobScenario(storage(), scope, seeking, shared)) {
      scenario.run(actions);
    }
  }
}
