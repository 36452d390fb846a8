package io.msgvault.embed.testkit;

import io.msgvault.embed.testkit.suite.MessageStoreConformance;
import java.util.Set;

/** The message store in memory keeps the contract. */
class InMemoryMessageStoreTest extends MessageStoreConformance {
  @Override
  protected MessageStoreFixture newFixture() {
    return new InMemoryArchiveFixture();
  }

  @Override
  protected Set<Capability> unsupported() {
    return Set.of(Capability.OTHER_PROCESSES);
  }
}
