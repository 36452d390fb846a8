package io.msgvault.embed.sqlite.internal.db;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import org.jdbi.v3.core.statement.DefaultStatementBuilder;
import org.jdbi.v3.core.statement.StatementContext;

/**
 * Keeps the prepared statements of SQL objects open on one connection. To prepare a short statement
 * takes SQLite longer than to run it.
 */
final class KeptStatements extends DefaultStatementBuilder {
  private final Map<String, PreparedStatement> idle = new HashMap<>();

  /** Returns a statement that nobody uses now. */
  @Override
  public PreparedStatement create(Connection connection, String sql, StatementContext context)
      throws SQLException {
    PreparedStatement kept = idle.remove(sql);
    return kept == null ? super.create(connection, sql, context) : kept;
  }

  /** Keeps the statement, without the values that were bound to it. */
  @Override
  public void close(Connection connection, String sql, Statement statement) throws SQLException {
    if (statement instanceof PreparedStatement prepared
        && idle.putIfAbsent(sql, prepared) == null) {
      prepared.clearBatch();
      prepared.clearParameters();
    } else {
      statement.close();
    }
  }

  /** Keeps nothing any more. The connection ends what it has prepared. */
  @Override
  public void close(Connection connection) {
    idle.clear();
  }
}
