package io.msgvault.embed.sqlite;

import io.msgvault.embed.testkit.MigrationFixture;
import io.msgvault.embed.testkit.StorageFixture;
import io.msgvault.embed.testkit.suite.MigrationConformance;
import java.nio.file.Path;

/** Migrates archives in SQLite files, with the host's tables in the archive's file. */
class SqliteMigrationConformanceTest extends MigrationConformance {
  @Override
  protected MigrationFixture newFixture() {
    SqliteArchiveFixture archive = new SqliteArchiveFixture();
    return new MigrationFixture(
        new StorageFixture(archive, new SqliteIndexFixture()),
        new SqliteHostTables(Path.of(archive.otherProcess().location())));
  }
}
