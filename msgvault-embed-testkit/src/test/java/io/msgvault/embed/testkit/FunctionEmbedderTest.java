package io.msgvault.embed.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.msgvault.embed.embedder.Embedder;
import io.msgvault.embed.embedder.EmbedderException;
import io.msgvault.embed.embedder.EmbedderReply;
import io.msgvault.embed.embedder.EmbedderUnavailableException;
import io.msgvault.embed.embedder.InputType;
import io.msgvault.embed.embedder.RejectedInputException;
import io.msgvault.embed.embedder.TransientEmbedderException;
import io.msgvault.embed.embedder.support.FailureKinds;
import io.msgvault.embed.embedder.support.FunctionEmbedder;
import io.msgvault.embed.memory.HashEmbedder;
import io.msgvault.embed.testkit.suite.EmbedderConformance;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** An embedder of a function keeps the contract, and checks what the function gives. */
class FunctionEmbedderTest extends EmbedderConformance {
  private static final String REFUSED = "a text that is always refused";

  @Override
  protected EmbedderFixture newFixture() {
    HashEmbedder hash = new HashEmbedder();
    return new EmbedderFixture() {
      @Override
      public Embedder open() {
        return of(
            texts -> {
              if (texts.contains(REFUSED)) {
                throw new IllegalArgumentException("bad input: " + texts);
              }
              return EmbedderReply.of(hash.embed(texts, InputType.DOCUMENT));
            });
      }

      @Override
      public String refusedText() {
        return REFUSED;
      }

      @Override
      public Embedder openFailing() {
        return of(
            texts -> {
              throw new UncheckedIOException(new IOException("cut off at " + texts));
            });
      }

      @Override
      public Embedder openMisconfigured() {
        return of(
            texts -> {
              throw new UnsupportedOperationException("cannot embed " + texts);
            });
      }
    };
  }

  @Override
  protected Set<Capability> unsupported() {
    return Set.of(Capability.COUNTED_TOKENS);
  }

  private static FunctionEmbedder of(Function<List<String>, EmbedderReply> function) {
    return FunctionEmbedder.builder("m", function).build();
  }

  @Test
  void questionsAndDocumentsHaveTheirOwnFunctionAndPrefix() {
    List<String> documents = new ArrayList<>();
    List<String> questions = new ArrayList<>();
    Embedder embedder =
        FunctionEmbedder.builder("m", texts -> recorded(documents, texts))
            .queries(texts -> recorded(questions, texts))
            .documentPrefix("passage: ")
            .queryPrefix("query: ")
            .dimension(2)
            .build();
    embedder.embed(List.of("a", "b"), InputType.DOCUMENT);
    embedder.embed(List.of("c"), InputType.QUERY);
    assertEquals(List.of("passage: a", "passage: b"), documents);
    assertEquals(List.of("query: c"), questions);
    assertEquals("query: ", embedder.model().queryPrefix());
    assertEquals("passage: ", embedder.model().documentPrefix());
  }

  @Test
  void callsHaveBatchSizeAndDimensionIsLearnedOnce() {
    List<List<String>> calls = new ArrayList<>();
    Embedder embedder =
        FunctionEmbedder.builder(
                "m",
                texts -> {
                  calls.add(texts);
                  return recorded(new ArrayList<>(), texts);
                })
            .batchSize(2)
            .build();
    embedder.embed(List.of("a", "b", "c"), InputType.QUERY);
    embedder.model();
    assertEquals(List.of(List.of("dimension"), List.of("a", "b"), List.of("c")), calls);
  }

  private static EmbedderReply recorded(List<String> calls, List<String> texts) {
    calls.addAll(texts);
    return EmbedderReply.of(texts.stream().map(text -> new float[] {3, 4}).toList());
  }

  @Test
  void vectorsHaveLengthOneAndTheModelsOwnStay() {
    float[] own = {3, 4};
    float[] vector =
        of(texts -> EmbedderReply.of(List.of(own))).embed(List.of("a"), InputType.QUERY).get(0);
    assertEquals(0.6f, vector[0], 1e-6f);
    assertEquals(3, own[0]);
  }

  @Test
  void tokensOfAllCallsAreAdded() {
    List<float[]> vectors = List.of(new float[] {3, 4});
    Embedder counting =
        FunctionEmbedder.builder(
                "m", texts -> new EmbedderReply(vectors, OptionalLong.of(texts.get(0).length())))
            .batchSize(1)
            .build();
    assertEquals(
        OptionalLong.of(5),
        counting.embedWithUsage(List.of("ab", "cde"), InputType.DOCUMENT).tokens());
    Embedder silent =
        FunctionEmbedder.builder(
                "m",
                texts ->
                    texts.contains("ab")
                        ? EmbedderReply.of(vectors)
                        : new EmbedderReply(vectors, OptionalLong.of(3)))
            .batchSize(1)
            .build();
    assertEquals(
        OptionalLong.empty(),
        silent.embedWithUsage(List.of("ab", "cde"), InputType.DOCUMENT).tokens());
  }

  static Stream<Arguments> wrongVectors() {
    return Stream.of(
        Arguments.of(List.of(), TransientEmbedderException.class),
        Arguments.of(List.of(new float[] {1, 2, 3}), EmbedderUnavailableException.class),
        Arguments.of(List.of(new float[2]), RejectedInputException.class),
        Arguments.of(List.of(new float[] {1, Float.NaN}), RejectedInputException.class));
  }

  @ParameterizedTest
  @MethodSource("wrongVectors")
  void wrongVectorsAreRefused(List<float[]> vectors, Class<? extends EmbedderException> kind) {
    Embedder embedder =
        FunctionEmbedder.builder("m", texts -> EmbedderReply.of(vectors)).dimension(2).build();
    assertThrows(kind, () -> embedder.embed(List.of("a"), InputType.DOCUMENT));
  }

  @Test
  void modelOfOneComponentIsUnavailable() {
    Embedder embedder = of(texts -> EmbedderReply.of(List.of(new float[1])));
    assertThrows(EmbedderUnavailableException.class, embedder::model);
  }

  @Test
  void failuresPassThroughTheGivenFunction() {
    EmbedderException own = new EmbedderUnavailableException("no key");
    IllegalStateException thrown = new IllegalStateException("x");
    Embedder embedder =
        FunctionEmbedder.builder(
                "m",
                texts -> {
                  throw thrown;
                })
            .failures(failure -> failure.equals(thrown) ? own : FailureKinds.ofAny(failure))
            .build();
    assertSame(own, assertThrows(EmbedderException.class, embedder::model));
  }

  @ParameterizedTest
  @CsvSource({
    "400, RejectedInputException",
    "401, EmbedderUnavailableException",
    "402, EmbedderUnavailableException",
    "403, EmbedderUnavailableException",
    "404, EmbedderUnavailableException",
    "406, RejectedInputException",
    "408, TransientEmbedderException",
    "409, RejectedInputException",
    "413, RejectedInputException",
    "414, RejectedInputException",
    "422, RejectedInputException",
    "424, TransientEmbedderException",
    "425, TransientEmbedderException",
    "429, TransientEmbedderException",
    "431, RejectedInputException",
    "451, RejectedInputException",
    "500, TransientEmbedderException",
    "501, EmbedderUnavailableException",
    "503, TransientEmbedderException",
    "529, TransientEmbedderException",
  })
  void statusDecides(int status, String kind) {
    RuntimeException secret = new RuntimeException("the key is sk-1");
    EmbedderException failure = FailureKinds.ofStatus(status, secret);
    assertEquals(kind, failure.getClass().getSimpleName());
    assertSame(secret, failure.getCause());
    assertTrue(failure.getMessage().contains("status " + status));
    assertFalse(failure.getMessage().contains("sk-1"));
  }

  static Stream<Arguments> failures() {
    return Stream.of(
        Arguments.of(new RuntimeException("x"), TransientEmbedderException.class),
        Arguments.of(new IllegalStateException("x"), TransientEmbedderException.class),
        Arguments.of(new IllegalArgumentException("x"), RejectedInputException.class),
        Arguments.of(
            new RuntimeException(new IllegalArgumentException("x")), RejectedInputException.class),
        Arguments.of(new UnsupportedOperationException("x"), EmbedderUnavailableException.class),
        Arguments.of(new RuntimeException(new IOException("x")), TransientEmbedderException.class),
        Arguments.of(
            new IllegalArgumentException(new IOException("x")), TransientEmbedderException.class),
        Arguments.of(
            new RuntimeException(new TimeoutException("x")), TransientEmbedderException.class));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void failuresOfTheJdkAreSorted(
      RuntimeException failure, Class<? extends EmbedderException> kind) {
    EmbedderException sorted = FailureKinds.ofAny(failure);
    assertInstanceOf(kind, sorted);
    assertSame(failure, sorted.getCause());
    assertFalse(Thread.currentThread().isInterrupted());
  }

  @Test
  void interruptIsKept() {
    EmbedderException sorted =
        FailureKinds.ofAny(new IllegalArgumentException(new InterruptedException()));
    assertInstanceOf(TransientEmbedderException.class, sorted);
    assertTrue(Thread.interrupted());
  }
}
