package io.msgvault.embed.testkit;

import java.util.Set;

/** The rules of takeovers, over stores in memory. */
class InMemoryTakeoverTest extends TakeoverConformance {
  @Override
  protected TakeoverFixture newFixture() {
    InMemoryArchiveFixture archive = new InMemoryArchiveFixture();
    return new TakeoverFixture(
        new StorageFixture(archive, new InMemoryIndexFixture()),
        new InMemoryHostTables(archive.archive));
  }

  @Override
  protected Set<Capability> lacking() {
    return Set.of(Capability.OTHER_PROCESSES);
  }
}
