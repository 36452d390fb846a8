package io.msgvault.embed.pgvector;

import io.msgvault.embed.testkit.Capability;
import io.msgvault.embed.testkit.Effort;
import io.msgvault.embed.testkit.MessageStoreFixture;
import io.msgvault.embed.testkit.suite.MessageStoreConformance;
import java.util.Set;

/** Tests the contract over a table of a key and a text. */
class MinimalMappingConformanceTest extends MessageStoreConformance {
  @Override
  protected MessageStoreFixture newFixture() {
    return new PgArchiveFixture(TestMappings.MINIMAL);
  }

  /** Tries less than over the bundled tables. */
  @Override
  public Effort effort() {
    return Effort.QUICK;
  }

  @Override
  protected Set<Capability> unsupported() {
    return TestMappings.MINIMAL.unsupported();
  }
}
