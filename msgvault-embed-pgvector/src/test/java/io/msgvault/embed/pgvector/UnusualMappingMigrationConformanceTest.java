package io.msgvault.embed.pgvector;

import io.msgvault.embed.testkit.MigrationConformance;
import io.msgvault.embed.testkit.MigrationFixture;

/** Takes over archives of a host's tables with odd names. */
class UnusualMappingMigrationConformanceTest extends MigrationConformance {
  @Override
  protected MigrationFixture newFixture() {
    return PgMigrationConformanceTest.fixture(TestMappings.UNUSUAL);
  }
}
