package io.msgvault.embed.onnx;

/**
 * Whether vectors are brought to one length. Cosine similarity does not see the difference; a dot
 * product does.
 */
public enum Normalisation {
  /** To Euclidean length 1. */
  L2,
  /** As the model makes them. */
  NONE
}
