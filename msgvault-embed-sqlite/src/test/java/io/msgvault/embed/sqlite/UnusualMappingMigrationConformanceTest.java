package io.msgvault.embed.sqlite;

import io.msgvault.embed.testkit.MigrationFixture;
import io.msgvault.embed.testkit.StorageFixture;
import io.msgvault.embed.testkit.suite.MigrationConformance;

/** Migrates archives of a host's tables with unusual names. */
class UnusualMappingMigrationConformanceTest extends MigrationConformance {
  @Override
  protected MigrationFixture newFixture() {
    MappedArchiveFixture archive = new MappedArchiveFixture(TestMapping.UNUSUAL);
    return new MigrationFixture(
        new StorageFixture(archive, new SqliteIndexFixture()),
        new SqliteHostTables(archive.file()));
  }
}
