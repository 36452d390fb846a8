package io.msgvault.embed.pgvector;

import io.msgvault.embed.testkit.Capability;
import io.msgvault.embed.testkit.Effort;
import io.msgvault.embed.testkit.MessageStoreFixture;
import io.msgvault.embed.testkit.suite.MessageStoreConformance;
import java.util.Set;

/** Tests the contract over tables of unusual names. */
class UnusualMappingConformanceTest extends MessageStoreConformance {
  @Override
  protected MessageStoreFixture newFixture() {
    return new PgArchiveFixture(TestMappings.UNUSUAL);
  }

  /** Tries less than over the bundled tables. */
  @Override
  public Effort effort() {
    return Effort.QUICK;
  }

  @Override
  protected Set<Capability> unsupported() {
    return TestMappings.UNUSUAL.unsupported();
  }
}
