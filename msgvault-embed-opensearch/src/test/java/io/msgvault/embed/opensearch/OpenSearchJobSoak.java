package io.msgvault.embed.opensearch;

import io.msgvault.embed.testkit.Capability;
import io.msgvault.embed.testkit.StorageFixture;
import io.msgvault.embed.testkit.suite.EmbedJobConformance;
import java.util.HashSet;
import java.util.Set;

/**
 * Tests job and searcher over a ledger in PostgreSQL, and vectors and words in the cluster. {@code
 * dev/soak cluster} runs it: it creates hundreds of indexes, which takes too long for every build.
 */
class OpenSearchJobSoak extends EmbedJobConformance {
  @Override
  protected StorageFixture newFixture() {
    return new StorageFixture(
        new MailArchiveFixture(), new JoinedFixture(), new OpenSearchWordsFixture());
  }

  @Override
  protected Set<Capability> unsupported() {
    Set<Capability> unsupported = new HashSet<>(MailArchiveFixture.UNSUPPORTED);
    unsupported.add(Capability.ATOMIC_BATCHES);
    return unsupported;
  }
}
