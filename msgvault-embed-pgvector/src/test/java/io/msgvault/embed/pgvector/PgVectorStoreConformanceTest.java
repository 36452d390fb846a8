package io.msgvault.embed.pgvector;

import io.msgvault.embed.testkit.Capability;
import io.msgvault.embed.testkit.VectorStoreFixture;
import io.msgvault.embed.testkit.suite.VectorStoreConformance;
import java.util.Set;
import java.util.function.UnaryOperator;

class PgVectorStoreConformanceTest extends VectorStoreConformance {
  @Override
  protected VectorStoreFixture newFixture() {
    return new PgIndexFixture(UnaryOperator.identity());
  }

  @Override
  protected Set<Capability> unsupported() {
    return Set.of(Capability.EXACT_SEARCH);
  }
}
