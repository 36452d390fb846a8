package io.msgvault.embed.sqlite;

import java.sql.SQLException;

/** What is done within one transaction. */
@FunctionalInterface
interface Work<T> {
  T in(Session session) throws SQLException;

  /** Work without a result. */
  @FunctionalInterface
  interface Change {
    void in(Session session) throws SQLException;
  }
}
