package io.msgvault.embed.testkit.suite;

import io.msgvault.embed.testkit.GenerationLedgerFixture;
import io.msgvault.embed.testkit.VectorStoreFixture;
import io.msgvault.embed.testkit.model.JoinedHalves;
import io.msgvault.embed.testkit.rules.BindingRules;
import io.msgvault.embed.testkit.rules.GenerationLifecycleRules;
import io.msgvault.embed.testkit.rules.IndexScenarioRules;
import io.msgvault.embed.testkit.rules.LeaseRules;
import io.msgvault.embed.testkit.rules.RunRecordRules;
import io.msgvault.embed.testkit.rules.SharedLeaseRules;
import io.msgvault.embed.testkit.rules.VectorStoreClosingRules;
import io.msgvault.embed.testkit.rules.WatermarkRules;

/**
 * Holds a {@link io.msgvault.embed.store.GenerationLedger}, one half of a vector store, to the
 * rules {@code VS} that concern it. The kit joins it with an index in memory.
 *
 * <pre>{@code
 * class MyLedgerTest extends GenerationLedgerConformance {
 *   @Override
 *   protected GenerationLedgerFixture newFixture() {
 *     return new MyLedger();
 *   }
 * }
 * }</pre>
 */
public abstract class GenerationLedgerConformance extends ConformanceSuite
    implements IndexScenarioRules,
        GenerationLifecycleRules,
        WatermarkRules,
        LeaseRules,
        SharedLeaseRules,
        BindingRules,
        RunRecordRules,
        VectorStoreClosingRules {
  /** For subclasses, which need a constructor without parameters. */
  protected GenerationLedgerConformance() {}

  /** Opens storage of its own for one test, empty. */
  protected abstract GenerationLedgerFixture newFixture();

  @Override
  public final VectorStoreFixture openFixture() {
    return new JoinedHalves(newFixture());
  }
}
