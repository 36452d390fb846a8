package io.msgvault.embed.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.msgvault.embed.EmbedderException;
import io.msgvault.embed.EmbedderUnavailableException;
import io.msgvault.embed.Purpose;
import io.msgvault.embed.RejectedInputException;
import io.msgvault.embed.TransientEmbedderException;
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

  private final LoopbackServer server = new LoopbackServer(Replies.vectors(DIMENSION));
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
    server.next(reply);
    return assertThrows(
        kind, () -> embedder.embed(List.of("one soup", "two soups"), Purpose.DOCUMENT));
  }

  private void assertStillEmbeds() {
    assertEquals(1, embedder.embed(List.of("x"), Purpose.QUERY).size());
  }

  // Statuses

  @ParameterizedTest
  @ValueSource(ints = {408, 424, 425, 429, 500, 502, 503, 504, 520, 599})
  void aBusyOrBrokenServerIsTransient(int status) {
    TransientEmbedderException failure =
        failure(TransientEmbedderException.class, Replies.status(status, Replies.error("later")));
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
  @ValueSource(ints = {400, 413, 422})
  void aRefusedInputIsRejected(int status) {
    RejectedInputException failure =
        failure(
            RejectedInputException.class, Replies.status(status, Replies.error("too many tokens")));
    assertTrue(failure.getMessage().endsWith(" answered " + status + ": too many tokens"));
  }

  @ParameterizedTest
  @ValueSource(ints = {300, 303, 304, 401, 402, 403, 404, 405, 407, 410, 415, 501})
  void aWrongSetUpIsUnavailable(int status) {
    failure(EmbedderUnavailableException.class, Replies.status(status, ""));
  }

  @Test
  void saysWhatToCheckForAWrongKeyOrAddress() {
    assertTrue(
        failure(EmbedderUnavailableException.class, Replies.status(401, ""))
            .getMessage()
            .contains("check the key"));
    assertTrue(
        failure(EmbedderUnavailableException.class, Replies.status(404, "404 page not found\n"))
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
        "Unknown model"
      })
  void aRefusalThatBlamesTheModelIsUnavailable(String body) {
    failure(EmbedderUnavailableException.class, Replies.status(400, body));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"error\":{\"message\":\"This model's limit is 512 tokens\",\"param\":\"input\"}}",
        "{\"error\":{\"message\":\"input exceeds the model's context\",\"param\":null}}"
      })
  void aRefusalThatOnlyNamesTheModelIsOfTheInput(String body) {
    failure(RejectedInputException.class, Replies.status(400, body));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "input (992 tokens) is too large to process. increase the physical batch size",
        "failed to encode response: json: unsupported value: NaN"
      })
  void aServerErrorThatBlamesTheTextIsARejection(String said) {
    failure(RejectedInputException.class, Replies.status(500, Replies.error(said)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "process it, please",
        "is too much",
        "large",
        "llama.cpp says that it is too large to process. What now?",
      })
  void aServerErrorThatBlamesTheTextIsARejectionWhateverWordsTheTextShares(String mail) {
    String said = "input (992 tokens) is too large to process. increase the physical batch size";
    server.next(Replies.status(500, Replies.error(said)));
    String message =
        assertThrows(
                RejectedInputException.class, () -> embedder.embed(List.of(mail), Purpose.DOCUMENT))
            .getMessage();
    assertTrue(message.contains("…") && !message.contains(said), message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"model railways", "model", "not found: a key", "exist"})
  void aRefusalThatBlamesTheModelIsUnavailableWhateverWordsTheTextShares(String mail) {
    for (String said :
        List.of("model 'm' not found, try pulling it first", "The model `m` does not exist.")) {
      server.next(Replies.status(400, Replies.error(said)));
      assertThrows(
          EmbedderUnavailableException.class,
          () -> embedder.embed(List.of(mail), Purpose.DOCUMENT));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "On Monday the model you sent us was not found in the box",
        "the colour does not exist",
        "no such model",
      })
  void aMailThatSaysTheModelIsUnknownIsNotTakenForTheServer(String mail) {
    for (String said : List.of("bad input: ", "longer than the model's context: ")) {
      server.next(Replies.status(400, Replies.error(said + mail)));
      assertThrows(
          RejectedInputException.class, () -> embedder.embed(List.of(mail), Purpose.DOCUMENT));
    }
  }

  // How long to wait

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
  void passesOnHowLongTheServerAsksToWait(String header, Duration wait) {
    for (int status : new int[] {429, 503}) {
      TransientEmbedderException failure =
          failure(
              TransientEmbedderException.class, Replies.status(status, "", "Retry-After", header));
      assertEquals(Optional.of(wait), failure.retryAfter());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"soon", "-5", "1.5", "99999999999999999999", "Tue, 01 Jan 2030"})
  void passesOnNoWaitThatCanNotBeRead(String header) {
    assertEquals(
        Optional.empty(),
        failure(TransientEmbedderException.class, Replies.status(429, "", "Retry-After", header))
            .retryAfter());
  }

  // Answers that are none

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
  void garbageIsTransient(String body) {
    failure(TransientEmbedderException.class, Replies.json(body));
    assertStillEmbeds();
  }

  @Test
  void tooFewTooManyRepeatedAndStrayVectorsAreTransient() {
    List<UnaryOperator<List<String>>> changes =
        List.of(
            items -> items.subList(0, 1),
            items -> items.subList(1, 2),
            items -> Collections.nCopies(2, items.get(0)),
            items -> List.of(items.get(0), items.get(1), items.get(1)),
            items -> List.of(items.get(0), items.get(1), Replies.item(2, "[1]")),
            items -> List.of(items.get(0), Replies.item(-1, "[1]")),
            // The position of an item without an index is already another's index.
            items -> List.of(items.get(1), items.get(0).replace("\"index\":0,", "")));
    for (UnaryOperator<List<String>> change : changes) {
      failure(TransientEmbedderException.class, Replies.rearranged(DIMENSION, change));
    }
    assertStillEmbeds();
  }

  @Test
  void successWithoutABodyIsTransient() {
    failure(TransientEmbedderException.class, Replies.status(204, ""));
  }

  @Test
  void anErrorUnderTheNameOfSuccessIsTransientAndTold() {
    assertTrue(
        failure(TransientEmbedderException.class, Replies.json(Replies.error("no provider")))
            .getMessage()
            .endsWith("it has no list named data; it says: no provider"));
  }

  @Test
  void anEndlessAnswerIsCutOff() {
    assertTrue(
        failure(TransientEmbedderException.class, Replies.endless())
            .getMessage()
            .contains("too long"));
    assertStillEmbeds();
  }

  @Test
  void anAnswerThatIsHugeOnceDecompressedIsCutOff() {
    byte[] bomb = " ".repeat(50_000_000).getBytes(UTF_8);
    assertTrue(
        failure(TransientEmbedderException.class, Replies.gzip(200, bomb))
            .getMessage()
            .contains("too long"));
  }

  @Test
  void compressionThatIsNoneIsTransient() {
    failure(
        TransientEmbedderException.class,
        Replies.status(200, "{\"data\":[]}", "Content-Encoding", "gzip"));
    failure(
        TransientEmbedderException.class,
        Replies.status(200, "{\"data\":[]}", "Content-Encoding", "zstd"));
  }

  @Test
  void readsTheMessageOfACompressedRefusal() {
    assertTrue(
        failure(
                RejectedInputException.class,
                Replies.gzip(400, Replies.error("too long").getBytes(UTF_8)))
            .getMessage()
            .endsWith(": too long"));
  }

  // Vectors that are none

  @Test
  void aVectorWithoutADirectionIsARejection() {
    for (String embedding :
        List.of(
            "[" + "0,".repeat(DIMENSION - 1) + "0]",
            "[NaN" + ",1".repeat(DIMENSION - 1) + "]",
            "[null" + ",1".repeat(DIMENSION - 1) + "]",
            "[-Infinity" + ",1".repeat(DIMENSION - 1) + "]",
            "[1e999" + ",1".repeat(DIMENSION - 1) + "]",
            "[]",
            "null",
            Replies.base64(new float[DIMENSION]),
            Replies.base64(withFirst(Float.NaN)),
            Replies.base64(withFirst(Float.POSITIVE_INFINITY)))) {
      RejectedInputException failure =
          failure(
              RejectedInputException.class,
              Replies.rearranged(
                  DIMENSION, items -> List.of(items.get(0), Replies.item(1, embedding))));
      assertTrue(failure.getMessage().endsWith("for text 2 of 2"), failure.getMessage());
    }
  }

  private static float[] withFirst(float component) {
    float[] vector = Replies.vector("x", DIMENSION);
    vector[0] = component;
    return vector;
  }

  @Test
  void aVectorOfAnotherDimensionIsUnavailable() {
    for (int other : new int[] {1, DIMENSION - 1, DIMENSION + 1, 10 * DIMENSION}) {
      float[] vector = new float[other];
      vector[0] = 1;
      for (LoopbackServer.Reply reply :
          List.of(Replies.vectors(text -> vector), Replies.numbers(text -> vector))) {
        assertTrue(
            failure(EmbedderUnavailableException.class, reply)
                .getMessage()
                .contains("dimension " + other + ", not " + DIMENSION));
      }
    }
  }

  @Test
  void oneBadTextOfABatchFailsAloneOnceItIsSentAlone() {
    List<String> texts = new ArrayList<>(Collections.nCopies(64, "fine"));
    texts.set(37, "poison");
    server.always(
        Replies.refusing(
            "poison"::equals,
            Replies.status(400, Replies.error("no")),
            Replies.vectors(DIMENSION)));
    assertThrows(RejectedInputException.class, () -> embedder.embed(texts, Purpose.DOCUMENT));
    assertEquals(37, embedder.embed(texts.subList(0, 37), Purpose.DOCUMENT).size());
    assertEquals(26, embedder.embed(texts.subList(38, 64), Purpose.DOCUMENT).size());
    assertThrows(
        RejectedInputException.class, () -> embedder.embed(List.of("poison"), Purpose.DOCUMENT));
  }

  // Connections

  @Test
  void aConnectionCutInTheBodyIsTransient() {
    failure(TransientEmbedderException.class, Replies.cut());
    assertStillEmbeds();
  }

  @Test
  void aConnectionCutBeforeTheAnswerIsTransient() {
    failure(TransientEmbedderException.class, (request, exchange) -> exchange.close());
    assertStillEmbeds();
  }

  @Test
  void aServerThatIsNotThereIsTransient() {
    server.close();
    assertTrue(
        assertThrows(
                TransientEmbedderException.class,
                () -> embedder.embed(List.of("x"), Purpose.DOCUMENT))
            .getMessage()
            .contains("ConnectException"));
  }

  @Test
  void anAnswerThatDoesNotComeInTimeIsTransient() {
    CountDownLatch never = new CountDownLatch(1);
    server.next(
        Replies.held(new CountDownLatch(1), never, Replies.vectors(DIMENSION)),
        Replies.stuckInTheBody(never));
    try (HttpEmbedder impatient =
        HttpEmbedder.builder(server.uri(), "m")
            .dimension(DIMENSION)
            .timeout(Duration.ofMillis(200))
            .build()) {
      for (int i = 0; i < 2; i++) {
        assertTrue(
            assertThrows(
                    TransientEmbedderException.class,
                    () -> impatient.embed(List.of("x"), Purpose.DOCUMENT))
                .getMessage()
                .endsWith("did not answer within 200 ms"));
      }
    } finally {
      never.countDown();
    }
  }

  // Redirects

  @Test
  void followsARedirectOnTheSameServer() {
    for (int status : new int[] {301, 302, 307, 308}) {
      server.forget();
      server.next(Replies.status(status, "", "Location", "/moved/embeddings"));
      assertStillEmbeds();
      assertEquals(
          List.of("/v1/embeddings", "/moved/embeddings"),
          server.requests().stream().map(SentRequest::target).toList());
      assertEquals(List.of("x"), server.requests().get(1).texts());
    }
  }

  @Test
  void sendsNothingToAnotherServer() {
    try (LoopbackServer other = new LoopbackServer(Replies.vectors(DIMENSION))) {
      for (int status : new int[] {301, 302, 307, 308}) {
        for (URI target : List.of(other.uri(), URI.create("http://localhost:1/v1"))) {
          EmbedderUnavailableException failure =
              failure(
                  EmbedderUnavailableException.class,
                  Replies.status(status, "", "Location", target.toString()));
          assertTrue(failure.getMessage().contains("to another server, " + target));
        }
      }
      assertEquals(List.of(), other.requests());
    }
  }

  @Test
  void refusesARedirectWithoutEndOrSense() {
    server.always(Replies.status(307, "", "Location", "/v1/embeddings"));
    assertThrows(
        EmbedderUnavailableException.class, () -> embedder.embed(List.of("x"), Purpose.QUERY));
    assertEquals(4, server.requests().size());
    server.always(Replies.status(307, "", "Location", "http://[broken"));
    assertThrows(
        EmbedderUnavailableException.class, () -> embedder.embed(List.of("x"), Purpose.QUERY));
    server.always(Replies.status(307, ""));
    assertThrows(
        EmbedderUnavailableException.class, () -> embedder.embed(List.of("x"), Purpose.QUERY));
  }

  // Building

  @Test
  void refusesToBeBuiltOnAServerThatRefusesAPlainWord() {
    server.always(Replies.status(400, Replies.error("dimensions are not supported")));
    assertTrue(
        assertThrows(
                EmbedderUnavailableException.class,
                () -> HttpEmbedder.builder(server.uri(), "m").build())
            .getMessage()
            .contains("dimensions are not supported"));
  }

  @Test
  void refusesToBeBuiltOnAModelWithoutDimension() {
    for (int dimension : new int[] {1, 8193}) {
      server.always(Replies.vectors(text -> new float[dimension]));
      assertThrows(
          EmbedderUnavailableException.class,
          () -> HttpEmbedder.builder(server.uri(), "m").build());
    }
  }

  @Test
  void passesOnThatTheServerIsBusyWhileItIsBuilt() {
    server.always(Replies.status(503, "", "Retry-After", "5"));
    assertEquals(
        Optional.of(Duration.ofSeconds(5)),
        assertThrows(
                TransientEmbedderException.class,
                () -> HttpEmbedder.builder(server.uri(), "m").build())
            .retryAfter());
  }
}
