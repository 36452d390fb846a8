package io.msgvault.embed.pgvector;

import io.msgvault.embed.Lease;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import java.util.function.Consumer;
import javax.sql.DataSource;

/** An advisory lock of a session of the database, and so of the connection that it keeps. */
final class PgLease implements Lease {
  private static final String TAKE = "SELECT pg_try_advisory_lock(?)";
  private static final String GIVE_BACK = "SELECT pg_advisory_unlock(?)";

  /** A pooler between here and the server may have let go of the lock, or of the session. */
  private static final String HELD =
      """
      SELECT EXISTS (
        SELECT 1 FROM pg_locks
         WHERE locktype = 'advisory' AND pid = pg_backend_pid() AND granted AND objsubid = 1
           AND (CAST(classid AS bigint) << 32) | CAST(objid AS bigint) = ?)""";

  private final Connection connection;
  private final boolean automatic;
  private final long key;
  private final Consumer<PgLease> onClose;
  private boolean closed;

  private PgLease(Connection connection, boolean automatic, long key, Consumer<PgLease> onClose) {
    this.connection = connection;
    this.automatic = automatic;
    this.key = key;
    this.onClose = onClose;
  }

  /** Takes the lock with this key, unless another session has it. */
  static Optional<PgLease> take(DataSource dataSource, long key, Consumer<PgLease> onClose) {
    try {
      Connection connection = dataSource.getConnection();
      boolean taken = false;
      try {
        boolean automatic = connection.getAutoCommit();
        connection.setAutoCommit(true);
        PgLease lease = new PgLease(connection, automatic, key, onClose);
        taken = lease.ask(TAKE);
        if (taken) {
          return Optional.of(lease);
        }
        connection.setAutoCommit(automatic);
        return Optional.empty();
      } finally {
        if (!taken) {
          connection.close();
        }
      }
    } catch (SQLException e) {
      throw Failures.of(e);
    }
  }

  @Override
  public synchronized boolean held() {
    if (closed) {
      return false;
    }
    try {
      return ask(HELD);
    } catch (SQLException broken) {
      return false; // and the lock went with the connection
    }
  }

  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    onClose.accept(this);
    try {
      try {
        ask(GIVE_BACK);
        connection.setAutoCommit(automatic);
      } catch (SQLException e) {
        connection.abort(Runnable::run); // a pool must not lend it with the lock
      } finally {
        connection.close();
      }
    } catch (SQLException broken) {
      return; // the lock went with the connection
    }
  }

  private boolean ask(String sql) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setLong(1, key);
      try (ResultSet answer = statement.executeQuery()) {
        return answer.next() && answer.getBoolean(1);
      }
    }
  }
}
