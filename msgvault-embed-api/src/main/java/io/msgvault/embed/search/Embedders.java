package io.msgvault.embed.search;

import io.msgvault.embed.embedder.Embedder;
import io.msgvault.embed.embedder.EmbedderException;
import io.msgvault.embed.model.Fingerprint;
import io.msgvault.embed.model.Generation;
import io.msgvault.embed.search.SearchUnavailableException.Reason;
import io.msgvault.embed.text.TextPolicy;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Chooses the embedder whose model is that of a generation. */
final class Embedders {
  private final List<Embedder> embedders;
  private final TextPolicy text;

  Embedders(List<Embedder> embedders, TextPolicy text) {
    this.embedders = List.copyOf(embedders);
    this.text = text;
  }

  /**
   * Returns the first embedder with the model of a generation.
   *
   * @throws SearchUnavailableException if the models of all are others
   * @throws EmbedderException if no known model is that of the generation, and an embedder does not
   *     know its model now
   */
  Embedder of(Generation active) {
    Optional<EmbedderException> unknown = Optional.empty();
    for (Embedder embedder : embedders) {
      try {
        if (isOf(embedder, active.fingerprint())) {
          return embedder;
        }
      } catch (EmbedderException e) {
        unknown = unknown.or(() -> Optional.of(e));
      }
    }
    if (unknown.isPresent()) {
      throw unknown.get();
    }
    throw new SearchUnavailableException(
        Reason.STALE_INDEX,
        "generation "
            + active.id()
            + " was built by "
            + active.fingerprint().model()
            + ", but queries would be embedded by "
            + embedders.stream()
                .map(embedder -> fingerprint(embedder, active.fingerprint()).model())
                .collect(Collectors.joining(" or "))
            + ": search with the index's model, or rebuild with the new one");
  }

  private boolean isOf(Embedder embedder, Fingerprint active) {
    Fingerprint ours = fingerprint(embedder, active);
    return ours.model().equals(active.model()) && ours.dimension() == active.dimension();
  }

  private Fingerprint fingerprint(Embedder embedder, Fingerprint active) {
    return embedder.model().fingerprint(text, active.scope());
  }
}
