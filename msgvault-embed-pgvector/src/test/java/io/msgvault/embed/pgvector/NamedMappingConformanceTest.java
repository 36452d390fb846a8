package io.msgvault.embed.pgvector;

import io.msgvault.embed.testkit.Capability;
import io.msgvault.embed.testkit.Effort;
import io.msgvault.embed.testkit.MessageStoreFixture;
import io.msgvault.embed.testkit.suite.MessageStoreConformance;
import java.util.Set;

/** Tests the contract over a mapping with a name, beside another archive in the schema. */
class NamedMappingConformanceTest extends MessageStoreConformance {
  @Override
  protected MessageStoreFixture newFixture() {
    return new PgArchiveFixture(TestMappings.NAMED);
  }

  /** Tries less than over the bundled tables. */
  @Override
  public Effort effort() {
    return Effort.QUICK;
  }

  @Override
  protected Set<Capability> unsupported() {
    return TestMappings.NAMED.unsupported();
  }
}
