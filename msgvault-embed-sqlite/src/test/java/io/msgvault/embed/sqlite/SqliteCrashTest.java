package io.msgvault.embed.sqlite;

import io.msgvault.embed.testkit.StorageFixture;
import io.msgvault.embed.testkit.suite.CrashConformance;

/** Kills processes that work on two files and a directory of words. */
class SqliteCrashTest extends CrashConformance {
  @Override
  protected StorageFixture newFixture() {
    return new StorageFixture(
        new SqliteArchiveFixture(), new SqliteIndexFixture(), new LuceneWordsFixture());
  }
}
