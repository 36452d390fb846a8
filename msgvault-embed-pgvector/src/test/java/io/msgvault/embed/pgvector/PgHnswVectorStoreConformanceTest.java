package io.msgvault.embed.pgvector;

import io.msgvault.embed.testkit.Capability;
import io.msgvault.embed.testkit.VectorStoreFixture;
import io.msgvault.embed.testkit.suite.VectorStoreConformance;
import java.util.Set;

/** Tests searches through an index of half precision, at any size. */
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
