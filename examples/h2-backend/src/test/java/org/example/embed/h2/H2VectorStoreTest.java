package org.example.embed.h2;

import io.msgvault.embed.testkit.Capability;
import io.msgvault.embed.testkit.VectorStoreFixture;
import io.msgvault.embed.testkit.suite.VectorStoreConformance;
import java.util.Set;

class H2VectorStoreTest extends VectorStoreConformance {
  @Override
  protected VectorStoreFixture newFixture() {
    return new H2VectorStoreFixture();
  }

  @Override
  protected Set<Capability> unsupported() {
    return Set.of(Capability.OTHER_PROCESSES, Capability.SHARED_LEASES);
  }
}
