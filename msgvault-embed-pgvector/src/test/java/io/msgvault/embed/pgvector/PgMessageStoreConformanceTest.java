package io.msgvault.embed.pgvector;

import io.msgvault.embed.testkit.Capability;
import io.msgvault.embed.testkit.MessageStoreFixture;
import io.msgvault.embed.testkit.suite.MessageStoreConformance;
import java.util.Set;

class PgMessageStoreConformanceTest extends MessageStoreConformance {
  @Override
  protected MessageStoreFixture newFixture() {
    return new PgArchiveFixture();
  }

  @Override
  protected Set<Capability> unsupported() {
    return Set.of(Capability.NUL_CHARACTERS);
  }
}
