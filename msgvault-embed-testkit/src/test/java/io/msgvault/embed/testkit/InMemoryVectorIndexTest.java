package io.msgvault.embed.testkit;

import io.msgvault.embed.memory.InMemoryVectorIndex;
import io.msgvault.embed.store.VectorIndex;
import io.msgvault.embed.testkit.suite.VectorIndexConformance;
import java.util.Set;

/** Runs the suite on the index in memory. */
class InMemoryVectorIndexTest extends VectorIndexConformance {
  @Override
  protected VectorIndexFixture newFixture() {
    return new VectorIndexFixture() {
      private InMemoryVectorIndex.Storage vectors = new InMemoryVectorIndex.Storage();

      @Override
      public VectorIndex open() {
        return new InMemoryVectorIndex(vectors);
      }

      @Override
      public void wipe() {
        vectors = new InMemoryVectorIndex.Storage();
      }

      @Override
      public void close() {}
    };
  }

  @Override
  protected Set<Capability> unsupported() {
    return Set.of(Capability.OTHER_PROCESSES);
  }
}
