package io.msgvault.embed.spring.tests;

import io.msgvault.embed.embedder.Embedder;
import io.msgvault.embed.embedder.EmbedderModel;
import io.msgvault.embed.embedder.InputType;
import io.msgvault.embed.embedder.TransientEmbedderException;
import io.msgvault.embed.memory.HashEmbedder;
import java.time.Duration;
import java.util.List;

/** An embedder that takes a while for each request, as an endpoint does. */
final class SlowEmbedder implements Embedder {
  private final HashEmbedder hashes = new HashEmbedder();
  private final Duration delay;

  SlowEmbedder(Duration delay) {
    this.delay = delay;
  }

  @Override
  public EmbedderModel model() {
    return hashes.model();
  }

  @Override
  public List<float[]> embed(List<String> texts, InputType inputType) {
    try {
      Thread.sleep(delay.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TransientEmbedderException("interrupted", e);
    }
    return hashes.embed(texts, inputType);
  }

  @Override
  public int batchSize() {
    return 4;
  }

  @Override
  public void close() {
    hashes.close();
  }
}
