package io.msgvault.embed.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.msgvault.embed.EmbedJob;
import io.msgvault.embed.RunOutcome;
import io.msgvault.embed.http.LoopbackServer.Reply;
import io.msgvault.embed.memory.ArchiveMessage;
import io.msgvault.embed.memory.InMemoryArchive;
import io.msgvault.embed.memory.InMemoryIndex;
import io.msgvault.embed.memory.InMemoryMessageStore;
import io.msgvault.embed.memory.InMemoryVectorStore;
import io.msgvault.embed.model.Coverage;
import io.msgvault.embed.model.Scope;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

/** Runs requests on virtual threads of the host, which Java 17 lacks. */
@EnabledForJreRange(min = JRE.JAVA_21, disabledReason = "virtual threads came with Java 21")
@Timeout(60)
class VirtualThreadsTest {
  private static final int DIMENSION = 16;

  /** More requests than a machine has carrier threads. */
  private static final int IN_FLIGHT = 400;

  /**
   * Checks that all requests arrive before the server answers any. If a waiting request pinned its
   * carrier thread, there would be none left for the others.
   */
  @Test
  void waitingRequestsPinNoThread() throws ReflectiveOperationException {
    CountDownLatch allCame = new CountDownLatch(IN_FLIGHT);
    Reply good = ScriptedReplies.vectors(DIMENSION);
    InMemoryArchive archive = new InMemoryArchive();
    for (int i = 1; i <= IN_FLIGHT; i++) {
      archive.insert(ArchiveMessage.of("subject", "a text with the number " + i));
    }
    InMemoryMessageStore messages = new InMemoryMessageStore(archive);
    ExecutorService threads = virtualThreads();
    try (LoopbackServer server =
            new LoopbackServer(ScriptedReplies.delayed(allCame, allCame, good));
        HttpEmbedder embedder =
            HttpEmbedder.builder(server.uri(), "m")
                .dimension(DIMENSION)
                .batchSize(1)
                .concurrency(IN_FLIGHT)
                .build();
        EmbedJob job =
            EmbedJob.builder(messages, new InMemoryVectorStore(new InMemoryIndex()), embedder)
                .executor(threads)
                .withoutRequestTimeout()
                .build()) {
      assertInstanceOf(RunOutcome.Completed.class, job.runOnce());
    } finally {
      threads.shutdownNow();
    }
    assertEquals(new Coverage(IN_FLIGHT, IN_FLIGHT, 0, 0, 0), messages.coverage(1, Scope.ALL));
  }

  private static ExecutorService virtualThreads() throws ReflectiveOperationException {
    return (ExecutorService)
        Arrays.stream(Executors.class.getMethods())
            .filter(method -> method.getName().equals("newVirtualThreadPerTaskExecutor"))
            .findFirst()
            .orElseThrow()
            .invoke(null);
  }
}
