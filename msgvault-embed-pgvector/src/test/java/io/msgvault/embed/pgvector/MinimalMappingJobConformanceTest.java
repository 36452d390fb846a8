package io.msgvault.embed.pgvector;

import io.msgvault.embed.testkit.Capability;
import io.msgvault.embed.testkit.Effort;
import io.msgvault.embed.testkit.StorageFixture;
import io.msgvault.embed.testkit.suite.EmbedJobConformance;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Tests the job's contract over these tables. */
class MinimalMappingJobConformanceTest extends EmbedJobConformance {
  @Override
  protected StorageFixture newFixture() {
    return new StorageFixture(
        new PgArchiveFixture(TestMappings.MINIMAL), new PgIndexFixture(UnaryOperator.identity()));
  }

  /** Tries less than over the bundled tables. */
  @Override
  public Effort effort() {
    return Effort.QUICK;
  }

  @Override
  protected Set<Capability> unsupported() {
    return TestMappings.MINIMAL.unsupported();
  }
}
