package io.msgvault.embed.testkit.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

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
import io.msgvault.embed.store.Lease;
import io.msgvault.embed.store.MessageStore;
import io.msgvault.embed.store.Removal;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Removals at the moment at which another run begins a generation. */
class JobRemovalsTest {
  private final InMemoryArchive archive = new InMemoryArchive();
  private final InMemoryMessageStore messages = new InMemoryMessageStore(archive);
  private final InMemoryVectorStore vectors = new InMemoryVectorStore(new InMemoryIndex());
  private final Embedder embedder = new HashEmbedder();

  /** Another run has read the message, and may write its vectors afterwards. */
  @Test
  void removalAfterNewGenerationBeganIsLeftToLaterRun() {
    archive.insert(ArchiveMessage.of("first", "goes first"));
    archive.insert(ArchiveMessage.of("second", "goes in the moment"));
    run(messages);
    archive.delete(1);
    long next = messages.reserveGenerationId(0);
    AtomicReference<Lease> lease = new AtomicReference<>();

    EmbedJob.builder(
            beforeSecondListing(
                () -> {
                  vectors.create(new Fingerprint("other", 3, "text", Scope.ALL), next);
                  lease.set(vectors.lease(next).orElseThrow());
                  archive.delete(2);
                }),
            vectors,
            embedder)
        .build()
        .runOnce();

    assertEquals(List.of(2L), messages.removed(0, 10).stream().map(Removal::messageId).toList());
    Objects.requireNonNull(lease.get()).close();
    vectors.retire(next);
    run(messages);
    assertEquals(List.of(), messages.removed(0, 10));
  }

  private void run(MessageStore store) {
    assertInstanceOf(
        RunOutcome.Completed.class, EmbedJob.builder(store, vectors, embedder).build().runOnce());
  }

  private MessageStore beforeSecondListing(Runnable disturbance) {
    AtomicBoolean done = new AtomicBoolean();
    return (MessageStore)
        Proxy.newProxyInstance(
            MessageStore.class.getClassLoader(),
            new Class<?>[] {MessageStore.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("removed")
                  && (long) arguments[0] > 0
                  && done.compareAndSet(false, true)) {
                disturbance.run();
              }
              return method.invoke(messages, arguments);
            });
  }
}
