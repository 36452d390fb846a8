package io.msgvault.embed.pgvector.internal.db;

import io.msgvault.embed.model.StoreException;
import java.sql.SQLException;

/** Another transaction is in the way. */
public final class LockedException extends StoreException {
  private static final long serialVersionUID = 1L;

  LockedException(SQLException cause) {
    super(
        "another transaction holds rows or tables locked: end it, then try again"
            + PgErrors.sqlStateSuffix(cause),
        cause);
  }
}
