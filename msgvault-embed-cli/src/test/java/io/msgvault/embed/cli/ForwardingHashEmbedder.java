package io.msgvault.embed.cli;

import io.msgvault.embed.embedder.Embedder;
import io.msgvault.embed.embedder.EmbedderModel;
import io.msgvault.embed.embedder.InputType;
import io.msgvault.embed.memory.HashEmbedder;
import io.msgvault.embed.text.TokenCounter;
import java.util.List;
import java.util.Optional;

/** Passes calls on, so that a test changes one of them. */
class ForwardingHashEmbedder implements Embedder {
  private final HashEmbedder embedder = new HashEmbedder();

  @Override
  public EmbedderModel model() {
    return embedder.model();
  }

  @Override
  public List<float[]> embed(List<String> texts, InputType inputType) {
    return embedder.embed(texts, inputType);
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
