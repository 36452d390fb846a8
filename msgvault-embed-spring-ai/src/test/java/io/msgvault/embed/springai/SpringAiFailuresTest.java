package io.msgvault.embed.springai;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.msgvault.embed.embedder.EmbedderException;
import io.msgvault.embed.embedder.EmbedderUnavailableException;
import io.msgvault.embed.embedder.RejectedInputException;
import io.msgvault.embed.embedder.TransientEmbedderException;
import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.ai.retry.NonTransientAiException;
import org.springframework.ai.retry.TransientAiException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.web.client.HttpClientErrorException;
import org.springframework.web.client.HttpServerErrorException;
import org.springframework.web.client.ResourceAccessException;

/** Tests each row of the table of {@link SpringAiEmbedder}. */
class SpringAiFailuresTest {
  private static final String QUOTED = "the text of a message";

  private static RuntimeException client(HttpStatus status) {
    return HttpClientErrorException.create(
        status, status.getReasonPhrase(), HttpHeaders.EMPTY, QUOTED.getBytes(UTF_8), UTF_8);
  }

  static Stream<RuntimeException> passing() {
    return Stream.of(
        new TransientAiException("400 - " + QUOTED),
        new RuntimeException(new TransientAiException(QUOTED)),
        new ResourceAccessException(QUOTED, new IOException()),
        new NonTransientAiException("429 - " + QUOTED),
        new NonTransientAiException("HTTP 408 - " + QUOTED),
        client(HttpStatus.TOO_MANY_REQUESTS),
        HttpServerErrorException.create(
            HttpStatus.BAD_GATEWAY, "x", HttpHeaders.EMPTY, QUOTED.getBytes(UTF_8), UTF_8),
        new RuntimeException("503: " + QUOTED),
        new RuntimeException(QUOTED),
        new RuntimeException((String) null));
  }

  @ParameterizedTest
  @MethodSource("passing")
  void failureIsTransient(RuntimeException failure) {
    assertKind(TransientEmbedderException.class, failure);
  }

  static Stream<RuntimeException> rejected() {
    return Stream.of(
        new NonTransientAiException("400 - " + QUOTED),
        new NonTransientAiException("HTTP 413 - " + QUOTED),
        new NonTransientAiException(QUOTED),
        client(HttpStatus.BAD_REQUEST),
        new RuntimeException(client(HttpStatus.CONFLICT)),
        new IllegalArgumentException(QUOTED));
  }

  @ParameterizedTest
  @MethodSource("rejected")
  void failureIsOfTheText(RuntimeException failure) {
    assertKind(RejectedInputException.class, failure);
  }

  static Stream<RuntimeException> unavailable() {
    return Stream.of(
        new NonTransientAiException("401 - " + QUOTED),
        new NonTransientAiException("HTTP 404 - " + QUOTED),
        client(HttpStatus.FORBIDDEN),
        new RuntimeException(client(HttpStatus.PAYMENT_REQUIRED)),
        new UnsupportedOperationException(QUOTED));
  }

  @ParameterizedTest
  @MethodSource("unavailable")
  void failureIsOfTheSettings(RuntimeException failure) {
    assertKind(EmbedderUnavailableException.class, failure);
  }

  private static void assertKind(
      Class<? extends EmbedderException> kind, RuntimeException failure) {
    EmbedderException sorted = SpringAiFailures.sorted(failure);
    assertEquals(kind, sorted.getClass(), sorted.getMessage());
    assertSame(failure, sorted.getCause());
    assertFalse(sorted.getMessage().contains(QUOTED), sorted.getMessage());
  }
}
