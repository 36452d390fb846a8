package org.example.embed.h2;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.UUID;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.jspecify.annotations.Nullable;

/** A separate database in memory, with a client that knows only SQL. */
final class InMemoryDatabase implements AutoCloseable {
  private final JdbcDataSource dataSource = new JdbcDataSource();

  InMemoryDatabase() {
    // The database stays until it is shut down, and a statement waits for a locked row.
    dataSource.setUrl("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1;LOCK_TIMEOUT=20000");
  }

  DataSource dataSource() {
    return dataSource;
  }

  /** Runs one statement in a new transaction. */
  void run(String sql, @Nullable Object... parameters) {
    try (Connection connection = dataSource.getConnection()) {
      run(connection, sql, parameters);
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  /** Runs one statement; returns how many rows it changed. */
  static int run(Connection connection, String sql, @Nullable Object... parameters)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < parameters.length; i++) {
        statement.setObject(i + 1, parameters[i]);
      }
      return statement.executeUpdate();
    }
  }

  @Override
  public void close() {
    run("SHUTDOWN IMMEDIATELY");
  }
}
