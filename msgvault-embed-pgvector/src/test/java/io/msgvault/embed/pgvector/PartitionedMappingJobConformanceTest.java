package io.msgvault.embed.pgvector;

import io.msgvault.embed.testkit.Capability;
import io.msgvault.embed.testkit.Effort;
import io.msgvault.embed.testkit.StorageFixture;
import io.msgvault.embed.testkit.suite.EmbedJobConformance;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Tests the job's contract over partitioned tables. */
class PartitionedMappingJobConformanceTest extends EmbedJobConformance {
  @Override
  protected StorageFixture newFixture() {
    return new StorageFixture(
        new PgArchiveFixture(TestMappings.PARTITIONED),
        new PgIndexFixture(UnaryOperator.identity()),
        new PgWordsFixture());
  }

  /** Tries less, since each statement takes long here, and the job is tested over other tables. */
  @Override
  public Effort effort() {
    return Effort.SMOKE;
  }

  @Override
  protected Set<Capability> unsupported() {
    return TestMappings.PARTITIONED.unsupported();
  }
}
