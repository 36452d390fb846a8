package io.msgvault.embed.langchain4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.exception.AuthenticationException;
import dev.langchain4j.exception.RateLimitException;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.embedding.request.EmbeddingInputType;
import dev.langchain4j.model.embedding.request.EmbeddingParameter;
import dev.langchain4j.model.embedding.request.EmbeddingRequest;
import dev.langchain4j.model.embedding.request.EmbeddingRequestParameters;
import dev.langchain4j.model.embedding.response.EmbeddingResponse;
import dev.langchain4j.model.output.Response;
import dev.langchain4j.model.output.TokenUsage;
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

/** An embedder over a model of LangChain4j keeps the contract. */
class LangChain4jEmbedderTest extends EmbedderConformance {
  private static final float[] EAST = {1, 0};
  private static final float[] NORTH = {0, 1};

  @Override
  protected EmbedderFixture newFixture() {
    return new EmbedderFixture() {
      @Override
      public Embedder open() {
        return LangChain4jEmbedder.builder(new HashModel(), "hash").build();
      }

      @Override
      public String refusedText() {
        return HashModel.REFUSED;
      }

      @Override
      public Embedder openFailing() {
        return LangChain4jEmbedder.builder(throwing(RateLimitException::new), "m").build();
      }

      @Override
      public Embedder openMisconfigured() {
        return LangChain4jEmbedder.builder(throwing(AuthenticationException::new), "m").build();
      }
    };
  }

  @Override
  protected Set<Capability> unsupported() {
    return Set.of(Capability.COUNTED_TOKENS);
  }

  /** A model whose failures quote what it was sent. */
  private static EmbeddingModel throwing(Function<String, RuntimeException> failure) {
    return new EmbeddingModel() {
      @Override
      public Response<List<Embedding>> embedAll(List<TextSegment> segments) {
        throw failure.apply("failed on " + segments);
      }
    };
  }

  /** A model that gives one vector for everything. */
  private static EmbeddingModel constant(float[] vector) {
    return new EmbeddingModel() {
      @Override
      public Response<List<Embedding>> embedAll(List<TextSegment> segments) {
        return Response.from(segments.stream().map(each -> Embedding.from(vector)).toList());
      }
    };
  }

  private static void assertQuestionsApart(Embedder embedder) {
    assertArrayEquals(EAST, embedder.embed(List.of("a"), InputType.DOCUMENT).get(0));
    assertArrayEquals(NORTH, embedder.embed(List.of("a"), InputType.QUERY).get(0));
  }

  @Test
  void secondModelEmbedsQuestions() {
    Embedder embedder = LangChain4jEmbedder.builder(constant(EAST), constant(NORTH), "m").build();
    assertQuestionsApart(embedder);
    assertEquals("m", embedder.model().name());
  }

  @Test
  void typeOfInputReachesTheModel() {
    EmbeddingModel model =
        new EmbeddingModel() {
          @Override
          public Set<EmbeddingParameter<?>> supportedParameters() {
            return Set.of(EmbeddingRequestParameters.INPUT_TYPE);
          }

          @Override
          public EmbeddingResponse doEmbed(EmbeddingRequest request) {
            float[] vector = request.inputType() == EmbeddingInputType.QUERY ? NORTH : EAST;
            return EmbeddingResponse.builder()
                .embeddings(request.inputs().stream().map(each -> Embedding.from(vector)).toList())
                .build();
          }
        };
    Embedder embedder = LangChain4jEmbedder.typed(model, "m").build();
    assertQuestionsApart(embedder);
    assertEquals("m;typed", embedder.model().name());
  }

  @Test
  void tokensArePassedOn() {
    EmbeddingModel model =
        new EmbeddingModel() {
          @Override
          public Response<List<Embedding>> embedAll(List<TextSegment> segments) {
            return Response.from(List.of(Embedding.from(EAST)), new TokenUsage(7));
          }
        };
    List<String> texts = List.of("a");
    assertEquals(
        OptionalLong.of(7),
        LangChain4jEmbedder.builder(model, "m")
            .build()
            .embedWithUsage(texts, InputType.DOCUMENT)
            .tokens());
    assertEquals(
        OptionalLong.empty(),
        LangChain4jEmbedder.builder(constant(EAST), "m")
            .build()
            .embedWithUsage(texts, InputType.DOCUMENT)
            .tokens());
  }

  @Test
  void modelWithoutInputTypesIsRefused() {
    EmbeddingModel model = constant(EAST);
    assertThrows(IllegalArgumentException.class, () -> LangChain4jEmbedder.typed(model, "m"));
  }

  @Test
  void blankNameIsRefused() {
    EmbeddingModel model = constant(EAST);
    assertThrows(IllegalArgumentException.class, () -> LangChain4jEmbedder.builder(model, " "));
  }
}
