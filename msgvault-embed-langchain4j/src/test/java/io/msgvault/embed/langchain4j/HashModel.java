package io.msgvault.embed.langchain4j;

import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.exception.InvalidRequestException;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.output.Response;
import io.msgvault.embed.embedder.InputType;
import io.msgvault.embed.memory.HashEmbedder;
import java.util.List;

/** A model of LangChain4j without a file. It refuses one text. */
final class HashModel implements EmbeddingModel {
  static final String REFUSED = "a text that is always refused";

  private final HashEmbedder hash = new HashEmbedder(128, 256);

  @Override
  public Response<List<Embedding>> embedAll(List<TextSegment> segments) {
    List<String> texts = segments.stream().map(TextSegment::text).toList();
    if (texts.contains(REFUSED)) {
      throw new InvalidRequestException("bad input: " + texts);
    }
    return Response.from(
        hash.embed(texts, InputType.DOCUMENT).stream().map(Embedding::from).toList());
  }
}
