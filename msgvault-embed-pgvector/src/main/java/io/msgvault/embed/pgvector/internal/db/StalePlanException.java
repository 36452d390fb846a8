package io.msgvault.embed.pgvector.internal.db;

import io.msgvault.embed.model.StoreException;
import java.sql.SQLException;

/**
 * Reports that a statement was prepared for tables that have changed since, or in another session.
 * The driver prepares it anew, so the next attempt succeeds.
 */
final class StalePlanException extends StoreException {
  StalePlanException(SQLException cause) {
    super(
        "a prepared statement is out of date: try again, or add prepareThreshold=0 to the URL if a"
            + " pooler hands out sessions by transaction"
            + PgErrors.sqlStateSuffix(cause),
        cause);
  }
}
