package io.msgvault.embed.springai;

import io.msgvault.embed.embedder.EmbedderReply;
import io.msgvault.embed.embedder.support.FunctionEmbedder;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.springframework.ai.chat.metadata.Usage;
import org.springframework.ai.embedding.Embedding;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.embedding.EmbeddingResponse;
import org.springframework.ai.embedding.EmbeddingResponseMetadata;

/**
 * Makes an embedder of an {@link EmbeddingModel} of Spring AI.
 *
 * <pre>{@code
 * Embedder embedder =
 *     SpringAiEmbedder.builder(model, "text-embedding-3-small").dimension(1536).build();
 * }</pre>
 *
 * <p><b>Name.</b> It is required: an index is found again by it, so no update of a library may
 * change it. Change it yourself with whatever changes the vectors.
 *
 * <p><b>Questions and documents.</b> Some models tell them apart. Choose what the model's page
 * says: prefixes, by {@link FunctionEmbedder.Builder#queryPrefix} and {@link
 * FunctionEmbedder.Builder#documentPrefix}, or a {@linkplain #builder(EmbeddingModel,
 * EmbeddingModel, String) second model} whose options name the other kind.
 *
 * <p><b>Failures.</b> Of an exception and its causes, the first row counts that fits:
 *
 * <table>
 *   <caption>exceptions of Spring AI and kinds</caption>
 *   <tr><th>among the causes</th><th>kind</th></tr>
 *   <tr><td>{@code TransientAiException}</td><td>transient</td></tr>
 *   <tr>
 *     <td>a message that begins with a status, such as {@code 401 - …}, {@code HTTP 401 - …} or
 *     {@code 401 Unauthorized}, as {@code NonTransientAiException} and {@code
 *     RestClientResponseException} have it</td>
 *     <td>by the status, see {@link
 *     io.msgvault.embed.embedder.support.FailureKinds#ofStatus}</td>
 *   </tr>
 *   <tr><td>any other {@code NonTransientAiException}</td><td>rejected input</td></tr>
 *   <tr><td>any other</td><td>see {@link
 *     io.msgvault.embed.embedder.support.FailureKinds#ofAny}</td></tr>
 * </table>
 *
 * <p>Messages name the class of the exception. What the server wrote is in the cause alone, since
 * it may quote texts.
 *
 * <p><b>Retries.</b> Models of Spring AI repeat a failed request up to ten times by themselves,
 * with pauses of up to three minutes. Give them a retry template without retries ({@code
 * spring.ai.retry.max-attempts=1}): a job repeats requests too, and it ends at once when it is
 * interrupted.
 */
public final class SpringAiEmbedder {
  private SpringAiEmbedder() {}

  /**
   * Starts to build an embedder of one model.
   *
   * @param model the model; the embedder does not close it
   * @param name the name of the model in the index, not blank
   */
  public static FunctionEmbedder.Builder builder(EmbeddingModel model, String name) {
    return FunctionEmbedder.builder(name, texts -> embed(model, texts))
        .failures(SpringAiFailures::sorted);
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

  private static EmbedderReply embed(EmbeddingModel model, List<String> texts) {
    EmbeddingResponse response = model.embedForResponse(texts);
    return new EmbedderReply(
        inOrder(response.getResults()).stream().map(Embedding::getOutput).toList(),
        tokens(response.getMetadata()));
  }

  /** Returns the tokens; a model that does not count them says 0. */
  private static OptionalLong tokens(EmbeddingResponseMetadata metadata) {
    return Optional.ofNullable(metadata.getUsage())
        .map(Usage::getPromptTokens)
        .filter(tokens -> tokens > 0)
        .map(OptionalLong::of)
        .orElse(OptionalLong.empty());
  }

  /** Returns the results by their indices, or as they come if the model does not number them. */
  private static List<Embedding> inOrder(List<Embedding> results) {
    List<Embedding> sorted =
        results.stream().sorted(Comparator.comparing(Embedding::getIndex)).toList();
    boolean numbered =
        IntStream.range(0, sorted.size()).allMatch(i -> sorted.get(i).getIndex() == i);
    return numbered ? sorted : results;
  }
}
