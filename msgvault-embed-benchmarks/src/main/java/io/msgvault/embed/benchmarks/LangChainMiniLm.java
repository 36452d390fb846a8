package io.msgvault.embed.benchmarks;

import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.embedding.onnx.allminilml6v2q.AllMiniLmL6V2QuantizedEmbeddingModel;
import io.msgvault.embed.embedder.Embedder;
import io.msgvault.embed.embedder.EmbedderModel;
import io.msgvault.embed.embedder.InputType;
import java.util.List;

/** LangChain4j's in-process model of the file that {@link MiniLm} has. */
final class LangChainMiniLm implements Embedder {
  private static final int DIMENSION = 384;

  /** What is embedded for a text without content, which the model refuses. */
  private static final String BLANK = ".";

  private final EmbeddingModel model = new AllMiniLmL6V2QuantizedEmbeddingModel();

  @Override
  public EmbedderModel model() {
    return new EmbedderModel("langchain4j", DIMENSION, Integer.MAX_VALUE, "", "", true);
  }

  @Override
  public List<float[]> embed(List<String> texts, InputType inputType) {
    List<TextSegment> segments =
        texts.stream().map(text -> TextSegment.from(text.isBlank() ? BLANK : text)).toList();
    return model.embedAll(segments).content().stream()
        .map(embedding -> embedding.vector())
        .toList();
  }

  @Override
  public int batchSize() {
    return 32;
  }

  @Override
  public int concurrency() {
    return 1;
  }

  @Override
  public void close() {}
}
