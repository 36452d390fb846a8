package io.msgvault.embed.sqlite;

import io.msgvault.embed.testkit.StorageFixture;
import io.msgvault.embed.testkit.TakeoverConformance;
import io.msgvault.embed.testkit.TakeoverFixture;
import java.nio.file.Path;

/** Takes over archives in SQLite files, whose hosts' tables are in the archive's file. */
class SqliteTakeoverConformanceTest extends TakeoverConformance {
  @Override
  protected TakeoverFixture newFixture() {
    SqliteArchiveFixture archive = new SqliteArchiveFixture();
    return new TakeoverFixture(
        new StorageFixture(archive, new SqliteIndexFixture()),
        new SqliteHostTables(Path.of(archive.elsewhere().location())));
  }
}
