package io.msgvault.embed.sqlite;

import io.msgvault.embed.model.StoreException;
import io.msgvault.embed.sqlite.internal.db.SqliteConnections;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.sqlite.SQLiteConfig;

/** Connections that the host has set up. */
final class HostConnections extends SqliteConnections {
  private final ConnectionSetup setup;

  HostConnections(Path file, String own, ConnectionSetup setup) {
    super(file, own);
    this.setup = setup;
  }

  @Override
  protected Connection connect(SQLiteConfig config, String parameters) throws SQLException {
    Connection connection = super.connect(config, parameters);
    boolean prepared = false;
    try {
      setup.prepare(connection);
      requireNoTransaction(connection);
      prepared = true;
      return connection;
    } finally {
      if (!prepared) {
        connection.close();
      }
    }
  }

  /** Also fails where auto-commit is off, because the driver then begins a transaction first. */
  private void requireNoTransaction(Connection connection) {
    try (Statement statement = connection.createStatement()) {
      statement.execute("BEGIN");
      statement.execute("COMMIT");
    } catch (SQLException e) {
      throw new StoreException(
          file()
              + ": the connection setup has left a transaction open, or auto-commit off: commit, and"
              + " switch auto-commit on, because the store begins and ends its own transactions",
          e);
    }
  }
}
