package io.msgvault.embed.sqlite.internal.db;

import java.sql.SQLException;

/** What is done within one transaction. */
@FunctionalInterface
public interface TransactionCallback<T> {
  T run(Session session) throws SQLException;

  /** Work without a result. */
  @FunctionalInterface
  interface TransactionConsumer {
    void accept(Session session) throws SQLException;
  }
}
