package io.msgvault.embed.pgvector;

import io.msgvault.embed.testkit.Capability;
import io.msgvault.embed.testkit.MessageStoreConformance;
import io.msgvault.embed.testkit.MessageStoreFixture;
import java.util.Set;

/** A table of a key and a text keeps the contract, as far as that goes. */
class PgBareMessageStoreTest extends MessageStoreConformance {
  @Override
  protected MessageStoreFixture newFixture() {
    return new PgArchiveFixture(Tables.BARE);
  }

  @Override
  protected Set<Capability> lacking() {
    return Tables.BARE.lacking();
  }
}
