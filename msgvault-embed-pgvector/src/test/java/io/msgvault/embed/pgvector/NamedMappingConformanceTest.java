package io.msgvault.embed.pgvector;

import io.msgvault.embed.testkit.Capability;
import io.msgvault.embed.testkit.MessageStoreFixture;
import io.msgvault.embed.testkit.suite.MessageStoreConformance;
import java.util.Set;

/** Tests the contract over a mapping with a name, beside another archive in the schema. */
class NamedMappingConformanceTest extends MessageStoreConformance {
  @Override
  protected MessageStoreFixture newFixture() {
    return new PgArchiveFixture(TestMappings.NAMED);
  }

  @Override
  protected Set<Capability> unsupported() {
    return TestMappings.NAMED.unsupported();
  }
}
