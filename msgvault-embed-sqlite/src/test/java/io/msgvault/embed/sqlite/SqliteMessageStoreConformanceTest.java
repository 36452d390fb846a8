package io.msgvault.embed.sqlite;

import io.msgvault.embed.testkit.MessageStoreFixture;
import io.msgvault.embed.testkit.suite.MessageStoreConformance;

/** The message store keeps the contract, whatever a client does by SQL. */
class SqliteMessageStoreConformanceTest extends MessageStoreConformance {
  @Override
  protected MessageStoreFixture newFixture() {
    return new SqliteArchiveFixture();
  }
}
