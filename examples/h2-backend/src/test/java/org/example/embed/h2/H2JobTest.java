package org.example.embed.h2;

import io.msgvault.embed.testkit.Capability;
import io.msgvault.embed.testkit.StorageFixture;
import io.msgvault.embed.testkit.suite.EmbedJobConformance;
import java.util.Set;

class H2JobTest extends EmbedJobConformance {
  @Override
  protected StorageFixture newFixture() {
    return new StorageFixture(new H2MessageStoreFixture(), new H2VectorStoreFixture());
  }

  @Override
  protected Set<Capability> unsupported() {
    return Set.of(
        Capability.UNSEEN_WRITES,
        Capability.OTHER_PROCESSES,
        Capability.SHARED_LEASES);
  }
}
