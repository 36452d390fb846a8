package io.msgvault.embed.benchmarks;

import io.msgvault.embed.embedder.Embedder;
import io.msgvault.embed.embedder.EmbedderModel;
import io.msgvault.embed.embedder.InputType;
import io.msgvault.embed.text.TextDigest;
import io.msgvault.embed.text.TokenCounter;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Embeds each text only once, also over several runs.
 *
 * <p>The name of its file comes from what the model makes of a long text. So a model that reads
 * texts in another way has another file.
 */
final class CachingEmbedder implements Embedder {
  private static final String PROBE =
      "The boiler in the cellar was heated again on Monday. ".repeat(80);

  private final Embedder embedder;
  private final VectorFile vectors;

  CachingEmbedder(Embedder embedder) throws IOException {
    this.embedder = embedder;
    float[] probe = embedder.embed(List.of(PROBE), InputType.DOCUMENT).get(0);
    String name = "vectors-" + TextDigest.of(VectorFile.encode(probe)).substring(0, 16);
    this.vectors = new VectorFile(Workspace.CACHE.resolve(name), probe.length);
  }

  @Override
  public EmbedderModel model() {
    return embedder.model();
  }

  @Override
  public List<float[]> embed(List<String> texts, InputType inputType) {
    List<String> unknown =
        texts.stream()
            .filter(text -> vectors.find(key(text, inputType)).isEmpty())
            .distinct()
            .toList();
    if (!unknown.isEmpty()) {
      vectors.add(
          unknown.stream().map(text -> key(text, inputType)).toList(),
          embedder.embed(unknown, inputType));
    }
    return texts.stream().map(text -> vectors.find(key(text, inputType)).orElseThrow()).toList();
  }

  /** Returns the text that the model sees. */
  private String key(String text, InputType inputType) {
    EmbedderModel model = embedder.model();
    return (inputType == InputType.QUERY ? model.queryPrefix() : model.documentPrefix()) + text;
  }

  @Override
  public Optional<TokenCounter> tokenCounter() {
    return embedder.tokenCounter();
  }

  @Override
  public int batchSize() {
    return embedder.batchSize();
  }

  @Override
  public int concurrency() {
    return embedder.concurrency();
  }

  @Override
  public void close() {
    embedder.close();
  }
}
