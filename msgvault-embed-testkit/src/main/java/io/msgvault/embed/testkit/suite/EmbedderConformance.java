package io.msgvault.embed.testkit.suite;

import io.msgvault.embed.testkit.EmbedderFixture;
import io.msgvault.embed.testkit.rules.EmbedderConcurrencyRules;
import io.msgvault.embed.testkit.rules.EmbedderErrorRules;
import io.msgvault.embed.testkit.rules.EmbeddingRules;
import io.msgvault.embed.testkit.rules.TokenCounterRules;

/**
 * Holds an {@link io.msgvault.embed.embedder.Embedder} to the rules {@code EM} of the contract.
 *
 * <pre>{@code
 * class MyEmbedderTest extends EmbedderConformance {
 *   @Override
 *   protected EmbedderFixture newFixture() {
 *     return MyEmbedder::new;
 *   }
 *
 *   @Override
 *   protected Set<Capability> unsupported() {
 *     return Set.of(Capability.REFUSED_TEXTS);
 *   }
 * }
 * }</pre>
 */
public abstract class EmbedderConformance extends ConformanceSuite
    implements EmbeddingRules, EmbedderConcurrencyRules, EmbedderErrorRules, TokenCounterRules {
  /** For subclasses, which need a constructor without parameters. */
  protected EmbedderConformance() {}

  /** Returns a fixture that opens the embedder under test. */
  protected abstract EmbedderFixture newFixture();

  @Override
  public final EmbedderFixture openFixture() {
    return newFixture();
  }
}
