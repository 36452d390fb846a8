package io.msgvault.embed.testkit;

import io.msgvault.embed.testkit.suite.EmbedJobConformance;
import java.util.Set;

/** The job keeps the contract over the stores in memory. */
class InMemoryJobTest extends EmbedJobConformance {
  @Override
  protected StorageFixture newFixture() {
    return new StorageFixture(new InMemoryArchiveFixture(), new InMemoryIndexFixture());
  }

  @Override
  protected Set<Capability> unsupported() {
    return Set.of(Capability.OTHER_PROCESSES);
  }
}
