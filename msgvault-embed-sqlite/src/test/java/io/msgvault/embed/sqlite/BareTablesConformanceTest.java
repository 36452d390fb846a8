package io.msgvault.embed.sqlite;

import io.msgvault.embed.testkit.Capability;
import io.msgvault.embed.testkit.MessageStoreConformance;
import io.msgvault.embed.testkit.MessageStoreFixture;
import java.util.Set;

/** The message store keeps the contract over a host's tables with an id and a text alone. */
class BareTablesConformanceTest extends MessageStoreConformance {
  @Override
  protected MessageStoreFixture newFixture() {
    return new HostTablesFixture(HostSchema.BARE);
  }

  @Override
  protected Set<Capability> lacking() {
    return Set.of(Capability.SOFT_DELETION);
  }
}
