package io.msgvault.embed.testkit.suite;

import io.msgvault.embed.testkit.StorageFixture;
import io.msgvault.embed.testkit.rules.ConcurrencyRules;
import io.msgvault.embed.testkit.rules.CopyRules;
import io.msgvault.embed.testkit.rules.CostRules;
import io.msgvault.embed.testkit.rules.FaultRules;
import io.msgvault.embed.testkit.rules.FillRules;
import io.msgvault.embed.testkit.rules.JobScenarioRules;
import io.msgvault.embed.testkit.rules.LargeArchiveRules;
import io.msgvault.embed.testkit.rules.RemovalRules;
import io.msgvault.embed.testkit.rules.RepairRules;
import io.msgvault.embed.testkit.rules.RunRules;
import io.msgvault.embed.testkit.rules.SearchRequestRules;
import io.msgvault.embed.testkit.rules.SearcherRules;
import io.msgvault.embed.testkit.rules.TargetRules;
import io.msgvault.embed.testkit.rules.WordComparisonRules;
import io.msgvault.embed.testkit.rules.WordKeepingRules;
import io.msgvault.embed.testkit.rules.WorkerRules;

/**
 * Holds an {@link io.msgvault.embed.EmbedJob} over a pair of stores to the rules {@code EJ} of the
 * contract, and a {@link io.msgvault.embed.search.Searcher} to the rules {@code SR}. Job and
 * searcher are always the same, so a violation lies in a store, or between the two.
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
public abstract class EmbedJobConformance extends ConformanceSuite
    implements JobScenarioRules,
        FillRules,
        FaultRules,
        TargetRules,
        RunRules,
        CostRules,
        RepairRules,
        LargeArchiveRules,
        WordKeepingRules,
        WordComparisonRules,
        RemovalRules,
        CopyRules,
        WorkerRules,
        ConcurrencyRules,
        SearcherRules,
        SearchRequestRules {
  /** For subclasses, which need a constructor without parameters. */
  protected EmbedJobConformance() {}

  /** Opens an archive and an index on storage of their own, empty. */
  protected abstract StorageFixture newFixture();

  @Override
  public final StorageFixture openFixture() {
    return newFixture();
  }
}
