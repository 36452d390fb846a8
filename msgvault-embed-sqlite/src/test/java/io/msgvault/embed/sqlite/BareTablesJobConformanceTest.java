package io.msgvault.embed.sqlite;

import io.msgvault.embed.testkit.Capability;
import io.msgvault.embed.testkit.EmbedJobConformance;
import io.msgvault.embed.testkit.StorageFixture;
import java.util.Set;

/** The job keeps the contract over a host's tables with an id and a text alone. */
class BareTablesJobConformanceTest extends EmbedJobConformance {
  @Override
  protected StorageFixture newFixture() {
    return new StorageFixture(new HostTablesFixture(HostSchema.BARE), new SqliteIndexFixture());
  }

  @Override
  protected Set<Capability> lacking() {
    return Set.of(Capability.SOFT_DELETION, Capability.SHARED_LEASES);
  }
}
