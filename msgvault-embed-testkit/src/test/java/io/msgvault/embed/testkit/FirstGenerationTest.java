package io.msgvault.embed.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.msgvault.embed.EmbedJob;
import io.msgvault.embed.RunOutcome;
import io.msgvault.embed.embedder.Embedder;
import io.msgvault.embed.memory.ArchiveMessage;
import io.msgvault.embed.memory.HashEmbedder;
import io.msgvault.embed.memory.InMemoryArchive;
import io.msgvault.embed.memory.InMemoryIndex;
import io.msgvault.embed.memory.InMemoryMessageStore;
import io.msgvault.embed.memory.InMemoryVectorStore;
import io.msgvault.embed.model.Fingerprint;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.store.MessageStore;
import io.msgvault.embed.store.VectorStore;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two runs that find no generation at once. */
class FirstGenerationTest {
  private final InMemoryArchive archive = new InMemoryArchive();
  private final MessageStore messages = new InMemoryMessageStore(archive);
  private final VectorStore vectors = new InMemoryVectorStore(new InMemoryIndex());
  private final Embedder embedder = new HashEmbedder();

  @BeforeEach
  void storeMessage() {
    archive.insert(ArchiveMessage.of("subject", "text"));
  }

  @Test
  void lateRunBuildsNoSecondGeneration() {
    assertLateRunJoins(reservingFirst(this::buildFirst, () -> {}));
  }

  @Test
  void idThatIsTooOldByNowIsGivenUp() {
    assertLateRunJoins(reservingFirst(() -> {}, this::buildFirst));
  }

  /**
   * Returns the archive, where something happens before or after the first reservation of an id.
   */
  private MessageStore reservingFirst(Runnable before, Runnable after) {
    AtomicBoolean first = new AtomicBoolean(true);
    return new ForwardingMessageStore(messages) {
      @Override
      public long reserveGenerationId(long above) {
        boolean now = first.getAndSet(false);
        if (now) {
          before.run();
        }
        long reserved = super.reserveGenerationId(above);
        if (now) {
          after.run();
        }
        return reserved;
      }
    };
  }

  private void buildFirst() {
    try (EmbedJob faster = EmbedJob.builder(messages, vectors, embedder).build()) {
      assertTrue(assertInstanceOf(RunOutcome.Completed.class, faster.runOnce()).activated());
    }
  }

  private void assertLateRunJoins(MessageStore delayed) {
    try (EmbedJob slower = EmbedJob.builder(delayed, vectors, embedder).build()) {
      // It began before the other's backstop, and so does one of its own.
      RunOutcome.Completed late = assertInstanceOf(RunOutcome.Completed.class, slower.runOnce());
      assertEquals(vectors.active().orElseThrow().id(), late.generation());
      assertEquals(0, late.counts().embedded());
      assertFalse(late.activated());
      assertTrue(vectors.building().isEmpty());
    }
  }

  @Test
  void buildOfAnotherModelBlocks() {
    MessageStore delayed =
        reservingFirst(
            () -> {},
            () ->
                vectors.create(
                    new Fingerprint("other", 3, "text", Scope.ALL),
                    messages.reserveGenerationId(0)));
    try (EmbedJob job = EmbedJob.builder(delayed, vectors, embedder).build()) {
      RunOutcome.Blocked blocked = assertInstanceOf(RunOutcome.Blocked.class, job.runOnce());
      assertEquals(RunOutcome.Blocked.Obstacle.BUILD_IN_PROGRESS, blocked.obstacle());
    }
  }

  @Test
  void wrongIdFailsTheRun() {
    MessageStore repeating =
        new ForwardingMessageStore(messages) {
          @Override
          public long reserveGenerationId(long above) {
            return 0;
          }
        };
    try (EmbedJob job = EmbedJob.builder(repeating, vectors, embedder).build()) {
      assertInstanceOf(
          IllegalArgumentException.class,
          assertInstanceOf(RunOutcome.Failed.class, job.runOnce()).cause());
    }
  }
}
