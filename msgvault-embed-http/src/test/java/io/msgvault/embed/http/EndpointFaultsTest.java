package io.msgvault.embed.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.msgvault.embed.EmbedJob;
import io.msgvault.embed.RetryPolicy;
import io.msgvault.embed.RunOutcome;
import io.msgvault.embed.http.LoopbackServer.Reply;
import io.msgvault.embed.memory.ArchiveMessage;
import io.msgvault.embed.memory.InMemoryArchive;
import io.msgvault.embed.memory.InMemoryIndex;
import io.msgvault.embed.memory.InMemoryMessageStore;
import io.msgvault.embed.memory.InMemoryVectorStore;
import io.msgvault.embed.memory.ManualScheduler;
import io.msgvault.embed.model.Coverage;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.store.Rejection;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests whom a job blames for what an endpoint answers: a text or the endpoint (EJ-5). */
@Timeout(120)
class EndpointFaultsTest {
  private static final int DIMENSION = 16;
  private static final int MESSAGES = 400;
  private static final Reply GOOD = ScriptedReplies.vectors(DIMENSION);

  /** An answer that an endpoint gives instead of vectors. */
  private record Answer(int status, String body) {
    Reply reply() {
      return ScriptedReplies.status(status, body);
    }

    @Override
    public String toString() {
      return status + " " + body.substring(0, Math.min(60, body.length()));
    }
  }

  private final LoopbackServer server = new LoopbackServer(GOOD);
  private final InMemoryArchive archive = new InMemoryArchive();
  private final InMemoryMessageStore messages = new InMemoryMessageStore(archive);
  private final InMemoryVectorStore vectors = new InMemoryVectorStore(new InMemoryIndex());
  private final ExecutorService pool = Executors.newCachedThreadPool();

  @BeforeEach
  void insert() {
    for (int i = 1; i <= MESSAGES; i++) {
      archive.insert(
          ArchiveMessage.of(
              "Subject " + i, "Note number " + i + " about the boiler, written on day " + i));
    }
  }

  @AfterEach
  void stop() {
    server.close();
    pool.shutdownNow();
  }

  private HttpEmbedder embedder(String model) {
    return HttpEmbedder.builder(server.uri(), model).dimension(DIMENSION).build();
  }

  private EmbedJob job(HttpEmbedder embedder) {
    return EmbedJob.builder(messages, vectors, embedder)
        .executor(pool)
        .withoutRequestTimeout()
        .scheduler(ManualScheduler.immediate())
        .retry(new RetryPolicy(8, 3, Duration.ofMillis(5), Duration.ofMillis(50)))
        .build();
  }

  static Stream<Answer> answers() {
    return Stream.of(
        new Answer(
            400,
            "{\"error\":{\"code\":\"billing_hard_limit_reached\",\"param\":null,"
                + "\"message\":\"Billing hard limit has been reached\"}}"),
        new Answer(
            400,
            "[{\"error\":{\"code\":400,\"status\":\"INVALID_ARGUMENT\","
                + "\"message\":\"API key expired. Please renew the API key.\"}}]"),
        new Answer(400, "{\"error\":\"The model has crashed without additional information.\"}"),
        new Answer(400, "{\"error\":\"Model is unloaded.\"}"),
        new Answer(400, "{\"error\":{\"message\":\"something went wrong\"}}"),
        new Answer(400, ""),
        new Answer(401, ""),
        new Answer(402, "{\"error\":\"no\"}"),
        new Answer(403, "<html>the firewall forbids it</html>"),
        new Answer(404, ""),
        new Answer(405, ""),
        new Answer(406, "Not Acceptable"),
        new Answer(410, ""),
        new Answer(413, ""),
        new Answer(415, ""),
        new Answer(422, "{\"detail\":[{\"msg\":\"invalid model input\"}]}"),
        new Answer(424, "{\"error\":\"inference failed\"}"),
        new Answer(429, ""),
        new Answer(431, ""),
        new Answer(451, "{\"error\":{\"message\":\"moderated\"}}"),
        new Answer(500, "{\"error\":\"the runner has terminated\"}"),
        new Answer(501, ""),
        new Answer(502, "<html>bad gateway</html>"),
        new Answer(503, ""),
        new Answer(520, ""),
        new Answer(200, "{\"error\":{\"message\":\"no\"}}"),
        new Answer(200, "{\"error\":\"Model is unloaded.\"}"),
        new Answer(200, "{\"data\":[]}"),
        new Answer(200, "{}"),
        new Answer(200, ""),
        new Answer(200, "<html>sign in</html>"),
        new Answer(204, ""),
        new Answer(302, ""));
  }

  /** Four requests are answered well, and then none; the index that serves stays. */
  @ParameterizedTest
  @MethodSource("answers")
  void endpointThatTurnsBadCostsNobodyItsMessage(Answer bad) {
    try (HttpEmbedder old = embedder("old-model");
        EmbedJob job = job(old)) {
      assertInstanceOf(RunOutcome.Completed.class, job.runOnce());
    }
    server.clearRequests();
    AtomicInteger requests = new AtomicInteger();
    server.setDefaultReply(
        (request, exchange) ->
            (requests.incrementAndGet() <= 4 ? GOOD : bad.reply()).send(request, exchange));
    try (HttpEmbedder embedder = embedder("new-model");
        EmbedJob job = job(embedder)) {
      RunOutcome.Failed failed = assertInstanceOf(RunOutcome.Failed.class, job.rebuild());

      assertEquals(0, failed.counts().rejected());
      assertEquals(0, job.coverage().rejected());
      assertEquals("old-model", vectors.active().orElseThrow().fingerprint().model());
      assertTrue(server.requests().size() < 60, server.requests().size() + " requests");

      server.setDefaultReply(GOOD); // all is well again
      assertInstanceOf(RunOutcome.Completed.class, job.runOnce());
      assertEquals(new Coverage(MESSAGES, MESSAGES, 0, 0, 0), job.coverage());
      assertEquals("new-model", vectors.active().orElseThrow().fingerprint().model());
    }
  }

  @ParameterizedTest
  @MethodSource("answers")
  void textThatIsNeverTakenStopsNoOther(Answer bad) {
    for (int number : new int[] {1, 217, MESSAGES}) {
      Predicate<String> poison = text -> text.contains("Note number " + number + " about");
      server.setDefaultReply(ScriptedReplies.rejectingIf(poison, bad.reply(), GOOD));
      server.clearRequests();
      try (HttpEmbedder embedder = embedder("model-" + number);
          EmbedJob job = job(embedder)) {
        assertInstanceOf(RunOutcome.Completed.class, job.rebuild());

        long generation = vectors.active().orElseThrow().id();
        assertEquals(
            new Coverage(MESSAGES, MESSAGES - 1, 0, 1, 0),
            messages.coverage(generation, Scope.ALL));
        Rejection rejection = messages.rejections(generation, 0, 10).get(0);
        assertEquals(number, rejection.messageId());
        assertTrue(rejection.reason().contains("/v1/embeddings"), rejection.reason());
        assertTrue(server.requests().size() < 13 + 40, server.requests().size() + " requests");

        server.setDefaultReply(GOOD);
        if (number == 217) {
          job.retryRejected();
          job.runOnce();
        } else {
          job.runBackstop();
        }
        assertEquals(new Coverage(MESSAGES, MESSAGES, 0, 0, 0), job.coverage());
      }
    }
    assertEquals(List.of(), vectors.building().stream().toList());
  }
}
