package io.msgvault.embed.sqlite;

import io.msgvault.embed.testkit.Capability;
import io.msgvault.embed.testkit.StorageFixture;
import io.msgvault.embed.testkit.suite.EmbedJobConformance;
import java.util.Set;

/** The job keeps the contract over a host's tables with an id and a text alone. */
class MinimalMappingJobConformanceTest extends EmbedJobConformance {
  @Override
  protected StorageFixture newFixture() {
    return new StorageFixture(
        new MappedArchiveFixture(TestMapping.MINIMAL), new SqliteIndexFixture());
  }

  @Override
  protected Set<Capability> unsupported() {
    return Set.of(Capability.SOFT_DELETION, Capability.SHARED_LEASES);
  }
}
