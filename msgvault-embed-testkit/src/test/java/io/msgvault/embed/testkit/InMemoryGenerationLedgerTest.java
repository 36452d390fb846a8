package io.msgvault.embed.testkit;

import io.msgvault.embed.memory.InMemoryIndex;
import io.msgvault.embed.memory.InMemoryVectorStore;
import io.msgvault.embed.store.GenerationLedger;
import io.msgvault.embed.testkit.suite.GenerationLedgerConformance;
import java.util.Set;

/** Runs the suite on the ledger of the vector store in memory. */
class InMemoryGenerationLedgerTest extends GenerationLedgerConformance {
  @Override
  protected GenerationLedgerFixture newFixture() {
    return new GenerationLedgerFixture() {
      private InMemoryIndex index = new InMemoryIndex();

      @Override
      public GenerationLedger open() {
        return new InMemoryVectorStore(index);
      }

      @Override
      public void wipe() {
        index = new InMemoryIndex();
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
