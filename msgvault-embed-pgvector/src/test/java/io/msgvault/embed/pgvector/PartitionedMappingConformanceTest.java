package io.msgvault.embed.pgvector;

import io.msgvault.embed.testkit.Capability;
import io.msgvault.embed.testkit.MessageStoreFixture;
import io.msgvault.embed.testkit.suite.MessageStoreConformance;
import java.util.Set;

/** Tests the contract over partitioned tables. */
class PartitionedMappingConformanceTest extends MessageStoreConformance {
  @Override
  protected MessageStoreFixture newFixture() {
    return new PgArchiveFixture(TestMappings.PARTITIONED);
  }

  @Override
  protected Set<Capability> unsupported() {
    return TestMappings.PARTITIONED.unsupported();
  }
}
