package io.msgvault.embed.pgvector;

import io.msgvault.embed.testkit.Capability;
import io.msgvault.embed.testkit.StorageFixture;
import io.msgvault.embed.testkit.suite.EmbedJobConformance;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Tests the job's contract over both stores. */
class PgEmbedJobConformanceTest extends EmbedJobConformance {
  @Override
  protected StorageFixture newFixture() {
    return new StorageFixture(
        new PgArchiveFixture(), new PgIndexFixture(UnaryOperator.identity()), new PgWordsFixture());
  }

  @Override
  protected Set<Capability> unsupported() {
    return Set.of(Capability.NUL_CHARACTERS);
  }
}
