package io.msgvault.embed.internal.job;

import io.msgvault.embed.embedder.Embedder;
import io.msgvault.embed.embedder.TokenSource;
import io.msgvault.embed.text.TokenCounter;
import java.util.Optional;

/** Tells how many tokens a text takes before it is sent, with the embedder's document prefix. */
final class TokenMeter {
  private static final int BYTES_PER_TOKEN = 4;

  private final Optional<TokenCounter> counter;
  private final String prefix;

  TokenMeter(Embedder embedder) {
    this.counter = embedder.tokenCounter();
    this.prefix = embedder.model().documentPrefix();
  }

  TokenSource source() {
    return counter.isPresent() ? TokenSource.COUNTED : TokenSource.ESTIMATED;
  }

  long count(String text) {
    String input = prefix + text;
    return counter
        .map(found -> (long) found.tokenEnds(input).length)
        .orElseGet(() -> (utf8Length(input) + BYTES_PER_TOKEN - 1) / BYTES_PER_TOKEN);
  }

  private static long utf8Length(String text) {
    long bytes = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < 0x80) {
        bytes++;
      } else if (c < 0x800 || Character.isSurrogate(c)) {
        bytes += 2; // a pair takes four
      } else {
        bytes += 3;
      }
    }
    return bytes;
  }
}
