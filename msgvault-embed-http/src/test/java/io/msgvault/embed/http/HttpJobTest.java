package io.msgvault.embed.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.msgvault.embed.EmbedJob;
import io.msgvault.embed.RunOutcome;
import io.msgvault.embed.embedder.EmbedderUnavailableException;
import io.msgvault.embed.embedder.TransientEmbedderException;
import io.msgvault.embed.http.LoopbackServer.Reply;
import io.msgvault.embed.memory.ArchiveMessage;
import io.msgvault.embed.memory.InMemoryArchive;
import io.msgvault.embed.memory.InMemoryIndex;
import io.msgvault.embed.memory.InMemoryMessageStore;
import io.msgvault.embed.memory.InMemoryVectorStore;
import io.msgvault.embed.model.Coverage;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.store.Rejection;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Checks that runs with a real server settle exactly the right messages, however it behaves. */
@Timeout(60)
class HttpJobTest {
  private static final int DIMENSION = 16;
  private static final Reply GOOD = ScriptedReplies.vectors(DIMENSION);

  private final LoopbackServer server = new LoopbackServer(GOOD);
  private final HttpEmbedder embedder =
      HttpEmbedder.builder(server.uri(), "m")
          .dimension(DIMENSION)
          .batchSize(64)
          .concurrency(4)
          .build();
  private final InMemoryArchive archive = new InMemoryArchive();
  private final InMemoryMessageStore messages = new InMemoryMessageStore(archive);
  private final InMemoryVectorStore vectors = new InMemoryVectorStore(new InMemoryIndex());
  private final ExecutorService pool = Executors.newCachedThreadPool();
  private final Queue<Duration> waits = new ConcurrentLinkedQueue<>();

  @AfterEach
  void stop() {
    embedder.close();
    server.close();
    pool.shutdownNow();
  }

  private static Predicate<String> number(int number) {
    return text -> text.contains("number " + number + " ");
  }

  private void insert(int count) {
    for (int i = 1; i <= count; i++) {
      archive.insert(ArchiveMessage.of("subject", "a text with the number " + i + " in it"));
    }
  }

  private RunOutcome run() {
    try (EmbedJob job =
        EmbedJob.builder(messages, vectors, embedder)
            .executor(pool)
            .withoutRequestTimeout()
            .scheduler(
                (task, delay) -> {
                  waits.add(delay);
                  task.run();
                  return () -> {};
                })
            .build()) {
      return job.runOnce();
    }
  }

  private Coverage coverage() {
    return messages.coverage(1, Scope.ALL);
  }

  @Test
  void badTextInBatchOf64CostsAtMost18Requests() {
    insert(64);
    server.setDefaultReply(
        ScriptedReplies.rejectingIf(
            number(37), ScriptedReplies.status(400, ScriptedReplies.error("too odd")), GOOD));
    assertInstanceOf(RunOutcome.Completed.class, run());
    assertEquals(new Coverage(64, 63, 0, 1, 0), coverage());
    Rejection rejection = messages.rejections(1, 0, 10).get(0);
    assertEquals(37, rejection.messageId());
    assertTrue(rejection.reason().endsWith("answered 400: too odd"), rejection.reason());
    assertTrue(server.requests().size() <= 1 + 18, server.requests().size() + " requests");
  }

  @Test
  void textWithNanVectorIsRejected() {
    insert(200);
    server.setDefaultReply(
        ScriptedReplies.vectors(
            text ->
                number(101).test(text)
                    ? new float[] {Float.NaN, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1}
                    : ScriptedReplies.vector(text, DIMENSION)));
    assertInstanceOf(RunOutcome.Completed.class, run());
    assertEquals(new Coverage(200, 199, 0, 1, 0), coverage());
    assertEquals(101, messages.rejections(1, 0, 10).get(0).messageId());
  }

  @Test
  void transientFailuresLoseNothing() {
    insert(300);
    server.enqueue(
        ScriptedReplies.status(429, ""),
        ScriptedReplies.truncated(),
        GOOD,
        ScriptedReplies.status(500, ScriptedReplies.error("out of memory")),
        ScriptedReplies.json("garbage"),
        ScriptedReplies.reversed(DIMENSION),
        ScriptedReplies.rearranged(DIMENSION, items -> items.subList(1, items.size())),
        GOOD,
        (request, exchange) -> exchange.close());
    assertInstanceOf(RunOutcome.Completed.class, run());
    assertEquals(new Coverage(300, 300, 0, 0, 0), coverage());
  }

  @Test
  void runHonoursRetryAfter() {
    insert(10);
    server.enqueue(ScriptedReplies.status(429, "", "Retry-After", "17"));
    assertInstanceOf(RunOutcome.Completed.class, run());
    assertEquals(List.of(Duration.ofSeconds(17)), List.copyOf(waits));
  }

  @Test
  void repliesInAnyOrderMatchTheirMessages() {
    insert(256);
    CountDownLatch others = new CountDownLatch(3);
    CountDownLatch came = new CountDownLatch(1);
    Reply counted =
        (request, exchange) -> {
          ScriptedReplies.reversed(DIMENSION).send(request, exchange);
          others.countDown();
        };
    server.enqueue(ScriptedReplies.delayed(came, others, GOOD), counted, counted, counted);
    assertInstanceOf(RunOutcome.Completed.class, run());
    for (SentRequest request : server.requests()) {
      for (String text : request.texts()) {
        long id = Long.parseLong(text.replaceAll("\\D", ""));
        assertArrayEquals(
            ScriptedReplies.vector(text, DIMENSION),
            vectors.vectors(1, List.of(id)).get(0).chunks().get(0).vector(),
            1e-6f);
      }
    }
  }

  @Test
  void serverDownFailsRunWithoutRejections() {
    insert(128);
    server.enqueue(GOOD);
    server.setDefaultReply(ScriptedReplies.status(503, ""));
    RunOutcome.Failed failed = assertInstanceOf(RunOutcome.Failed.class, run());
    assertInstanceOf(TransientEmbedderException.class, failed.cause());
    assertEquals(new Coverage(128, 64, 0, 0, 64), coverage());
  }

  @Test
  void wrongConfigurationFailsRunWithoutRejections() {
    insert(10);
    for (Reply reply :
        List.of(
            ScriptedReplies.status(401, ""),
            ScriptedReplies.status(404, ScriptedReplies.error("model not found")),
            ScriptedReplies.status(307, "", "Location", "http://elsewhere.example/v1/embeddings"),
            ScriptedReplies.vectors(DIMENSION + 1))) {
      server.clearRequests();
      server.setDefaultReply(reply);
      RunOutcome.Failed failed = assertInstanceOf(RunOutcome.Failed.class, run());
      assertInstanceOf(EmbedderUnavailableException.class, failed.cause());
      assertEquals(new Coverage(10, 0, 0, 0, 10), coverage());
      assertEquals(2, server.requests().size()); // the texts and a plain sentence
    }
  }

  @Test
  void serverRejectingAllFailsRunWithoutRejections() {
    insert(10);
    server.setDefaultReply(ScriptedReplies.status(400, ScriptedReplies.error("no")));
    RunOutcome.Failed failed = assertInstanceOf(RunOutcome.Failed.class, run());
    assertInstanceOf(EmbedderUnavailableException.class, failed.cause());
    assertEquals(new Coverage(10, 0, 0, 0, 10), coverage());
  }
}
