package io.msgvault.embed.pgvector;

import io.msgvault.embed.testkit.MigrationFixture;
import io.msgvault.embed.testkit.suite.MigrationConformance;

/** Tests migrations of an archive over tables of unusual names. */
class UnusualMappingMigrationConformanceTest extends MigrationConformance {
  @Override
  protected MigrationFixture newFixture() {
    return PgMigrationConformanceTest.fixture(TestMappings.UNUSUAL);
  }
}
