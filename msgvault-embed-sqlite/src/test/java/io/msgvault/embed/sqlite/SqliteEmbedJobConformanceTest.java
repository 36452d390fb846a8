package io.msgvault.embed.sqlite;

import io.msgvault.embed.testkit.Capability;
import io.msgvault.embed.testkit.StorageFixture;
import io.msgvault.embed.testkit.suite.EmbedJobConformance;
import java.util.Set;

/** The job keeps the contract over both stores, each with its file, and over words in Lucene. */
class SqliteEmbedJobConformanceTest extends EmbedJobConformance {
  @Override
  protected StorageFixture newFixture() {
    return new StorageFixture(
        new SqliteArchiveFixture(), new SqliteIndexFixture(), new LuceneWordsFixture());
  }

  @Override
  protected Set<Capability> unsupported() {
    return Set.of(Capability.SHARED_LEASES);
  }
}
