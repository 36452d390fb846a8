package io.msgvault.embed.springai;

import io.msgvault.embed.embedder.InputType;
import io.msgvault.embed.memory.HashEmbedder;
import java.util.List;
import java.util.stream.IntStream;
import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.Embedding;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.embedding.EmbeddingRequest;
import org.springframework.ai.embedding.EmbeddingResponse;
import org.springframework.ai.retry.NonTransientAiException;

/** A model of Spring AI without a file. It refuses one text. */
final class HashModel implements EmbeddingModel {
  static final String REFUSED = "a text that is always refused";

  private final HashEmbedder hash = new HashEmbedder(128, 256);

  @Override
  public EmbeddingResponse call(EmbeddingRequest request) {
    List<String> texts = request.getInstructions();
    if (texts.contains(REFUSED)) {
      throw new NonTransientAiException("400 - bad input: " + texts);
    }
    List<float[]> vectors = hash.embed(texts, InputType.DOCUMENT);
    return new EmbeddingResponse(
        IntStream.range(0, texts.size()).mapToObj(i -> new Embedding(vectors.get(i), i)).toList());
  }

  @Override
  public float[] embed(Document document) {
    return embed(document.getFormattedContent());
  }
}
