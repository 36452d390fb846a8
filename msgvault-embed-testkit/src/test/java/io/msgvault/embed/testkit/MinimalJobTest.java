package io.msgvault.embed.testkit;

import io.msgvault.embed.testkit.suite.EmbedJobConformance;
import java.util.Set;

class MinimalJobTest extends EmbedJobConformance {
  @Override
  protected StorageFixture newFixture() {
    return new StorageFixture(new MinimalArchiveFixture(), new InMemoryIndexFixture());
  }

  @Override
  protected Set<Capability> unsupported() {
    return MinimalArchiveFixture.UNSUPPORTED;
  }
}
