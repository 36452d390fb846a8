package io.msgvault.embed.model;

import org.jspecify.annotations.Nullable;

/**
 * Reports that the storage failed: a full or read-only disk, a lock held too long, a lost
 * connection. The operation that threw it left nothing half-written; trying again later is safe.
 */
public class StoreException extends EmbedException {

  /** Describes a failure that no other exception caused. */
  public StoreException(String message) {
    super(message);
  }

  /** Describes a failure and its cause. */
  public StoreException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
