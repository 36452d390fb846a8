package io.msgvault.embed.langchain4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.langchain4j.exception.AuthenticationException;
import dev.langchain4j.exception.ContentFilteredException;
import dev.langchain4j.exception.HttpException;
import dev.langchain4j.exception.InternalServerException;
import dev.langchain4j.exception.InvalidRequestException;
import dev.langchain4j.exception.JsonReadException;
import dev.langchain4j.exception.LangChain4jException;
import dev.langchain4j.exception.ModelNotFoundException;
import dev.langchain4j.exception.NonRetriableException;
import dev.langchain4j.exception.RateLimitException;
import dev.langchain4j.exception.RetriableException;
import dev.langchain4j.exception.TimeoutException;
import dev.langchain4j.exception.UnresolvedModelServerException;
import dev.langchain4j.exception.UnsupportedFeatureException;
import io.msgvault.embed.embedder.EmbedderException;
import io.msgvault.embed.embedder.EmbedderUnavailableException;
import io.msgvault.embed.embedder.RejectedInputException;
import io.msgvault.embed.embedder.TransientEmbedderException;
import java.io.IOException;
import java.nio.channels.UnresolvedAddressException;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests each row of the table of {@link LangChain4jEmbedder}. */
class LangChain4jFailuresTest {
  private static final String QUOTED = "the text of a message";

  private static HttpException answer(int status) {
    return new HttpException(status, QUOTED);
  }

  static Stream<RuntimeException> passing() {
    return Stream.of(
        answer(429),
        new RuntimeException(answer(503)),
        new RetriableException(new IllegalArgumentException(QUOTED)),
        new RateLimitException(QUOTED),
        new TimeoutException(QUOTED),
        new InternalServerException(QUOTED),
        new UnresolvedModelServerException(new UnresolvedAddressException()),
        new JsonReadException(QUOTED, new IllegalArgumentException(QUOTED)),
        new NonRetriableException(QUOTED),
        new LangChain4jException(new IOException(QUOTED)),
        new RuntimeException(QUOTED));
  }

  @ParameterizedTest
  @MethodSource("passing")
  void failureIsTransient(RuntimeException failure) {
    assertKind(TransientEmbedderException.class, failure);
  }

  static Stream<RuntimeException> rejected() {
    return Stream.of(
        answer(400),
        new InvalidRequestException(answer(413)),
        new InvalidRequestException(QUOTED),
        new ContentFilteredException(QUOTED),
        new IllegalArgumentException(QUOTED));
  }

  @ParameterizedTest
  @MethodSource("rejected")
  void failureIsOfTheText(RuntimeException failure) {
    assertKind(RejectedInputException.class, failure);
  }

  static Stream<RuntimeException> unavailable() {
    return Stream.of(
        new AuthenticationException(answer(401)),
        new InvalidRequestException(answer(402)),
        new InternalServerException(answer(501)),
        new AuthenticationException(QUOTED),
        new ModelNotFoundException(QUOTED),
        new UnsupportedFeatureException(QUOTED),
        new RuntimeException(new ModelNotFoundException(QUOTED)));
  }

  @ParameterizedTest
  @MethodSource("unavailable")
  void failureIsOfTheSettings(RuntimeException failure) {
    assertKind(EmbedderUnavailableException.class, failure);
  }

  private static void assertKind(
      Class<? extends EmbedderException> kind, RuntimeException failure) {
    EmbedderException sorted = LangChain4jFailures.sorted(failure);
    assertEquals(kind, sorted.getClass());
    assertSame(failure, sorted.getCause());
    assertFalse(sorted.getMessage().contains(QUOTED), sorted.getMessage());
  }
}
