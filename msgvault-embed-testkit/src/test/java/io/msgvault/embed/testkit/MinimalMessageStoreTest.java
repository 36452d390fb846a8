package io.msgvault.embed.testkit;

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
