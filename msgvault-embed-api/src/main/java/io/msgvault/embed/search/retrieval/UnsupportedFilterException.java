package io.msgvault.embed.search.retrieval;

import io.msgvault.embed.model.EmbedException;

/** Reports a filter that no {@link io.msgvault.embed.model.MessageFilter} says. */
public final class UnsupportedFilterException extends EmbedException {
  /**
   * Creates the exception.
   *
   * @param message what cannot be said, and what can be said instead
   */
  public UnsupportedFilterException(String message) {
    super(message);
  }
}
