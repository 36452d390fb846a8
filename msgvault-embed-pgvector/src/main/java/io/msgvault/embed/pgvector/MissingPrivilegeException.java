package io.msgvault.embed.pgvector;

import io.msgvault.embed.model.StoreException;
import java.sql.SQLException;

/**
 * Reports that the role lacks a privilege. Nothing was changed. {@link PgMessageStore} and {@link
 * PgVectorStore} list what each role needs; the cause names what the server refused.
 */
public final class MissingPrivilegeException extends StoreException {
  /** Describes the remedy. */
  public MissingPrivilegeException(String message) {
    super(message);
  }

  /** Describes the remedy, with the server's error as the cause. */
  public MissingPrivilegeException(String message, SQLException cause) {
    super(message, cause);
  }
}
