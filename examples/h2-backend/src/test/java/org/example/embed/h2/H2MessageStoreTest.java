package org.example.embed.h2;

import io.msgvault.embed.testkit.Capability;
import io.msgvault.embed.testkit.MessageStoreFixture;
import io.msgvault.embed.testkit.suite.MessageStoreConformance;
import java.util.Set;

class H2MessageStoreTest extends MessageStoreConformance {
  @Override
  protected MessageStoreFixture newFixture() {
    return new H2MessageStoreFixture();
  }

  @Override
  protected Set<Capability> unsupported() {
    return Set.of(
        Capability.SEEKING_SCANS,
        Capability.COUNTED_WORK,
        Capability.UNSEEN_WRITES,
        Capability.OTHER_PROCESSES);
  }
}
