package io.msgvault.embed.model;

import java.util.Objects;

/**
 * Names an index by everything that decides what its vectors mean. Vectors may be compared only
 * when their fingerprints are equal. Where a model is served from is not part of it.
 *
 * @param model the model's name, with a digest of its file where there is one, and its prefixes if
 *     it has any
 * @param dimension the number of components of each vector, 2 to 8,192
 * @param text the id of the text policy: how a message becomes the texts that are embedded
 * @param scope which messages are covered
 */
public record Fingerprint(String model, int dimension, String text, Scope scope) {
  /** The largest dimension an index may have. */
  public static final int MAX_DIMENSION = 8192;

  /** Checks the ranges. */
  public Fingerprint {
    if (model.isBlank() || text.isBlank()) {
      throw new IllegalArgumentException("a fingerprint needs a model and a text policy");
    }
    if (dimension < 2 || dimension > MAX_DIMENSION) {
      throw new IllegalArgumentException(
          "a dimension must be 2 to " + MAX_DIMENSION + ", but is " + dimension);
    }
    Objects.requireNonNull(scope, "scope");
  }

  /** Returns all parts on one line, for people and logs. */
  @Override
  public String toString() {
    return model + " / " + dimension + " / " + text + " / " + scope;
  }
}
