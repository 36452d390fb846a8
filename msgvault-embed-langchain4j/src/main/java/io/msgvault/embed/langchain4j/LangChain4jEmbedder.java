package io.msgvault.embed.langchain4j;

import static dev.langchain4j.model.embedding.request.EmbeddingRequestParameters.INPUT_TYPE;

import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.embedding.request.EmbeddingInput;
import dev.langchain4j.model.embedding.request.EmbeddingInputType;
import dev.langchain4j.model.embedding.request.EmbeddingRequest;
import dev.langchain4j.model.embedding.response.EmbeddingResponse;
import dev.langchain4j.model.output.Response;
import dev.langchain4j.model.output.TokenUsage;
import io.msgvault.embed.embedder.EmbedderReply;
import io.msgvault.embed.embedder.support.FunctionEmbedder;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Makes an embedder of an {@link EmbeddingModel} of LangChain4j.
 *
 * <pre>{@code
 * Embedder embedder =
 *     LangChain4jEmbedder.builder(model, "text-embedding-3-small").dimension(1536).build();
 * }</pre>
 *
 * <p><b>Name.</b> It is required, and {@link EmbeddingModel#modelName} is not asked: an index is
 * found again by the name, so no update of a library may change it. Change it yourself with
 * whatever changes the vectors.
 *
 * <p><b>Questions and documents.</b> Some models tell them apart. Choose what the model's page
 * says:
 *
 * <ul>
 *   <li>prefixes, by {@link FunctionEmbedder.Builder#queryPrefix} and {@link
 *       FunctionEmbedder.Builder#documentPrefix};
 *   <li>a {@linkplain #builder(EmbeddingModel, EmbeddingModel, String) second model} with other
 *       settings;
 *   <li>the {@linkplain #typed input type} of the request.
 * </ul>
 *
 * <p><b>Failures.</b> Of an exception and its causes, the first row counts that fits:
 *
 * <table>
 *   <caption>exceptions of LangChain4j and kinds</caption>
 *   <tr><th>among the causes</th><th>kind</th></tr>
 *   <tr>
 *     <td>{@code HttpException}</td>
 *     <td>by its status, see {@link
 *     io.msgvault.embed.embedder.support.FailureKinds#ofStatus}</td>
 *   </tr>
 *   <tr>
 *     <td>{@code RetriableException}, that is {@code RateLimitException}, {@code
 *     TimeoutException}, {@code InternalServerException}</td>
 *     <td>transient</td>
 *   </tr>
 *   <tr><td>{@code UnresolvedModelServerException}, {@code JsonException}</td>
 *     <td>transient</td></tr>
 *   <tr><td>{@code InvalidRequestException}, also {@code ContentFilteredException}</td>
 *     <td>rejected input</td></tr>
 *   <tr>
 *     <td>{@code AuthenticationException}, {@code ModelNotFoundException}, {@code
 *     UnsupportedFeatureException}</td>
 *     <td>unavailable</td>
 *   </tr>
 *   <tr><td>any other</td><td>see {@link
 *     io.msgvault.embed.embedder.support.FailureKinds#ofAny}</td></tr>
 * </table>
 *
 * <p>Messages name the class of the exception. What the server wrote is in the cause alone, since
 * it may quote texts.
 *
 * <p><b>Retries.</b> Many models of LangChain4j repeat a failed request by themselves. Set their
 * {@code maxRetries} to 0: a job repeats requests too, and it ends at once when it is interrupted.
 */
public final class LangChain4jEmbedder {
  private LangChain4jEmbedder() {}

  /**
   * Starts to build an embedder of one model.
   *
   * @param model the model; the embedder does not close it
   * @param name the name of the model in the index, not blank
   */
  public static FunctionEmbedder.Builder builder(EmbeddingModel model, String name) {
    return FunctionEmbedder.builder(name, texts -> embed(model, texts))
        .failures(LangChain4jFailures::sorted);
  }

  /**
   * Starts to build an embedder of two models, whose vectors must be comparable: one model with two
   * settings.
   *
   * @param documents embeds the texts of the archive
   * @param queries embeds the questions
   * @param name the name of both in the index, not blank
   */
  public static FunctionEmbedder.Builder builder(
      EmbeddingModel documents, EmbeddingModel queries, String name) {
    return builder(documents, name).queries(texts -> embed(queries, texts));
  }

  /**
   * Starts to build an embedder that tells the model with each request whether it embeds questions
   * or documents. The name in the index ends in {@code ;typed}, since that changes the vectors.
   *
   * @param model the model; the embedder does not close it
   * @param name the name of the model, not blank
   * @throws IllegalArgumentException if the model takes no input type
   */
  public static FunctionEmbedder.Builder typed(EmbeddingModel model, String name) {
    if (!model.supportedParameters().contains(INPUT_TYPE)) {
      throw new IllegalArgumentException(
          "the model takes no input type: set prefixes, or give a second model for questions");
    }
    return FunctionEmbedder.builder(
            name + ";typed", texts -> embed(model, texts, EmbeddingInputType.DOCUMENT))
        .queries(texts -> embed(model, texts, EmbeddingInputType.QUERY))
        .failures(LangChain4jFailures::sorted);
  }

  private static EmbedderReply embed(EmbeddingModel model, List<String> texts) {
    Response<List<Embedding>> response =
        model.embedAll(texts.stream().map(TextSegment::from).toList());
    return reply(response.content(), response.tokenUsage());
  }

  private static EmbedderReply embed(
      EmbeddingModel model, List<String> texts, EmbeddingInputType type) {
    EmbeddingRequest request =
        EmbeddingRequest.builder()
            .inputs(texts.stream().map(EmbeddingInput::from).toList())
            .inputType(type)
            .build();
    EmbeddingResponse response = model.embed(request);
    return reply(response.embeddings(), response.tokenUsage());
  }

  private static EmbedderReply reply(List<Embedding> embeddings, @Nullable TokenUsage usage) {
    return new EmbedderReply(
        embeddings.stream().map(Embedding::vector).toList(),
        Optional.ofNullable(usage)
            .map(TokenUsage::inputTokenCount)
            .map(OptionalLong::of)
            .orElse(OptionalLong.empty()));
  }
}
