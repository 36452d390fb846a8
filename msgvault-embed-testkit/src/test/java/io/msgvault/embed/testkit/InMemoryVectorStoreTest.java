package io.msgvault.embed.testkit;

import io.msgvault.embed.testkit.suite.VectorStoreConformance;
import java.util.Set;

/** The vector store in memory keeps the contract. */
class InMemoryVectorStoreTest extends VectorStoreConformance {
  @Override
  protected VectorStoreFixture newFixture() {
    return new InMemoryIndexFixture();
  }

  @Override
  protected Set<Capability> unsupported() {
    return Set.of(Capability.OTHER_PROCESSES);
  }
}
