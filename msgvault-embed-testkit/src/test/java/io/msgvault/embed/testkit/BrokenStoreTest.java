package io.msgvault.embed.testkit;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.msgvault.embed.EmbedJob;
import io.msgvault.embed.Message;
import io.msgvault.embed.MessageStore;
import io.msgvault.embed.RunOutcome;
import io.msgvault.embed.ScanLimits;
import io.msgvault.embed.Scope;
import io.msgvault.embed.Stamp;
import io.msgvault.embed.StoreException;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A run over a store that breaks the contract ends all the same. */
class BrokenStoreTest {
  @Test
  void scanThatDoesNotAdvanceFailsTheRun() {
    InMemoryArchive archive = new InMemoryArchive();
    for (int i = 1; i <= 3; i++) {
      archive.insert(ArchiveMessage.of("subject", "text " + i));
    }
    // What is never stamped comes again on each page.
    MessageStore stuck =
        new ForwardingMessageStore(new InMemoryMessageStore(archive)) {
          @Override
          public List<Message> scan(long target, Scope scope, long afterId, ScanLimits limits) {
            return super.scan(target, scope, Math.max(0, afterId - 1), limits);
          }

          @Override
          public Set<Long> stamp(long target, Collection<Stamp> stamps) {
            return Set.of();
          }
        };
    try (EmbedJob job =
        EmbedJob.builder(stuck, new InMemoryVectorStore(new InMemoryIndex()), new HashEmbedder())
            .build()) {
      RunOutcome.Failed failed = assertInstanceOf(RunOutcome.Failed.class, job.runOnce());
      StoreException cause = assertInstanceOf(StoreException.class, failed.cause());
      assertTrue(cause.getMessage().contains("MS-2"), cause::getMessage);
    }
  }
}
