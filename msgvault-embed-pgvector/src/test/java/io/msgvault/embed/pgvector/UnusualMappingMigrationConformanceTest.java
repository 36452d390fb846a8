package io.msgvault.embed.pgvector;

import io.msgvault.embed.testkit.MigrationFixture;
import io.msgvault.embed.testkit.suite.MigrationConformance;

/** Takes over archives of a host's tables with odd names. */
class UnusualMappingMigrationConformanceTest extends MigrationConformance {
  @Override
  protected MigrationFixture newFixture() {
    return PgMigrationConformanceTest.fixture(TestMappings.UNUSUAL);
  }
}
