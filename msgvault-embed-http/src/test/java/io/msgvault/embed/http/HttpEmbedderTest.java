package io.msgvault.embed.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.msgvault.embed.embedder.EmbedderModel;
import io.msgvault.embed.embedder.EmbedderUnavailableException;
import io.msgvault.embed.embedder.InputType;
import io.msgvault.embed.embedder.TransientEmbedderException;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HttpEmbedderTest {
  private static final int DIMENSION = 16;

  private final LoopbackServer server = new LoopbackServer(ScriptedReplies.vectors(DIMENSION));

  @AfterEach
  void stop() {
    server.close();
  }

  private HttpEmbedder.Builder builder() {
    return HttpEmbedder.builder(server.uri(), "m").dimension(DIMENSION);
  }

  private static void assertVectors(List<String> texts, List<float[]> vectors) {
    assertEquals(texts.size(), vectors.size());
    for (int i = 0; i < texts.size(); i++) {
      assertArrayEquals(ScriptedReplies.vector(texts.get(i), DIMENSION), vectors.get(i), 1e-6f);
    }
  }

  private void assertEmbeds(HttpEmbedder embedder) {
    List<String> texts = List.of("a soup", "two soups", "three");
    assertVectors(texts, embedder.embed(texts, InputType.DOCUMENT));
  }

  // Vectors

  @Test
  void readsBase64() {
    try (HttpEmbedder embedder = builder().build()) {
      assertEmbeds(embedder);
      assertEquals(Optional.of("base64"), server.requests().get(0).encoding());
      assertEquals("m", server.requests().get(0).model());
    }
  }

  @Test
  void readsNumbersDespiteBase64Request() {
    server.setDefaultReply(
        ScriptedReplies.numbers(text -> ScriptedReplies.vector(text, DIMENSION)));
    try (HttpEmbedder embedder = builder().build()) {
      assertEmbeds(embedder);
    }
  }

  @Test
  void placesVectorsByTheirIndex() {
    server.setDefaultReply(ScriptedReplies.reversed(DIMENSION));
    try (HttpEmbedder embedder = builder().build()) {
      assertEmbeds(embedder);
    }
  }

  @Test
  void missingIndexMeansPosition() {
    server.setDefaultReply(
        ScriptedReplies.rearranged(
            DIMENSION,
            items -> {
              List<String> changed = new ArrayList<>(items);
              changed.set(0, items.get(0).replace("\"index\":0,", ""));
              return changed;
            }));
    try (HttpEmbedder embedder = builder().build()) {
      assertEmbeds(embedder);
    }
  }

  @Test
  void readsChunkedReply() {
    server.enqueue(
        ScriptedReplies.chunked(
            ScriptedReplies.list(
                List.of(
                    ScriptedReplies.item(0, ScriptedReplies.base64(new float[] {0.6f, 0.8f}))))));
    try (HttpEmbedder embedder = HttpEmbedder.builder(server.uri(), "m").dimension(2).build()) {
      assertArrayEquals(
          new float[] {0.6f, 0.8f}, embedder.embed(List.of("x"), InputType.QUERY).get(0));
    }
  }

  @Test
  void readsCompressedReply() {
    String body =
        ScriptedReplies.list(
            List.of(ScriptedReplies.item(0, ScriptedReplies.base64(new float[] {0, 1}))));
    server.enqueue(ScriptedReplies.gzip(200, body.getBytes(UTF_8)));
    try (HttpEmbedder embedder = HttpEmbedder.builder(server.uri(), "m").dimension(2).build()) {
      assertArrayEquals(new float[] {0, 1}, embedder.embed(List.of("x"), InputType.QUERY).get(0));
    }
  }

  @Test
  void readsUnpaddedBase64() {
    String item =
        ScriptedReplies.item(0, ScriptedReplies.base64(new float[] {0, 1})).replace("=", "");
    server.enqueue(ScriptedReplies.json(ScriptedReplies.list(List.of(item))));
    try (HttpEmbedder embedder = HttpEmbedder.builder(server.uri(), "m").dimension(2).build()) {
      assertArrayEquals(new float[] {0, 1}, embedder.embed(List.of("x"), InputType.QUERY).get(0));
    }
  }

  @Test
  void scalesVectorsToLengthOne() {
    server.setDefaultReply(ScriptedReplies.vectors(text -> new float[] {30, 40}));
    try (HttpEmbedder embedder = HttpEmbedder.builder(server.uri(), "m").dimension(2).build()) {
      assertTrue(embedder.model().normalised());
      assertArrayEquals(
          new float[] {0.6f, 0.8f}, embedder.embed(List.of("x"), InputType.QUERY).get(0), 1e-7f);
    }
  }

  @Test
  void scalesTheSmallestAndTheLargestVectors() {
    for (float size : new float[] {Float.MIN_VALUE, Float.MAX_VALUE}) {
      server.setDefaultReply(ScriptedReplies.vectors(text -> new float[] {0, -size}));
      try (HttpEmbedder embedder = HttpEmbedder.builder(server.uri(), "m").dimension(2).build()) {
        assertArrayEquals(
            new float[] {0, -1}, embedder.embed(List.of("x"), InputType.QUERY).get(0));
      }
    }
  }

  // The encoding

  @Test
  void fallsBackFromBase64() {
    for (String refusal :
        List.of(
            ScriptedReplies.error("base64 encoding is not currently supported"),
            ScriptedReplies.error("Unrecognized request argument supplied: encoding_format"),
            ScriptedReplies.error("unsupported encoding format"),
            ScriptedReplies.error("only float embeddings are supported"),
            ScriptedReplies.error("Extra inputs are not permitted"),
            "{\"error\":\"json: unknown field \\\"encodingFormat\\\"\"}",
            "{\"detail\":[{\"loc\":[\"body\",\"encoding_format\"],\"msg\":\"extra field\"}]}")) {
      server.clearRequests();
      server.setDefaultReply(
          (request, exchange) ->
              (request.encoding().isPresent()
                      ? ScriptedReplies.status(422, refusal)
                      : ScriptedReplies.vectors(DIMENSION))
                  .send(request, exchange));
      try (HttpEmbedder embedder = builder().build()) {
        assertEmbeds(embedder);
        assertEquals(2, server.requests().size());
        assertEmbeds(embedder);
        assertEquals(3, server.requests().size());
      }
    }
  }

  @Test
  void withoutBase64AsksForNumbers() {
    try (HttpEmbedder embedder = builder().withoutBase64().build()) {
      assertEmbeds(embedder);
      assertEquals(Optional.empty(), server.requests().get(0).encoding());
    }
  }

  @Test
  void keepsBase64AfterUnrelatedRejection() {
    server.enqueue(
        ScriptedReplies.status(400, ScriptedReplies.error("not this mail on base64")),
        ScriptedReplies.status(400, ScriptedReplies.error("not this mail on base64")));
    try (HttpEmbedder embedder = builder().build()) {
      assertThrows(RuntimeException.class, () -> embedder.embed(List.of("x"), InputType.DOCUMENT));
      server.clearRequests();
      assertEmbeds(embedder);
      assertEquals(Optional.of("base64"), server.requests().get(0).encoding());
    }
  }

  @Test
  void learningDimensionFallsBackFromBase64() {
    server.setDefaultReply(
        (request, exchange) ->
            (request.encoding().isPresent()
                    ? ScriptedReplies.status(
                        400, ScriptedReplies.error("a proxy failed to read the body"))
                    : ScriptedReplies.vectors(DIMENSION))
                .send(request, exchange));
    try (HttpEmbedder embedder = HttpEmbedder.builder(server.uri(), "m").build()) {
      assertEmbeds(embedder);
      assertEquals(3, server.requests().size());
    }
  }

  // The model

  @Test
  void learnsTheDimensionFromTheServer() {
    try (HttpEmbedder embedder = HttpEmbedder.builder(server.uri(), "m").build()) {
      assertEquals(List.of(), server.requests());
      assertEquals(0, embedder.embed(List.of(), InputType.QUERY).size());
      assertEquals(List.of(), server.requests());
      assertEquals(
          new EmbedderModel("m", DIMENSION, Integer.MAX_VALUE, "", "", true), embedder.model());
      assertEmbeds(embedder);
      assertEquals(2, server.requests().size());
    }
  }

  @Test
  void givenDimensionNeedsNoRequest() {
    try (HttpEmbedder embedder =
        builder().maxTokens(512).queryPrefix("q: ").documentPrefix("d: ").build()) {
      assertEquals(new EmbedderModel("m", DIMENSION, 512, "q: ", "d: ", true), embedder.model());
      assertEquals(List.of(), server.requests());
    }
  }

  @Test
  void sendsTheDimensionToShortenTo() {
    try (HttpEmbedder embedder =
        HttpEmbedder.builder(server.uri(), "m").shortenTo(DIMENSION).build()) {
      assertEmbeds(embedder);
      assertEquals(DIMENSION, embedder.model().dimension());
      assertEquals(OptionalInt.of(DIMENSION), server.requests().get(0).dimensions());
    }
  }

  @Test
  void prependsPrefixOfInputType() {
    try (HttpEmbedder embedder = builder().queryPrefix("q: ").documentPrefix("d: ").build()) {
      embedder.embed(List.of("x", "y"), InputType.DOCUMENT);
      embedder.embed(List.of("z"), InputType.QUERY);
      assertEquals(
          List.of(List.of("d: x", "d: y"), List.of("q: z")),
          server.requests().stream().map(SentRequest::texts).toList());
    }
  }

  // Requests

  @Test
  void emptyListSendsNothing() {
    try (HttpEmbedder embedder = builder().build()) {
      assertEquals(List.of(), embedder.embed(List.of(), InputType.DOCUMENT));
      assertEquals(List.of(), server.requests());
    }
  }

  @Test
  void splitsListByCountAndSize() {
    try (HttpEmbedder embedder = builder().batchSize(3).batchCharacters(10).build()) {
      List<String> texts =
          List.of("1", "2", "3", "4", "12345", "123456", "a text beyond the limit", "5", "6");
      assertVectors(texts, embedder.embed(texts, InputType.DOCUMENT));
      assertEquals(
          List.of(
              List.of("1", "2", "3"),
              List.of("4", "12345"),
              List.of("123456"),
              List.of("a text beyond the limit"),
              List.of("5", "6")),
          server.requests().stream().map(SentRequest::texts).toList());
      assertEquals(3, embedder.batchSize());
    }
  }

  @Test
  void sendsCharactersUnchanged() {
    List<String> texts =
        List.of("\u0000\u001f\"\\/\n", "żółć", "\uD83D\uDE00", "\u2028", "x".repeat(100_000));
    try (HttpEmbedder embedder = builder().build()) {
      embedder.embed(texts, InputType.DOCUMENT);
      assertEquals(texts, server.requests().get(0).texts());
    }
  }

  @Test
  void replacesLoneSurrogates() {
    try (HttpEmbedder embedder = builder().build()) {
      embedder.embed(List.of("a\uD83Db", "\uDE00", "\uD83D\uDE00\uD83D"), InputType.DOCUMENT);
      assertEquals(
          List.of("a\uFFFDb", "\uFFFD", "\uD83D\uDE00\uFFFD"), server.requests().get(0).texts());
    }
  }

  @Test
  void sendsNoUpgradeHeader() {
    try (HttpEmbedder embedder = builder().build()) {
      assertEmbeds(embedder);
      assertEquals(Optional.empty(), server.requests().get(0).header("Upgrade"));
    }
  }

  @Test
  void sendsCurrentKeyAndHeaders() {
    Queue<String> keys = new ConcurrentLinkedQueue<>(List.of("first-key", "second-key\n"));
    try (HttpEmbedder embedder =
        builder().key(keys::remove).header("X-Team", "a").header("x-team", "b").build()) {
      assertEmbeds(embedder);
      assertEmbeds(embedder);
      assertEquals(
          List.of("Bearer first-key", "Bearer second-key"),
          server.requests().stream().map(r -> r.header("Authorization").orElse("")).toList());
      assertEquals(List.of("b"), server.requests().get(0).headers().get("X-Team"));
    }
  }

  @Test
  void readsTheKeyFromTheEnvironment() {
    try (HttpEmbedder embedder = builder().keyFromEnvironment("PATH").build()) {
      assertEmbeds(embedder);
      assertEquals(
          Optional.of("Bearer " + System.getenv("PATH")),
          server.requests().get(0).header("Authorization"));
    }
    EmbedderUnavailableException unset =
        assertThrows(
            EmbedderUnavailableException.class,
            () -> builder().keyFromEnvironment("MSGVAULT_NO_SUCH_KEY"));
    assertTrue(unset.getMessage().contains("MSGVAULT_NO_SUCH_KEY"));
  }

  @Test
  void acceptsServerBaseAndFullUrl() {
    String host = "http://127.0.0.1:" + server.uri().getPort();
    for (String path : List.of("", "/", "/v1", "/v1/", "/v1/embeddings")) {
      server.clearRequests();
      try (HttpEmbedder embedder =
          HttpEmbedder.builder(URI.create(host + path), "m").dimension(DIMENSION).build()) {
        assertEmbeds(embedder);
        assertEquals("/v1/embeddings", server.requests().get(0).target());
      }
    }
  }

  @Test
  void embedsConcurrently() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try (HttpEmbedder embedder = builder().concurrency(8).build()) {
      List<Future<List<float[]>>> answers = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        List<String> texts = List.of("text " + i, "another " + i);
        answers.add(threads.submit(() -> embedder.embed(texts, InputType.DOCUMENT)));
      }
      for (int i = 0; i < answers.size(); i++) {
        assertVectors(List.of("text " + i, "another " + i), answers.get(i).get());
      }
      assertEquals(8, embedder.concurrency());
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void sendsMoreTextsUntilTheServerRefuses() {
    List<String> texts = IntStream.range(0, 300).mapToObj(i -> "text " + i).toList();
    LoopbackServer.Reply slow =
        (request, exchange) -> {
          pause(10);
          (request.texts().size() > 64
                  ? ScriptedReplies.status(422, ScriptedReplies.error("batch size > 64"))
                  : ScriptedReplies.vectors(DIMENSION))
              .send(request, exchange);
        };
    server.setDefaultReply(slow);
    try (HttpEmbedder embedder = builder().concurrency(1).build()) {
      while (server.requests().stream().noneMatch(request -> request.texts().size() > 64)) {
        assertVectors(texts, embedder.embed(texts, InputType.DOCUMENT));
      }
      server.clearRequests();
      assertVectors(texts, embedder.embed(texts, InputType.DOCUMENT));
      assertEquals(64, embedder.batchSize());
      assertEquals(
          List.of(64, 64, 64, 64, 44),
          server.requests().stream().map(request -> request.texts().size()).toList());
    }
  }

  @Test
  void sendsFewerRequestsWhenTheServerHasTooMany() {
    server.enqueue(ScriptedReplies.status(429, ScriptedReplies.error("slow down")));
    try (HttpEmbedder embedder = builder().build()) {
      assertEquals(4, embedder.concurrency());
      assertThrows(
          TransientEmbedderException.class,
          () -> embedder.embed(List.of("text"), InputType.DOCUMENT));
      assertEquals(2, embedder.concurrency());
    }
  }

  private static void pause(int millis) {
    long end = System.nanoTime() + millis * 1_000_000L;
    while (System.nanoTime() < end) {
      LockSupport.parkNanos(end - System.nanoTime());
    }
  }

  @Test
  void usesHostClient() {
    Queue<String> names = new ConcurrentLinkedQueue<>();
    ExecutorService threads =
        Executors.newSingleThreadExecutor(task -> new Thread(task, "the-host's"));
    HttpClient client =
        HttpClient.newBuilder()
            .executor(
                task ->
                    threads.execute(
                        () -> {
                          names.add(Thread.currentThread().getName());
                          task.run();
                        }))
            .build();
    try (HttpEmbedder embedder = builder().httpClient(client).build()) {
      assertEmbeds(embedder);
      assertEquals(Optional.empty(), server.requests().get(0).header("Upgrade"));
    }
    assertTrue(names.contains("the-host's"));
    try (HttpEmbedder another = builder().httpClient(client).build()) {
      assertEmbeds(another);
    } finally {
      threads.shutdownNow();
    }
  }

  // Misuse

  @Test
  void rejectsSettingsOutOfRange() {
    assertThrows(IllegalArgumentException.class, () -> builder().dimension(1));
    assertThrows(IllegalArgumentException.class, () -> builder().shortenTo(8193));
    assertThrows(IllegalArgumentException.class, () -> builder().maxTokens(0));
    assertThrows(IllegalArgumentException.class, () -> builder().batchSize(0));
    assertThrows(IllegalArgumentException.class, () -> builder().batchCharacters(0));
    assertThrows(IllegalArgumentException.class, () -> builder().concurrency(0));
    assertThrows(IllegalArgumentException.class, () -> builder().timeout(Duration.ZERO));
    assertThrows(IllegalArgumentException.class, () -> builder().timeout(Duration.ofDays(2)));
    assertThrows(IllegalArgumentException.class, () -> builder().header("Host", "elsewhere"));
    assertThrows(IllegalArgumentException.class, () -> HttpEmbedder.builder(server.uri(), " "));
  }

  @Test
  void rejectsClientThatFollowsRedirects() {
    HttpClient client = HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NORMAL).build();
    assertThrows(IllegalArgumentException.class, () -> builder().httpClient(client));
  }

  @Test
  void returnsFreshVectors() {
    try (HttpEmbedder embedder = builder().build()) {
      List<float[]> vectors = embedder.embed(List.of("x", "x"), InputType.DOCUMENT);
      assertNotEquals(vectors.get(0), vectors.get(1));
    }
  }

  @Test
  void numbersTextsAcrossRequests() {
    List<String> texts = IntStream.range(0, 100).mapToObj(i -> "text " + i).toList();
    try (HttpEmbedder embedder = builder().batchSize(7).build()) {
      assertVectors(texts, embedder.embed(texts, InputType.DOCUMENT));
      assertEquals(15, server.requests().size());
    }
  }
}
