package io.msgvault.embed.model;

/**
 * Reports a vector that does not fit its generation: its dimension is another, a component is not
 * finite, or all are zero. Nothing was written.
 */
public class InvalidVectorException extends EmbedException {

  /** Describes the vector, and what to do. */
  public InvalidVectorException(String message) {
    super(message);
  }
}
