package io.msgvault.embed.sqlite;

import io.msgvault.embed.testkit.Capability;
import io.msgvault.embed.testkit.MessageStoreFixture;
import io.msgvault.embed.testkit.suite.MessageStoreConformance;
import java.util.Set;

/** The message store keeps the contract over a host's tables with an id and a text alone. */
class MinimalMappingConformanceTest extends MessageStoreConformance {
  @Override
  protected MessageStoreFixture newFixture() {
    return new MappedArchiveFixture(TestMapping.MINIMAL);
  }

  @Override
  protected Set<Capability> unsupported() {
    return Set.of(Capability.SOFT_DELETION, Capability.HOST_TRANSACTIONS);
  }
}
