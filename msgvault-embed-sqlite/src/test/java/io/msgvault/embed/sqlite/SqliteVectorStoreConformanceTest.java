package io.msgvault.embed.sqlite;

import io.msgvault.embed.testkit.Capability;
import io.msgvault.embed.testkit.VectorStoreFixture;
import io.msgvault.embed.testkit.suite.VectorStoreConformance;
import java.util.Set;

/** The vector store keeps the contract. */
class SqliteVectorStoreConformanceTest extends VectorStoreConformance {
  /** Larger generations are searched by codes. */
  @Override
  protected Set<Capability> unsupported() {
    return Set.of(Capability.EXACT_SEARCH, Capability.SHARED_LEASES, Capability.HOST_TRANSACTIONS);
  }

  @Override
  protected VectorStoreFixture newFixture() {
    return new SqliteIndexFixture();
  }
}
