package io.msgvault.embed.sqlite.internal.db;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * One connection with the statements it has prepared, for one thread at a time.
 *
 * <p>Fixed statements are SQL objects of Jdbi ({@link #dao}). Statements over a mapping's names,
 * bulk writes and scans use the connection's own prepared statements ({@link #prepare}), which stay
 * open between calls.
 *
 * <p>Statements of their own begin and end each transaction. The driver's {@code commit()} would
 * begin the next transaction at once, and take the lock again that it had just released.
 */
public final class Session implements AutoCloseable {
  private final Handle handle;
  private final Optional<FileState> snapshot;
  private final Map<String, PreparedStatement> statements = new HashMap<>();
  private final Map<Class<?>, Object> daos = new HashMap<>();

  /**
   * Wraps a connection.
   *
   * @param snapshot the state of the file that a connection without locks reads
   */
  Session(Handle handle, Optional<FileState> snapshot) {
    this.handle = handle;
    this.snapshot = snapshot;
  }

  /** Returns whether what this session reads is still the state of the file. */
  public boolean isCurrent() {
    return snapshot.isEmpty() || snapshot.get().isUnchanged();
  }

  /** Does the work in a transaction, and rolls it back if the work throws. */
  <T> T transact(String begin, TransactionCallback<T> work) throws SQLException {
    prepare(begin).execute();
    boolean done = false;
    try {
      T result = work.run(this);
      prepare("COMMIT").execute();
      done = true;
      return result;
    } finally {
      if (!done) {
        rollback();
      }
    }
  }

  private void rollback() {
    try {
      prepare("ROLLBACK").execute();
    } catch (SQLException alreadyRolledBack) {
      // SQLite has ended the transaction itself, as it does if the disk is full. The caller gets
      // the
      // failure that led here.
      return;
    }
  }

  /** Returns a statement that stays open for repeated use. The caller closes its result sets. */
  public PreparedStatement prepare(String sql) throws SQLException {
    PreparedStatement statement = statements.get(sql);
    if (statement == null) {
      statement = handle.getConnection().prepareStatement(sql);
      statements.put(sql, statement);
    }
    return statement;
  }

  /** Returns a statement whose text depends on its parameters. The caller closes it. */
  public PreparedStatement prepareOnce(String sql) throws SQLException {
    return handle.getConnection().prepareStatement(sql);
  }

  /**
   * Runs a statement or a whole script, and prepares it each time: a pragma takes effect when it is
   * prepared, not when it runs.
   */
  public void execute(String sql) throws SQLException {
    try (Statement statement = handle.getConnection().createStatement()) {
      statement.executeUpdate(sql);
    }
  }

  /**
   * Writes the file anew, outside of a transaction.
   *
   * @throws SQLException also if a reader keeps the WAL from being emptied for too long
   */
  void compact() throws SQLException {
    // The copy goes to a file: in memory it might not fit.
    execute("PRAGMA temp_store = FILE");
    try {
      execute("VACUUM");
    } finally {
      execute("PRAGMA temp_store = MEMORY");
    }
    try (PreparedStatement checkpoint = prepareOnce("PRAGMA wal_checkpoint(TRUNCATE)")) {
      if (Results.singleLong(checkpoint) != 0) {
        throw new SQLException(
            "another connection still reads what was deleted: end its transaction, and try again");
      }
    }
  }

  /** Returns the SQL object of a type, on this connection. */
  public <D> D dao(Class<D> type) {
    return type.cast(daos.computeIfAbsent(type, handle::attach));
  }

  @Override
  public void close() {
    try {
      for (PreparedStatement statement : statements.values()) {
        statement.close();
      }
    } catch (SQLException e) {
      throw new IllegalStateException("a prepared statement cannot be closed", e);
    } finally {
      handle.close();
    }
  }
}
