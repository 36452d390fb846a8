package io.msgvault.embed.testkit;

import io.msgvault.embed.model.Scope;
import io.msgvault.embed.testkit.model.JobScenario;
import io.msgvault.embed.testkit.rules.SearcherRules;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/**
 * Holds an {@link io.msgvault.embed.EmbedJob} over a pair of stores to the rules EJ-1 to EJ-19, and
 * a {@link io.msgvault.embed.search.Searcher} to SR-1 to SR-3: both are always the same, so what
 * breaks here is in the stores, or between them.
 *
 * <pre>{@code
 * class MyJobTest extends EmbedJobConformance {
 *   @Override
 *   protected StorageFixture newFixture() {
 *     return new StorageFixture(new MyArchive(), new MyIndex());
 *   }
 * }
 * }</pre>
 */
public abstract class EmbedJobConformance extends SearcherRules {
  /** For subclasses, which need a constructor without parameters. */
  protected EmbedJobConformance() {}

  /** {@inheritDoc} */
  @Override
  protected abstract StorageFixture newFixture();

  /**
   * Writes, runs, deaths, full disks, faults of the embedder, losses of the index: any of them, in
   * any order.
   */
  @Rule({"EJ-1", "EJ-2", "EJ-10", "EJ-15", "EJ-16"})
  @Property(tries = 60)
  void indexFollowsArchive(
      @ForAll("scenarios") List<JobScenario.Action> story,
      @ForAll("scopes") Scope scope,
      @ForAll boolean seeking,
      @ForAll boolean sharing) {
    boolean shared = sharing && supports(Capability.SHARED_LEASES);
    try (JobScenario told = new JobScenario(storage(), scope, seeking, shared)) {
      told.run(story);
    }
  }
}
