package io.msgvault.embed.pgvector;

import io.msgvault.embed.testkit.Capability;
import io.msgvault.embed.testkit.MessageStoreConformance;
import io.msgvault.embed.testkit.MessageStoreFixture;
import java.util.Set;

class PgMessageStoreTest extends MessageStoreConformance {
  @Override
  protected MessageStoreFixture newFixture() {
    return new PgArchiveFixture();
  }

  @Override
  protected Set<Capability> lacking() {
    return Set.of(Capability.NUL_CHARACTERS);
  }
}
