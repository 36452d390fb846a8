package io.msgvault.embed.testkit;

import io.msgvault.embed.testkit.suite.MessageStoreConformance;
import java.util.Set;

class MinimalMessageStoreTest extends MessageStoreConformance {
  @Override
  protected MessageStoreFixture newFixture() {
    return new MinimalArchiveFixture();
  }

  @Override
  protected Set<Capability> unsupported() {
    return MinimalArchiveFixture.UNSUPPORTED;
  }
}
