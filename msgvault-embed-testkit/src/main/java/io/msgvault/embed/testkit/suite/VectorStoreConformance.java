package io.msgvault.embed.testkit.suite;

import io.msgvault.embed.testkit.VectorStoreFixture;
import io.msgvault.embed.testkit.rules.BindingRules;
import io.msgvault.embed.testkit.rules.GenerationLifecycleRules;
import io.msgvault.embed.testkit.rules.IndexScenarioRules;
import io.msgvault.embed.testkit.rules.LeaseRules;
import io.msgvault.embed.testkit.rules.MeetingVectorRules;
import io.msgvault.embed.testkit.rules.RetirementRules;
import io.msgvault.embed.testkit.rules.RunRecordRules;
import io.msgvault.embed.testkit.rules.SharedLeaseRules;
import io.msgvault.embed.testkit.rules.VectorRules;
import io.msgvault.embed.testkit.rules.VectorSearchRules;
import io.msgvault.embed.testkit.rules.VectorStoreClosingRules;
import io.msgvault.embed.testkit.rules.VectorStoreHostRules;
import io.msgvault.embed.testkit.rules.WatermarkRules;

/**
 * Holds a {@link io.msgvault.embed.store.VectorStore} to the rules {@code VS} of the contract, and
 * measures its recall.
 *
 * <pre>{@code
 * class MyVectorStoreTest extends VectorStoreConformance {
 *   @Override
 *   protected VectorStoreFixture newFixture() {
 *     return new MyIndex();
 *   }
 * }
 * }</pre>
 */
public abstract class VectorStoreConformance extends ConformanceSuite
    implements IndexScenarioRules,
        GenerationLifecycleRules,
        VectorRules,
        MeetingVectorRules,
        RetirementRules,
        VectorSearchRules,
        WatermarkRules,
        LeaseRules,
        SharedLeaseRules,
        BindingRules,
        RunRecordRules,
        VectorStoreHostRules,
        VectorStoreClosingRules {
  /** For subclasses, which need a constructor without parameters. */
  protected VectorStoreConformance() {}

  /** Opens an index on storage of its own, empty. */
  protected abstract VectorStoreFixture newFixture();

  @Override
  public final VectorStoreFixture openFixture() {
    return newFixture();
  }
}
