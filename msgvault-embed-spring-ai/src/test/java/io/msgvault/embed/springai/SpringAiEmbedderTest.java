package io.msgvault.embed.springai;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.msgvault.embed.embedder.Embedder;
import io.msgvault.embed.embedder.InputType;
import io.msgvault.embed.testkit.Capability;
import io.msgvault.embed.testkit.EmbedderFixture;
import io.msgvault.embed.testkit.suite.EmbedderConformance;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.springframework.ai.chat.metadata.DefaultUsage;
import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.Embedding;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.embedding.EmbeddingRequest;
import org.springframework.ai.embedding.EmbeddingResponse;
import org.springframework.ai.embedding.EmbeddingResponseMetadata;
import org.springframework.ai.retry.NonTransientAiException;
import org.springframework.ai.retry.TransientAiException;

/** An embedder over a model of Spring AI keeps the contract. */
class SpringAiEmbedderTest extends EmbedderConformance {
  private static final float[] EAST = {1, 0};
  private static final float[] NORTH = {0, 1};

  @Override
  protected EmbedderFixture newFixture() {
    return new EmbedderFixture() {
      @Override
      public Embedder open() {
        return SpringAiEmbedder.builder(new HashModel(), "hash").build();
      }

      @Override
      public String refusedText() {
        return HashModel.REFUSED;
      }

      @Override
      public Embedder openFailing() {
        return failing(texts -> new TransientAiException("503 - busy with " + texts));
      }

      @Override
      public Embedder openMisconfigured() {
        return failing(texts -> new NonTransientAiException("HTTP 401 - no key for " + texts));
      }
    };
  }

  @Override
  protected Set<Capability> unsupported() {
    return Set.of(Capability.COUNTED_TOKENS);
  }

  private static Embedder failing(Function<List<String>, RuntimeException> failure) {
    return SpringAiEmbedder.builder(
            model(
                texts -> {
                  throw failure.apply(texts);
                }),
            "m")
        .build();
  }

  private static EmbeddingModel model(Function<List<String>, List<Embedding>> embeddings) {
    return new EmbeddingModel() {
      @Override
      public EmbeddingResponse call(EmbeddingRequest request) {
        return new EmbeddingResponse(embeddings.apply(request.getInstructions()));
      }

      @Override
      public float[] embed(Document document) {
        throw new AssertionError("documents of Spring AI are not embedded");
      }
    };
  }

  private static EmbeddingModel constant(float[] vector) {
    return model(texts -> List.of(new Embedding(vector, 0)));
  }

  @Test
  void secondModelEmbedsQuestions() {
    Embedder embedder = SpringAiEmbedder.builder(constant(EAST), constant(NORTH), "m").build();
    assertArrayEquals(EAST, embedder.embed(List.of("a"), InputType.DOCUMENT).get(0));
    assertArrayEquals(NORTH, embedder.embed(List.of("a"), InputType.QUERY).get(0));
    assertEquals("m", embedder.model().name());
  }

  @Test
  void vectorsFollowTheirNumbers() {
    assertOrder(List.of(new Embedding(NORTH, 1), new Embedding(EAST, 0)));
  }

  @Test
  void vectorsWithoutNumbersStayInOrder() {
    assertOrder(List.of(new Embedding(EAST, 0), new Embedding(NORTH, 0)));
  }

  private static void assertOrder(List<Embedding> results) {
    Embedder embedder = SpringAiEmbedder.builder(model(texts -> results), "m").dimension(2).build();
    List<float[]> vectors = embedder.embed(List.of("a", "b"), InputType.DOCUMENT);
    assertArrayEquals(EAST, vectors.get(0));
    assertArrayEquals(NORTH, vectors.get(1));
  }

  @Test
  void tokensArePassedOn() {
    EmbeddingResponse counted =
        new EmbeddingResponse(
            List.of(new Embedding(EAST, 0)),
            new EmbeddingResponseMetadata("m", new DefaultUsage(7, 0)));
    EmbeddingModel counting =
        new EmbeddingModel() {
          @Override
          public EmbeddingResponse call(EmbeddingRequest request) {
            return counted;
          }

          @Override
          public float[] embed(Document document) {
            throw new AssertionError("documents of Spring AI are not embedded");
          }
        };
    assertEquals(OptionalLong.of(7), tokens(counting));
    assertEquals(OptionalLong.empty(), tokens(constant(EAST)));
  }

  private static OptionalLong tokens(EmbeddingModel model) {
    return SpringAiEmbedder.builder(model, "m")
        .build()
        .embedWithUsage(List.of("a"), InputType.DOCUMENT)
        .tokens();
  }

  @Test
  void blankNameIsRefused() {
    EmbeddingModel model = constant(EAST);
    assertThrows(IllegalArgumentException.class, () -> SpringAiEmbedder.builder(model, ""));
  }
}
