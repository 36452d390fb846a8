package io.msgvault.embed.pgvector;

import io.msgvault.embed.StoreException;
import java.sql.SQLException;

/** Another transaction is in the way. */
final class LockedException extends StoreException {
  private static final long serialVersionUID = 1L;

  LockedException(SQLException cause) {
    super(
        "another transaction holds rows or tables locked: end it, then try again"
            + Failures.state(cause),
        cause);
  }
}
