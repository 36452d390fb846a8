package io.msgvault.embed.pgvector;

import io.msgvault.embed.embedder.Embedder;
import io.msgvault.embed.embedder.EmbedderModel;
import io.msgvault.embed.embedder.InputType;
import io.msgvault.embed.memory.HashEmbedder;
import io.msgvault.embed.text.TokenCounter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Embeds as usual, but runs a hook before one of its requests. */
final class HookedEmbedder implements Embedder {
  static final int BATCH = 8;

  private final HashEmbedder embedder = new HashEmbedder();
  private final AtomicInteger requests = new AtomicInteger();
  private final AtomicLong texts = new AtomicLong();
  private final int hookedRequest;
  private final Runnable hook;

  /**
   * @param disturbed the number of the request, from 1
   */
  HookedEmbedder(int disturbed, Runnable disturbance) {
    this.hookedRequest = disturbed;
    this.hook = disturbance;
  }

  /** Returns the number of texts it was sent. */
  long texts() {
    return texts.get();
  }

  @Override
  public EmbedderModel model() {
    return embedder.model();
  }

  @Override
  public List<float[]> embed(List<String> texts, InputType inputType) {
    this.texts.addAndGet(texts.size());
    if (requests.incrementAndGet() == hookedRequest) {
      hook.run();
    }
    return embedder.embed(texts, inputType);
  }

  @Override
  public int batchSize() {
    return BATCH;
  }

  @Override
  public Optional<TokenCounter> tokenCounter() {
    return embedder.tokenCounter();
  }

  @Override
  public void close() {
    embedder.close();
  }
}
