package io.msgvault.embed.sqlite;

import io.msgvault.embed.testkit.StorageFixture;
import io.msgvault.embed.testkit.TakeoverConformance;
import io.msgvault.embed.testkit.TakeoverFixture;

/** Takes over archives of a host's tables with odd names. */
class OddTablesTakeoverConformanceTest extends TakeoverConformance {
  @Override
  protected TakeoverFixture newFixture() {
    HostTablesFixture archive = new HostTablesFixture(HostSchema.ODD);
    return new TakeoverFixture(
        new StorageFixture(archive, new SqliteIndexFixture()),
        new SqliteHostTables(archive.file()));
  }
}
