package io.msgvault.embed.pgvector;

import io.msgvault.embed.testkit.Capability;
import io.msgvault.embed.testkit.MessageStoreConformance;
import io.msgvault.embed.testkit.MessageStoreFixture;
import java.util.Set;

/** Tables of the oddest names keep the contract. */
class PgOddMessageStoreTest extends MessageStoreConformance {
  @Override
  protected MessageStoreFixture newFixture() {
    return new PgArchiveFixture(Tables.ODD);
  }

  @Override
  protected Set<Capability> lacking() {
    return Tables.ODD.lacking();
  }
}
