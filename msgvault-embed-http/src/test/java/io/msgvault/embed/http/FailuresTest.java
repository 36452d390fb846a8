package io.msgvault.embed.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.msgvault.embed.embedder.EmbedderException;
import io.msgvault.embed.embedder.EmbedderUnavailableException;
import io.msgvault.embed.embedder.InputType;
import io.msgvault.embed.embedder.RejectedInputException;
import io.msgvault.embed.embedder.TransientEmbedderException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FailuresTest {
  private static final int DIMENSION = 16;
  private static final Instant NOW = Instant.parse("2030-01-01T12:00:00Z");

  private final LoopbackServer server = new LoopbackServer(ScriptedReplies.vectors(DIMENSION));
  private final HttpEmbedder embedder =
      HttpEmbedder.builder(server.uri(), "m")
          .dimension(DIMENSION)
          .clock(Clock.fixed(NOW, ZoneOffset.UTC))
          .build();

  @AfterEach
  void stop() {
    embedder.close();
    server.close();
  }

  private <E extends EmbedderException> E failure(Class<E> kind, LoopbackServer.Reply reply) {
    server.enqueue(reply);
    return assertThrows(
        kind, () -> embedder.embed(List.of("one soup", "two soups"), InputType.DOCUMENT));
  }

  private void assertStillEmbeds() {
    assertEquals(1, embedder.embed(List.of("x"), InputType.QUERY).size());
  }

  // Statuses

  @ParameterizedTest
  @ValueSource(ints = {408, 424, 425, 429, 500, 502, 503, 504, 520, 599})
  void busyServerIsTransient(int status) {
    TransientEmbedderException failure =
        failure(
            TransientEmbedderException.class,
            ScriptedReplies.status(status, ScriptedReplies.error("later")));
    assertEquals(
        "http://127.0.0.1:"
            + server.uri().getPort()
            + "/v1/embeddings answered "
            + status
            + ": later",
        failure.getMessage());
    assertEquals(Optional.empty(), failure.retryAfter());
    assertStillEmbeds();
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 406, 409, 413, 414, 418, 422, 431, 451})
  void refusedInputIsRejected(int status) {
    RejectedInputException failure =
        failure(
            RejectedInputException.class,
            ScriptedReplies.status(status, ScriptedReplies.error("too many tokens")));
    assertTrue(failure.getMessage().endsWith(" answered " + status + ": too many tokens"));
  }

  @ParameterizedTest
  @ValueSource(ints = {300, 303, 304, 401, 402, 403, 404, 405, 407, 410, 415, 501})
  void wrongConfigurationIsUnavailable(int status) {
    failure(EmbedderUnavailableException.class, ScriptedReplies.status(status, ""));
  }

  @Test
  void namesRemedyForWrongKeyOrAddress() {
    assertTrue(
        failure(EmbedderUnavailableException.class, ScriptedReplies.status(401, ""))
            .getMessage()
            .contains("check the key"));
    assertTrue(
        failure(
                EmbedderUnavailableException.class,
                ScriptedReplies.status(404, "404 page not found\n"))
            .getMessage()
            .endsWith("404: 404 page not found (check the address and the model's name)"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"error\":{\"message\":\"no\",\"code\":\"model_not_found\"}}",
        "{\"error\":{\"message\":\"no\",\"param\":\"model\",\"code\":null}}",
        "{\"error\":{\"message\":\"no\",\"param\":\"dimensions\"}}",
        "{\"error\":\"model \\\"m\\\" not found, try pulling it first\"}",
        "{\"object\":\"error\",\"message\":\"The model `m` does not exist.\",\"code\":400}",
        "Unknown model",
        "{\"error\":\"Model is unloaded.\"}",
        "{\"error\":\"The model has crashed without additional information. (Exit code: 1844)\"}",
        "{\"error\":{\"message\":\"No models loaded. Please load a model first.\"}}",
        "{\"error\":\"Failed to load model \\\"m\\\". Error: insufficient memory\"}",
        "{\"error\":\"this model does not support embeddings\"}",
        "{\"object\":\"error\",\"message\":\"Invalid model: m\",\"type\":\"invalid_model\",\"code\":1500}",
        "{\"message\":\"The provided model identifier is invalid.\"}",
        "{\"message\":\"You don't have access to the model with the specified model ID.\"}",
        "{\"error\":{\"code\":\"DeploymentNotFound\",\"message\":\"no such resource\"}}",
      })
  void modelErrorIsUnavailable(String body) {
    failure(EmbedderUnavailableException.class, ScriptedReplies.status(400, body));
    failure(EmbedderUnavailableException.class, ScriptedReplies.status(200, body));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"error\":{\"code\":\"billing_hard_limit_reached\",\"message\":\"no\",\"param\":null}}",
        "{\"error\":{\"message\":\"Your account is not active, please check your billing details\"}}",
        "{\"error\":{\"code\":\"insufficient_quota\",\"type\":\"insufficient_quota\"}}",
        "{\"error\":{\"code\":\"invalid_api_key\",\"message\":\"no\"}}",
        "{\"error\":{\"message\":\"Incorrect API key provided: sk-***\"}}",
        "[{\"error\":{\"code\":400,\"message\":\"API key expired. Please renew the API key.\","
            + "\"status\":\"INVALID_ARGUMENT\"}}]",
        "{\"error\":{\"message\":\"API key not valid. Please pass a valid API key.\"}}",
        "{\"error\":{\"message\":\"User location is not supported for the API use.\"}}",
        "{\"message\":\"invalid api token\"}",
        "{\"message\":\"The security token included in the request is expired\"}",
        "{\"__type\":\"com.amazon.coral.service#UnrecognizedClientException\"}",
        "{\"code\":\"Arrearage\",\"message\":\"Access denied\"}",
        "{\"error\":{\"message\":\"Your credit balance is too low to access the API.\"}}",
        "{\"error\":{\"message\":\"Insufficient Balance\"}}",
        "{\"error\":{\"message\":\"This organization has been disabled.\"}}",
        "{\"message\":\"Inactive subscription or usage limit reached\"}",
        "{\"detail\":\"Monthly quota exceeded\"}",
      })
  void accountErrorIsUnavailable(String body) {
    failure(EmbedderUnavailableException.class, ScriptedReplies.status(400, body));
    failure(EmbedderUnavailableException.class, ScriptedReplies.status(200, body));
  }

  /** Nor does waiting help then; other messages with this status ask for a pause. */
  @Test
  void spentQuotaIsUnavailable() {
    for (String code : List.of("insufficient_quota", "billing_not_active")) {
      failure(
          EmbedderUnavailableException.class,
          ScriptedReplies.status(
              429, "{\"error\":{\"message\":\"check your plan\",\"code\":\"" + code + "\"}}"));
    }
    failure(
        TransientEmbedderException.class,
        ScriptedReplies.status(
            429,
            "{\"error\":{\"message\":\"You exceeded your current quota. Retry in 34 s.\","
                + "\"status\":\"RESOURCE_EXHAUSTED\"}}"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"error\":{\"message\":\"This model's limit is 512 tokens\",\"param\":\"input\"}}",
        "{\"error\":{\"message\":\"input exceeds the model's context\",\"param\":null}}",
        "{\"error\":{\"message\":\"invalid model input\",\"code\":\"invalid_model_input\"}}",
        "{\"error\":{\"message\":\"Invalid model output for this input\"}}",
        "{\"error\":{\"message\":\"rejected by content filter\",\"code\":\"content_filter\"}}",
        "{\"error\":{\"message\":\"Malformed input request\",\"type\":\"invalid_request_error\"}}",
      })
  void errorThatOnlyNamesModelIsRejection(String body) {
    failure(RejectedInputException.class, ScriptedReplies.status(400, body));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "input (992 tokens) is too large to process. increase the physical batch size",
        "failed to encode response: json: unsupported value: NaN"
      })
  void serverErrorAboutTextIsRejection(String serverMessage) {
    failure(
        RejectedInputException.class,
        ScriptedReplies.status(500, ScriptedReplies.error(serverMessage)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "process it, please",
        "is too much",
        "large",
        "llama.cpp says that it is too large to process. What now?",
      })
  void serverErrorAboutTextIsRejectionDespiteSharedWords(String mail) {
    String serverMessage =
        "input (992 tokens) is too large to process. increase the physical batch size";
    server.enqueue(ScriptedReplies.status(500, ScriptedReplies.error(serverMessage)));
    String message =
        assertThrows(
                RejectedInputException.class,
                () -> embedder.embed(List.of(mail), InputType.DOCUMENT))
            .getMessage();
    assertTrue(message.contains("…") && !message.contains(serverMessage), message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"model railways", "model", "not found: a key", "exist"})
  void modelErrorIsUnavailableDespiteSharedWords(String mail) {
    for (String serverMessage :
        List.of("model 'm' not found, try pulling it first", "The model `m` does not exist.")) {
      server.enqueue(ScriptedReplies.status(400, ScriptedReplies.error(serverMessage)));
      assertThrows(
          EmbedderUnavailableException.class,
          () -> embedder.embed(List.of(mail), InputType.DOCUMENT));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "On Monday the model you sent us was not found in the box",
        "the colour does not exist",
        "no such model",
      })
  void echoedMailIsNotModelError(String mail) {
    for (String serverMessage : List.of("bad input: ", "longer than the model's context: ")) {
      server.enqueue(ScriptedReplies.status(400, ScriptedReplies.error(serverMessage + mail)));
      assertThrows(
          RejectedInputException.class, () -> embedder.embed(List.of(mail), InputType.DOCUMENT));
    }
  }

  // Retry-After

  @ParameterizedTest
  @CsvSource({
    "7, PT7S",
    "0, PT0S",
    "' 30 ', PT30S",
    "86400, PT1H",
    "'Tue, 01 Jan 2030 12:01:30 GMT', PT1M30S",
    "'Tue, 01 Jan 2030 11:00:00 GMT', PT0S",
    "'Wed, 02 Jan 2030 12:00:00 GMT', PT1H",
  })
  void readsRetryAfter(String header, Duration wait) {
    for (int status : new int[] {429, 503}) {
      TransientEmbedderException failure =
          failure(
              TransientEmbedderException.class,
              ScriptedReplies.status(status, "", "Retry-After", header));
      assertEquals(Optional.of(wait), failure.retryAfter());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"soon", "-5", "1.5", "99999999999999999999", "Tue, 01 Jan 2030"})
  void ignoresUnreadableRetryAfter(String header) {
    assertEquals(
        Optional.empty(),
        failure(
                TransientEmbedderException.class,
                ScriptedReplies.status(429, "", "Retry-After", header))
            .retryAfter());
  }

  // Malformed replies

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "<html>gateway</html>",
        "[]",
        "{",
        "{}",
        "{\"data\":null}",
        "{\"data\":{}}",
        "{\"data\":[]}",
        "{\"data\":[3]}",
        "{\"data\":[{\"index\":0},{\"index\":1}]}",
        "{\"data\":[{\"index\":0,\"embedding\":true},{\"index\":1,\"embedding\":true}]}",
        "{\"data\":[{\"index\":0,\"embedding\":[\"a\"]},{\"index\":1,\"embedding\":[\"a\"]}]}",
        "{\"data\":[{\"index\":0,\"embedding\":[[1]]},{\"index\":1,\"embedding\":[[1]]}]}",
        "{\"data\":[{\"index\":0,\"embedding\":\"AAA\"},{\"index\":1,\"embedding\":\"AAA\"}]}",
        "{\"data\":[{\"index\":0,\"embedding\":\"%%%%\"},{\"index\":1,\"embedding\":\"AAAA\"}]}",
        "{\"data\":[{\"index\":99999999999,\"embedding\":[1]}]}"
      })
  void malformedReplyIsTransient(String body) {
    failure(TransientEmbedderException.class, ScriptedReplies.json(body));
    assertStillEmbeds();
  }

  @Test
  void wrongVectorCountOrIndexIsTransient() {
    List<UnaryOperator<List<String>>> changes =
        List.of(
            items -> items.subList(0, 1),
            items -> items.subList(1, 2),
            items -> Collections.nCopies(2, items.get(0)),
            items -> List.of(items.get(0), items.get(1), items.get(1)),
            items -> List.of(items.get(0), items.get(1), ScriptedReplies.item(2, "[1]")),
            items -> List.of(items.get(0), ScriptedReplies.item(-1, "[1]")),
            // The position of an item without an index equals the index of another item.
            items -> List.of(items.get(1), items.get(0).replace("\"index\":0,", "")));
    for (UnaryOperator<List<String>> change : changes) {
      failure(TransientEmbedderException.class, ScriptedReplies.rearranged(DIMENSION, change));
    }
    assertStillEmbeds();
  }

  @Test
  void successWithoutABodyIsTransient() {
    failure(TransientEmbedderException.class, ScriptedReplies.status(204, ""));
  }

  @Test
  void errorInSuccessReplyIsTransient() {
    assertTrue(
        failure(
                TransientEmbedderException.class,
                ScriptedReplies.json(ScriptedReplies.error("no provider")))
            .getMessage()
            .endsWith("it has no list named data; it says: no provider"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"error\":\"Unexpected endpoint or method. (POST /embeddings)\"}",
        "{\"error\":{\"message\":\"Invalid URL (POST /v1/embeddings)\"}}",
        "{\"detail\":\"Route not found\"}"
      })
  void successOfUnknownPathIsWrongAddress(String body) {
    assertTrue(
        failure(EmbedderUnavailableException.class, ScriptedReplies.json(body))
            .getMessage()
            .contains("check the address"));
  }

  @Test
  void pageInsteadOfReplyHintsAtAddress() {
    LoopbackServer.Reply page =
        (request, exchange) -> {
          exchange.getResponseHeaders().set("Content-Type", "text/html; charset=utf-8");
          exchange.sendResponseHeaders(200, 0);
          exchange.getResponseBody().write("<html>a page</html>".getBytes(UTF_8));
        };
    assertTrue(
        failure(TransientEmbedderException.class, page)
            .getMessage()
            .endsWith("(check the address)"));
  }

  @Test
  void endlessReplyIsTruncated() {
    assertTrue(
        failure(TransientEmbedderException.class, ScriptedReplies.endless())
            .getMessage()
            .contains("too long"));
    assertStillEmbeds();
  }

  @Test
  void hugeDecompressedReplyIsTruncated() {
    byte[] bomb = " ".repeat(50_000_000).getBytes(UTF_8);
    assertTrue(
        failure(TransientEmbedderException.class, ScriptedReplies.gzip(200, bomb))
            .getMessage()
            .contains("too long"));
  }

  @Test
  void invalidGzipIsTransient() {
    failure(
        TransientEmbedderException.class,
        ScriptedReplies.status(200, "{\"data\":[]}", "Content-Encoding", "gzip"));
    failure(
        TransientEmbedderException.class,
        ScriptedReplies.status(200, "{\"data\":[]}", "Content-Encoding", "zstd"));
  }

  @Test
  void readsCompressedErrorBody() {
    assertTrue(
        failure(
                RejectedInputException.class,
                ScriptedReplies.gzip(400, ScriptedReplies.error("too long").getBytes(UTF_8)))
            .getMessage()
            .endsWith(": too long"));
  }

  // Unusable vectors

  @Test
  void zeroVectorIsRejection() {
    for (String embedding :
        List.of(
            "[" + "0,".repeat(DIMENSION - 1) + "0]",
            "[NaN" + ",1".repeat(DIMENSION - 1) + "]",
            "[null" + ",1".repeat(DIMENSION - 1) + "]",
            "[-Infinity" + ",1".repeat(DIMENSION - 1) + "]",
            "[1e999" + ",1".repeat(DIMENSION - 1) + "]",
            "[]",
            "null",
            ScriptedReplies.base64(new float[DIMENSION]),
            ScriptedReplies.base64(withFirst(Float.NaN)),
            ScriptedReplies.base64(withFirst(Float.POSITIVE_INFINITY)))) {
      RejectedInputException failure =
          failure(
              RejectedInputException.class,
              ScriptedReplies.rearranged(
                  DIMENSION, items -> List.of(items.get(0), ScriptedReplies.item(1, embedding))));
      assertTrue(failure.getMessage().endsWith("for text 2 of 2"), failure.getMessage());
    }
  }

  private static float[] withFirst(float component) {
    float[] vector = ScriptedReplies.vector("x", DIMENSION);
    vector[0] = component;
    return vector;
  }

  @Test
  void wrongDimensionIsUnavailable() {
    for (int other : new int[] {1, DIMENSION - 1, DIMENSION + 1, 10 * DIMENSION}) {
      float[] vector = new float[other];
      vector[0] = 1;
      for (LoopbackServer.Reply reply :
          List.of(
              ScriptedReplies.vectors(text -> vector), ScriptedReplies.numbers(text -> vector))) {
        assertTrue(
            failure(EmbedderUnavailableException.class, reply)
                .getMessage()
                .contains("dimension " + other + ", not " + DIMENSION));
      }
    }
  }

  @Test
  void badTextFailsWhenSentAlone() {
    List<String> texts = new ArrayList<>(Collections.nCopies(64, "fine"));
    texts.set(37, "poison");
    server.setDefaultReply(
        ScriptedReplies.rejectingIf(
            "poison"::equals,
            ScriptedReplies.status(400, ScriptedReplies.error("no")),
            ScriptedReplies.vectors(DIMENSION)));
    assertThrows(RejectedInputException.class, () -> embedder.embed(texts, InputType.DOCUMENT));
    assertEquals(37, embedder.embed(texts.subList(0, 37), InputType.DOCUMENT).size());
    assertEquals(26, embedder.embed(texts.subList(38, 64), InputType.DOCUMENT).size());
    assertThrows(
        RejectedInputException.class, () -> embedder.embed(List.of("poison"), InputType.DOCUMENT));
  }

  // Connections

  @Test
  void disconnectInBodyIsTransient() {
    failure(TransientEmbedderException.class, ScriptedReplies.truncated());
    assertStillEmbeds();
  }

  @Test
  void disconnectBeforeReplyIsTransient() {
    failure(TransientEmbedderException.class, (request, exchange) -> exchange.close());
    assertStillEmbeds();
  }

  @Test
  void missingServerIsTransient() {
    server.close();
    assertTrue(
        assertThrows(
                TransientEmbedderException.class,
                () -> embedder.embed(List.of("x"), InputType.DOCUMENT))
            .getMessage()
            .contains("ConnectException"));
  }

  @Test
  void timeoutIsTransient() {
    CountDownLatch never = new CountDownLatch(1);
    server.enqueue(
        ScriptedReplies.delayed(new CountDownLatch(1), never, ScriptedReplies.vectors(DIMENSION)),
        ScriptedReplies.stalledInBody(never));
    try (HttpEmbedder impatient =
        HttpEmbedder.builder(server.uri(), "m")
            .dimension(DIMENSION)
            .timeout(Duration.ofMillis(200))
            .build()) {
      for (int i = 0; i < 2; i++) {
        assertTrue(
            assertThrows(
                    TransientEmbedderException.class,
                    () -> impatient.embed(List.of("x"), InputType.DOCUMENT))
                .getMessage()
                .endsWith("did not answer within 200 ms"));
      }
    } finally {
      never.countDown();
    }
  }

  // Redirects

  @Test
  void followsRedirectOnSameServer() {
    for (int status : new int[] {301, 302, 307, 308}) {
      server.clearRequests();
      server.enqueue(ScriptedReplies.status(status, "", "Location", "/moved/embeddings"));
      assertStillEmbeds();
      assertEquals(
          List.of("/v1/embeddings", "/moved/embeddings"),
          server.requests().stream().map(SentRequest::target).toList());
      assertEquals(List.of("x"), server.requests().get(1).texts());
    }
  }

  @Test
  void ignoresRedirectToOtherServer() {
    try (LoopbackServer other = new LoopbackServer(ScriptedReplies.vectors(DIMENSION))) {
      for (int status : new int[] {301, 302, 307, 308}) {
        for (URI target : List.of(other.uri(), URI.create("http://localhost:1/v1"))) {
          EmbedderUnavailableException failure =
              failure(
                  EmbedderUnavailableException.class,
                  ScriptedReplies.status(status, "", "Location", target.toString()));
          assertTrue(failure.getMessage().contains("to another server, " + target));
        }
      }
      assertEquals(List.of(), other.requests());
    }
  }

  @Test
  void rejectsEndlessOrInvalidRedirect() {
    server.setDefaultReply(ScriptedReplies.status(307, "", "Location", "/v1/embeddings"));
    assertThrows(
        EmbedderUnavailableException.class, () -> embedder.embed(List.of("x"), InputType.QUERY));
    assertEquals(4, server.requests().size());
    server.setDefaultReply(ScriptedReplies.status(307, "", "Location", "http://[broken"));
    assertThrows(
        EmbedderUnavailableException.class, () -> embedder.embed(List.of("x"), InputType.QUERY));
    server.setDefaultReply(ScriptedReplies.status(307, ""));
    assertThrows(
        EmbedderUnavailableException.class, () -> embedder.embed(List.of("x"), InputType.QUERY));
  }

  // Learning the dimension

  @Test
  void modelIsUnavailableIfServerRejectsWord() {
    server.setDefaultReply(
        ScriptedReplies.status(400, ScriptedReplies.error("dimensions are not supported")));
    assertTrue(
        assertThrows(
                EmbedderUnavailableException.class,
                () -> HttpEmbedder.builder(server.uri(), "m").build().model())
            .getMessage()
            .contains("dimensions are not supported"));
  }

  @Test
  void modelIsUnavailableWithoutDimension() {
    for (int dimension : new int[] {1, 8193}) {
      server.setDefaultReply(ScriptedReplies.vectors(text -> new float[dimension]));
      assertThrows(
          EmbedderUnavailableException.class,
          () -> HttpEmbedder.builder(server.uri(), "m").build().model());
    }
  }

  @Test
  void modelFailsTransientlyIfServerIsBusy() {
    server.setDefaultReply(ScriptedReplies.status(503, "", "Retry-After", "5"));
    assertEquals(
        Optional.of(Duration.ofSeconds(5)),
        assertThrows(
                TransientEmbedderException.class,
                () -> HttpEmbedder.builder(server.uri(), "m").build().model())
            .retryAfter());
  }
}
