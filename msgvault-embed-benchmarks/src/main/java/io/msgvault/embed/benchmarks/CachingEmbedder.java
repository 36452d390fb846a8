package io.msgvault.embed.benchmarks;

import io.msgvault.embed.embedder.Embedder;
import io.msgvault.embed.embedder.EmbedderModel;
import io.msgvault.embed.embedder.InputType;
import io.msgvault.embed.text.TokenCounter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Embeds each text only once, for models that treat queries and documents alike. */
final class CachingEmbedder implements Embedder {
  private final Embedder embedder;
  private final Map<String, float[]> vectors = new ConcurrentHashMap<>();

  CachingEmbedder(Embedder embedder) {
    this.embedder = embedder;
  }

  @Override
  public EmbedderModel model() {
    return embedder.model();
  }

  @Override
  public List<float[]> embed(List<String> texts, InputType inputType) {
    List<String> unknown =
        texts.stream().filter(text -> !vectors.containsKey(text)).distinct().toList();
    if (!unknown.isEmpty()) {
      List<float[]> embedded = embedder.embed(unknown, inputType);
      for (int i = 0; i < embedded.size(); i++) {
        vectors.put(unknown.get(i), embedded.get(i));
      }
    }
    return texts.stream().map(vectors::get).toList();
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
