package io.msgvault.embed.opensearch;

import io.msgvault.embed.testkit.Capability;
import io.msgvault.embed.testkit.VectorIndexFixture;
import io.msgvault.embed.testkit.suite.VectorIndexConformance;
import java.util.Set;
import java.util.function.UnaryOperator;

class OpenSearchVectorIndexConformanceTest extends VectorIndexConformance {
  @Override
  protected VectorIndexFixture newFixture() {
    return new OpenSearchVectorsFixture(UnaryOperator.identity());
  }

  @Override
  protected Set<Capability> unsupported() {
    return Set.of(Capability.EXACT_SEARCH, Capability.ATOMIC_BATCHES);
  }
}
