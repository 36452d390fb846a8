package io.msgvault.embed.cli.command;

import io.msgvault.embed.embedder.Embedder;
import io.msgvault.embed.embedder.EmbedderModel;
import io.msgvault.embed.embedder.EmbedderReply;
import io.msgvault.embed.embedder.InputType;
import io.msgvault.embed.text.TokenCounter;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Opens an embedder when it is first asked for something. A search by words never asks, so it works
 * without a model; a hybrid search says that the model can't be opened, and answers by words.
 */
final class LazyEmbedder implements Embedder {
  private final Supplier<Embedder> factory;
  private @Nullable Embedder opened;

  LazyEmbedder(Supplier<Embedder> factory) {
    this.factory = factory;
  }

  private synchronized Embedder opened() {
    if (opened == null) {
      opened = factory.get();
    }
    return opened;
  }

  @Override
  public EmbedderModel model() {
    return opened().model();
  }

  @Override
  public List<float[]> embed(List<String> texts, InputType inputType) {
    return opened().embed(texts, inputType);
  }

  @Override
  public EmbedderReply embedWithUsage(List<String> texts, InputType inputType) {
    return opened().embedWithUsage(texts, inputType);
  }

  @Override
  public int batchSize() {
    return opened().batchSize();
  }

  @Override
  public int concurrency() {
    return opened().concurrency();
  }

  @Override
  public Optional<TokenCounter> tokenCounter() {
    return opened().tokenCounter();
  }

  @Override
  public synchronized void close() {
    if (opened != null) {
      opened.close();
    }
  }
}
