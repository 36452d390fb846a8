package io.msgvault.embed.internal.job;

import io.msgvault.embed.embedder.TransientEmbedderException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** A text to embed, with the receivers that wait for it. */
final class PendingText {
  /**
   * Receives the result of a text. The pipeline calls exactly one method, once, unless the run ends
   * first.
   */
  interface Receiver {
    void embedded(float[] vector);

    void rejected(String reason);

    void failed(TransientEmbedderException cause);
  }

  final String text;
  final List<Receiver> receivers = new ArrayList<>(1);

  private OptionalLong tokens = OptionalLong.empty();

  PendingText(String text) {
    this.text = text;
  }

  /** Returns the number of tokens, which is counted once. */
  long tokens(TokenMeter meter) {
    if (tokens.isEmpty()) {
      tokens = OptionalLong.of(meter.count(text));
    }
    return tokens.getAsLong();
  }
}
