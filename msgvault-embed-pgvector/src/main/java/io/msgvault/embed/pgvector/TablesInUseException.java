package io.msgvault.embed.pgvector;

import io.msgvault.embed.model.StoreException;

/**
 * Thrown if other transactions kept a table in use for so long that a change of it was given up.
 * The message names their sessions.
 */
public final class TablesInUseException extends StoreException {
  /**
   * Creates the exception.
   *
   * @param message says which sessions use the table, and what to do
   * @param cause the refusal of the server
   */
  public TablesInUseException(String message, Throwable cause) {
    super(message, cause);
  }
}
