package io.msgvault.embed.pgvector;

import io.msgvault.embed.testkit.Capability;
import io.msgvault.embed.testkit.VectorStoreFixture;
import io.msgvault.embed.testkit.suite.VectorStoreConformance;
import java.util.Set;

/** Asks the index, in half precision, also where comparing with every vector would be as fast. */
class PgHnswVectorStoreConformanceTest extends VectorStoreConformance {
  @Override
  protected VectorStoreFixture newFixture() {
    return new PgIndexFixture(builder -> builder.halfPrecision().exactUpTo(0));
  }

  @Override
  protected Set<Capability> unsupported() {
    return Set.of(Capability.EXACT_SEARCH);
  }
}
