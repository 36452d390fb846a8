package io.msgvault.embed.onnx;

import io.msgvault.embed.embedder.Embedder;
import io.msgvault.embed.embedder.EmbedderUnavailableException;
import io.msgvault.embed.embedder.support.EmbedderCheck;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** Checks an embedder, and says whether another pooling would do better. */
final class SelfCheck {
  /** By how much another pooling must be better to be named. */
  private static final double CLEARLY = 0.5;

  private SelfCheck() {}

  /**
   * Checks an embedder.
   *
   * @param pooled makes an embedder of the same model with another pooling; empty if the model
   *     pools itself
   * @throws EmbedderUnavailableException if it fails the check
   */
  static void verify(
      EmbedderCheck check,
      Embedder embedder,
      Pooling pooling,
      Optional<Function<Pooling, Embedder>> pooled) {
    try {
      check.verify(embedder);
    } catch (EmbedderUnavailableException e) {
      double separation = check.separation(embedder);
      String hint =
          pooled.stream()
              .flatMap(with -> Stream.of(Pooling.values()).map(other -> hint(check, with, other)))
              .filter(other -> other.pooling != pooling)
              .filter(other -> other.separation > separation + CLEARLY)
              .map(SelfCheck::sentence)
              .findFirst()
              .orElse("");
      throw new EmbedderUnavailableException(e.getMessage() + hint, e);
    }
  }

  private record Hint(Pooling pooling, double separation) {}

  private static Hint hint(EmbedderCheck check, Function<Pooling, Embedder> with, Pooling other) {
    return new Hint(other, check.separation(with.apply(other)));
  }

  private static String sentence(Hint hint) {
    return String.format(
        Locale.ROOT,
        ". With the pooling %s, its separation is %.2f",
        hint.pooling.name().toLowerCase(Locale.ROOT),
        hint.separation);
  }
}
