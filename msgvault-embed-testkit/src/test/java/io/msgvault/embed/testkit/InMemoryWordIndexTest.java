package io.msgvault.embed.testkit;

import io.msgvault.embed.testkit.suite.WordIndexConformance;
import java.util.Set;

/** The word index in memory keeps the contract. */
class InMemoryWordIndexTest extends WordIndexConformance {
  @Override
  protected WordIndexFixture newFixture() {
    return new InMemoryWordsFixture();
  }

  @Override
  protected Set<Capability> unsupported() {
    return Set.of(Capability.OTHER_PROCESSES);
  }
}
