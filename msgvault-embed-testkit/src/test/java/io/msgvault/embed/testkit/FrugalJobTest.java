package io.msgvault.embed.testkit;

import java.util.Set;

class FrugalJobTest extends EmbedJobConformance {
  @Override
  protected StorageFixture newFixture() {
    return new StorageFixture(new FrugalArchiveFixture(), new InMemoryIndexFixture());
  }

  @Override
  protected Set<Capability> lacking() {
    return FrugalArchiveFixture.LACKING;
  }
}
