package io.msgvault.embed.pgvector;

import io.msgvault.embed.model.StoreException;

/**
 * Reports that the database has no pgvector, or a version before 0.8. Nothing was changed. Its
 * administrator can install or update the extension, as the message says.
 */
public final class MissingExtensionException extends StoreException {
  /** Describes the installed version, if any, and the remedy. */
  public MissingExtensionException(String message) {
    super(message);
  }
}
