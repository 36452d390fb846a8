package io.msgvault.embed.testkit;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.msgvault.embed.EmbedJob;
import io.msgvault.embed.RunOutcome;
import io.msgvault.embed.memory.ArchiveMessage;
import io.msgvault.embed.memory.HashEmbedder;
import io.msgvault.embed.memory.InMemoryArchive;
import io.msgvault.embed.memory.InMemoryIndex;
import io.msgvault.embed.memory.InMemoryMessageStore;
import io.msgvault.embed.memory.InMemoryVectorStore;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.model.StoreException;
import io.msgvault.embed.store.Message;
import io.msgvault.embed.store.MessageStore;
import io.msgvault.embed.store.ScanLimits;
import io.msgvault.embed.store.Stamp;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A run over a store that breaks the contract ends all the same. */
class BrokenScanTest {
  @Test
  void nonAdvancingScanFailsRun() {
    InMemoryArchive archive = new InMemoryArchive();
    for (int i = 1; i <= 3; i++) {
      archive.insert(ArchiveMessage.of("subject", "text " + i));
    }
    // A message that is never stamped comes again on each page.
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
