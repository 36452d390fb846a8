package io.msgvault.embed.onnx;

/**
 * Whether vectors are scaled to one length. That does not change cosine similarities, but it
 * changes dot products.
 */
public enum Normalisation {
  /** Scales vectors to Euclidean length 1. */
  L2,
  /** Leaves vectors as the model returns them. */
  NONE
}
