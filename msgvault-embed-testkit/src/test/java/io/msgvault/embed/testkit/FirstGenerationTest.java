package io.msgvault.embed.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
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
import io.msgvault.embed.store.MessageStore;
import io.msgvault.embed.store.VectorStore;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Two runs that find no generation at once. */
class FirstGenerationTest {
  @Test
  void lateRunBuildsNoSecondGeneration() {
    InMemoryArchive archive = new InMemoryArchive();
    archive.insert(ArchiveMessage.of("subject", "text"));
    InMemoryMessageStore messages = new InMemoryMessageStore(archive);
    VectorStore vectors = new InMemoryVectorStore(new InMemoryIndex());
    HashEmbedder embedder = new HashEmbedder();
    AtomicBoolean first = new AtomicBoolean(true);
    try (EmbedJob faster = EmbedJob.builder(messages, vectors, embedder).build()) {
      MessageStore delayed =
          new ForwardingMessageStore(messages) {
            @Override
            public long reserveGenerationId(long above) {
              if (first.getAndSet(false)) {
                assertTrue(
                    assertInstanceOf(RunOutcome.Completed.class, faster.runOnce()).activated());
              }
              return super.reserveGenerationId(above);
            }
          };
      try (EmbedJob slower = EmbedJob.builder(delayed, vectors, embedder).build()) {
        // It began before the other's backstop, and so does one of its own.
        RunOutcome.Completed late = assertInstanceOf(RunOutcome.Completed.class, slower.runOnce());
        assertEquals(vectors.active().orElseThrow().id(), late.generation());
        assertEquals(0, late.counts().embedded());
        assertFalse(late.activated());
        assertTrue(vectors.building().isEmpty());
      }
    }
  }
}
