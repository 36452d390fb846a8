package io.msgvault.embed.pgvector;

import io.msgvault.embed.model.StoreException;
import io.msgvault.embed.pgvector.internal.db.PgErrors;
import java.sql.SQLException;

/**
 * The role lacks a privilege. Nothing was changed. What each role needs is said at {@link
 * PgMessageStore} and {@link PgVectorStore}; the cause names what was refused.
 */
public final class MissingPrivilegeException extends StoreException {
  private static final long serialVersionUID = 1L;

  /** Describes what is there, and the remedy. */
  public MissingPrivilegeException(SQLException cause) {
    super(
        "the role lacks a privilege: grant it the use of the schema and its tables"
            + PgErrors.sqlStateSuffix(cause),
        cause);
  }
}
