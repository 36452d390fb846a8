package io.msgvault.embed.sqlite.internal.db;

import java.sql.SQLException;

/** Does work within one transaction, and returns its result. */
@FunctionalInterface
public interface TransactionCallback<T> {
  /** Does the work on the transaction's connection. */
  T run(Session session) throws SQLException;

  /** Does work without a result. */
  @FunctionalInterface
  interface TransactionConsumer {
    /** Does the work on the transaction's connection. */
    void accept(Session session) throws SQLException;
  }
}
