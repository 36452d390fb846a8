package io.msgvault.embed.sqlite;

import io.msgvault.embed.sqlite.internal.db.SqliteConnections;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicLong;
import org.sqlite.ProgressHandler;
import org.sqlite.SQLiteConfig;

/** Counts the steps of SQLite's virtual machine. */
final class StepCountingConnections extends SqliteConnections {
  private static final int STEPS = 10;

  private final AtomicLong steps;

  StepCountingConnections(Path file, AtomicLong steps) {
    super(file);
    this.steps = steps;
  }

  /** Returns a connection as a client of the file has one. */
  Connection writing() throws SQLException {
    return connect(new SQLiteConfig(), "");
  }

  @Override
  protected Connection connect(SQLiteConfig config, String parameters) throws SQLException {
    Connection connection = super.connect(config, parameters);
    ProgressHandler.setHandler(
        connection,
        STEPS,
        new ProgressHandler() {
          @Override
          protected int progress() {
            steps.addAndGet(STEPS);
            return 0;
          }
        });
    return connection;
  }
}
