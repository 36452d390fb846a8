package io.msgvault.embed.embedder;

import io.msgvault.embed.model.Fingerprint;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.text.TextPolicy;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/**
 * The description of a model. Equal models make comparable vectors.
 *
 * @param name the model's name, with a digest of its file if there is one, so that another file is
 *     another model
 * @param dimension the number of components of its vectors, 2 to {@value Fingerprint#MAX_DIMENSION}
 * @param maxTokens the longest text in tokens, without the model's own special tokens and without
 *     the longer prefix; {@code Integer.MAX_VALUE} if it is not known
 * @param queryPrefix the text that the embedder puts before each query; may be empty
 * @param documentPrefix the text that the embedder puts before each document; may be empty
 * @param normalised whether its vectors have Euclidean length 1 (to 1e-3)
 */
public record EmbedderModel(
    String name,
    int dimension,
    int maxTokens,
    String queryPrefix,
    String documentPrefix,
    boolean normalised) {
  /** Checks the ranges. */
  public EmbedderModel {
    if (name.isBlank()) {
      throw new IllegalArgumentException("a model needs a name");
    }
    if (dimension < 2 || dimension > Fingerprint.MAX_DIMENSION) {
      throw new IllegalArgumentException(
          "a dimension must be 2 to " + Fingerprint.MAX_DIMENSION + ", but is " + dimension);
    }
    if (maxTokens < 1) {
      throw new IllegalArgumentException(
          "the longest text must be at least 1 token, but is " + maxTokens);
    }
  }

  /**
   * Returns the fingerprint of an index that this model fills. The prefixes become part of the
   * model's name there, since they change the vectors.
   */
  public Fingerprint fingerprint(TextPolicy text, Scope scope) {
    String prefixed =
        queryPrefix.isEmpty() && documentPrefix.isEmpty()
            ? name
            : name
                + ";query="
                + URLEncoder.encode(queryPrefix, StandardCharsets.UTF_8)
                + ";document="
                + URLEncoder.encode(documentPrefix, StandardCharsets.UTF_8);
    return new Fingerprint(prefixed, dimension, text.id(), scope);
  }
}
