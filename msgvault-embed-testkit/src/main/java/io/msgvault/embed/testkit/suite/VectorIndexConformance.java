package io.msgvault.embed.testkit.suite;

import io.msgvault.embed.testkit.VectorIndexFixture;
import io.msgvault.embed.testkit.VectorStoreFixture;
import io.msgvault.embed.testkit.model.JoinedHalves;
import io.msgvault.embed.testkit.rules.IndexScenarioRules;
import io.msgvault.embed.testkit.rules.MeetingVectorRules;
import io.msgvault.embed.testkit.rules.VectorIndexClosingRules;
import io.msgvault.embed.testkit.rules.VectorRules;
import io.msgvault.embed.testkit.rules.VectorSearchRules;

/**
 * Holds a {@link io.msgvault.embed.store.VectorIndex}, one half of a vector store, to the rules
 * {@code VS} that concern it. The kit joins it with a ledger in memory, so the index need know no
 * life cycle.
 *
 * <pre>{@code
 * class MyIndexTest extends VectorIndexConformance {
 *   @Override
 *   protected VectorIndexFixture newFixture() {
 *     return new MyIndex();
 *   }
 * }
 * }</pre>
 */
public abstract class VectorIndexConformance extends ConformanceSuite
    implements IndexScenarioRules,
        VectorRules,
        MeetingVectorRules,
        VectorSearchRules,
        VectorIndexClosingRules {
  /** For subclasses, which need a constructor without parameters. */
  protected VectorIndexConformance() {}

  /** Opens storage of its own for one test, empty. */
  protected abstract VectorIndexFixture newFixture();

  @Override
  public final VectorStoreFixture openFixture() {
    return new JoinedHalves(newFixture());
  }

  @Override
  public final VectorIndexFixture openIndexFixture() {
    return newFixture();
  }
}
