package io.msgvault.embed.sqlite;

import io.msgvault.embed.testkit.VectorStoreConformance;
import io.msgvault.embed.testkit.VectorStoreFixture;

/** The vector store keeps the contract. */
class SqliteVectorStoreConformanceTest extends VectorStoreConformance {
  @Override
  protected VectorStoreFixture newFixture() {
    return new SqliteIndexFixture();
  }
}
