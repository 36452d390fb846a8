package io.msgvault.embed.micrometer;

import io.micrometer.observation.Observation;
import io.msgvault.embed.embedder.Embedder;
import io.msgvault.embed.embedder.EmbedderModel;
import io.msgvault.embed.embedder.EmbedderReply;
import io.msgvault.embed.embedder.InputType;
import io.msgvault.embed.text.TokenCounter;
import java.util.List;
import java.util.Optional;

/** Passes all calls on, and observes those that embed. */
final class ObservedEmbedder implements Embedder {
  private final Embedder embedder;
  private final String provider;
  private final EmbedObservations observations;

  ObservedEmbedder(Embedder embedder, String provider, EmbedObservations observations) {
    this.embedder = embedder;
    this.provider = provider;
    this.observations = observations;
  }

  @Override
  public List<float[]> embed(List<String> texts, InputType inputType) {
    return embedWithUsage(texts, inputType).vectors();
  }

  @Override
  public EmbedderReply embedWithUsage(List<String> texts, InputType inputType) {
    EmbedderModel model = embedder.model();
    Observation observation = observations.request(provider, model.name(), model.dimension());
    return observation.observe(
        () -> {
          EmbedderReply reply = embedder.embedWithUsage(texts, inputType);
          reply
              .tokens()
              .ifPresent(
                  tokens ->
                      observation.highCardinalityKeyValue(
                          GenAi.INPUT_TOKENS, String.valueOf(tokens)));
          return reply;
        });
  }

  @Override
  public EmbedderModel model() {
    return embedder.model();
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
  public Optional<TokenCounter> tokenCounter() {
    return embedder.tokenCounter();
  }

  @Override
  public void close() {
    embedder.close();
  }
}
