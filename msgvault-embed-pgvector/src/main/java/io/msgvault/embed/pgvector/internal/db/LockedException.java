package io.msgvault.embed.pgvector.internal.db;

import io.msgvault.embed.model.StoreException;
import java.sql.SQLException;

/** Reports that another transaction is in the way. */
public final class LockedException extends StoreException {
  LockedException(SQLException cause) {
    super(
        "another transaction holds rows or tables locked: end it, then try again"
            + PgErrors.sqlStateSuffix(cause),
        cause);
  }
}
