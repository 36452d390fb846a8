package io.msgvault.embed.pgvector;

import io.msgvault.embed.model.StoreException;

/**
 * The database has no pgvector, or one before 0.8. Nothing was changed. Someone with the right to
 * it installs or updates the extension, as the message says.
 */
public final class MissingExtensionException extends StoreException {
  private static final long serialVersionUID = 1L;

  /** Describes what is there, and the remedy. */
  public MissingExtensionException(String message) {
    super(message);
  }
}
