package io.msgvault.embed.sqlite;

import io.msgvault.embed.testkit.Capability;
import io.msgvault.embed.testkit.MessageStoreFixture;
import io.msgvault.embed.testkit.suite.MessageStoreConformance;
import java.util.Set;

/** The message store keeps the contract, whatever a client does by SQL. */
class SqliteMessageStoreConformanceTest extends MessageStoreConformance {
  @Override
  protected MessageStoreFixture newFixture() {
    return new SqliteArchiveFixture();
  }

  @Override
  protected Set<Capability> unsupported() {
    return Set.of(Capability.HOST_TRANSACTIONS);
  }
}
