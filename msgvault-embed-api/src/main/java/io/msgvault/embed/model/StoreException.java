package io.msgvault.embed.model;

import org.jspecify.annotations.Nullable;

/**
 * The storage failed: a full or read-only disk, a lock held too long, a lost connection. The
 * operation that threw it left nothing half-written; trying again later is safe.
 */
public class StoreException extends EmbedException {

  /** A failure of the storage. */
  public StoreException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
