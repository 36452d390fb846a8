package io.msgvault.embed.sqlite;

import io.msgvault.embed.testkit.CrashConformance;
import io.msgvault.embed.testkit.StorageFixture;

/** Kills processes that work on two files. */
class SqliteCrashTest extends CrashConformance {
  @Override
  protected StorageFixture newFixture() {
    return new StorageFixture(new SqliteArchiveFixture(), new SqliteIndexFixture());
  }
}
