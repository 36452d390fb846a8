package io.msgvault.embed.embedder;

import java.util.List;
import java.util.OptionalLong;

/**
 * The vectors of a batch of texts, and what they cost.
 *
 * @param vectors a vector for each text, in their order, as {@link Embedder#embed} returns them
 * @param tokens the number of tokens that the texts took, prefixes and special tokens included, as
 *     the model or its server counts them; empty if it tells none
 */
public record EmbedderReply(List<float[]> vectors, OptionalLong tokens) {
  /** Returns the reply of a model that tells no tokens. */
  public static EmbedderReply of(List<float[]> vectors) {
    return new EmbedderReply(vectors, OptionalLong.empty());
  }
}
