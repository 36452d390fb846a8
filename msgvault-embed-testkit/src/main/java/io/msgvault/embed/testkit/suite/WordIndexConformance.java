package io.msgvault.embed.testkit.suite;

import io.msgvault.embed.testkit.WordIndexFixture;
import io.msgvault.embed.testkit.rules.WordSearchRules;
import io.msgvault.embed.testkit.rules.WordStorageRules;
import io.msgvault.embed.testkit.rules.WordWriteRules;

/**
 * Holds a {@link io.msgvault.embed.store.WordIndex} to the rules {@code WI} of the contract.
 *
 * <pre>{@code
 * class MyWordIndexTest extends WordIndexConformance {
 *   @Override
 *   protected WordIndexFixture newFixture() {
 *     return new MyWords();
 *   }
 * }
 * }</pre>
 *
 * <p>The system property {@code msgvault.testkit.kills} is the number of writers to kill, 6 by
 * default.
 */
public abstract class WordIndexConformance extends ConformanceSuite
    implements WordWriteRules, WordSearchRules, WordStorageRules {
  /** For subclasses, which need a constructor without parameters. */
  protected WordIndexConformance() {}

  /** Opens storage of its own for one test, empty. */
  protected abstract WordIndexFixture newFixture();

  @Override
  public final WordIndexFixture openFixture() {
    return newFixture();
  }
}
