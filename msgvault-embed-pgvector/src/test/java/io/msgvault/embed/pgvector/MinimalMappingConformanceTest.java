package io.msgvault.embed.pgvector;

import io.msgvault.embed.testkit.Capability;
import io.msgvault.embed.testkit.MessageStoreFixture;
import io.msgvault.embed.testkit.suite.MessageStoreConformance;
import java.util.Set;

/** A table of a key and a text keeps the contract, as far as that goes. */
class MinimalMappingConformanceTest extends MessageStoreConformance {
  @Override
  protected MessageStoreFixture newFixture() {
    return new PgArchiveFixture(TestMappings.MINIMAL);
  }

  @Override
  protected Set<Capability> unsupported() {
    return TestMappings.MINIMAL.unsupported();
  }
}
