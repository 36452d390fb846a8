package io.msgvault.embed.testkit;

import io.msgvault.embed.testkit.suite.MigrationConformance;
import java.util.Set;

/** The rules of migrations, over stores in memory. */
class InMemoryMigrationTest extends MigrationConformance {
  @Override
  protected MigrationFixture newFixture() {
    return new InMemoryLegacyTables().with(new InMemoryIndexFixture());
  }

  @Override
  protected Set<Capability> unsupported() {
    return Set.of(Capability.OTHER_PROCESSES);
  }
}
