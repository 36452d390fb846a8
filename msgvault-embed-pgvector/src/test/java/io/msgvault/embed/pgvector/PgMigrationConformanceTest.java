package io.msgvault.embed.pgvector;

import io.msgvault.embed.testkit.MigrationFixture;
import io.msgvault.embed.testkit.StorageFixture;
import io.msgvault.embed.testkit.suite.MigrationConformance;
import java.util.function.UnaryOperator;

/** Tests migrations of hosts whose vectors are arrays. */
class PgMigrationConformanceTest extends MigrationConformance {
  @Override
  protected MigrationFixture newFixture() {
    return fixture(TestMappings.BUNDLED);
  }

  static MigrationFixture fixture(TestMapping tables) {
    AcquiredArchive archive = new AcquiredArchive(tables);
    return new MigrationFixture(
        new StorageFixture(archive, new PgIndexFixture(UnaryOperator.identity())),
        new PgHostTables(archive.schema(), "real[]"));
  }

  /** Removes the host's tables and all traces of a migration before it returns the archive. */
  private static final class AcquiredArchive extends PgArchiveFixture {
    AcquiredArchive(TestMapping tables) {
      super(tables);
    }

    @Override
    public void close() {
      TestDatabase.jdbi()
          .useHandle(
              handle ->
                  handle.execute(
                      """
                      DROP TABLE IF EXISTS %1$s."check", %1$s."pending embeddings",
                        %1$s.embed_migration;
                      DELETE FROM %1$s.embed_ledger WHERE component = 'migration'"""
                          .formatted(schema())));
      super.close();
    }
  }
}
