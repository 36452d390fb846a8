package io.msgvault.embed.sqlite.internal.db;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * One connection with the statements it has prepared. It is used by one thread at a time.
 *
 * <p>Transactions are begun and ended by statements of their own: the driver's {@code commit()}
 * begins the next transaction at once, and with it takes the lock again that was just given back.
 */
public final class Session implements AutoCloseable {
  private final Handle handle;
  private final Optional<FileState> snapshot;
  private final Map<String, PreparedStatement> statements = new HashMap<>();
  private final Map<Class<?>, Object> daos = new HashMap<>();

  /**
   * @param snapshot for a connection that reads the file without locks, the state that it reads
   */
  Session(Handle handle, Optional<FileState> snapshot) {
    this.handle = handle;
    this.snapshot = snapshot;
  }

  /** Whether what this session reads is still the state of the file. */
  boolean isCurrent() {
    return snapshot.isEmpty() || snapshot.get().isUnchanged();
  }

  /** Does the work in a transaction, which is rolled back when the work throws. */
  public <T> T transact(String begin, TransactionCallback<T> work) throws SQLException {
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
      // SQLite has ended the transaction itself, as it does when the disk is full. The failure that
      // led here is on its way to the caller.
      return;
    }
  }

  /** A statement for repeated use. It stays open; its result sets are the caller's to close. */
  public PreparedStatement prepare(String sql) throws SQLException {
    PreparedStatement statement = statements.get(sql);
    if (statement == null) {
      statement = handle.getConnection().prepareStatement(sql);
      statements.put(sql, statement);
    }
    return statement;
  }

  /** A statement whose text depends on its parameters; the caller closes it. */
  public PreparedStatement prepareOnce(String sql) throws SQLException {
    return handle.getConnection().prepareStatement(sql);
  }

  /**
   * Runs a statement or a whole script, prepared anew: a pragma takes effect when it is prepared,
   * not when it is run.
   */
  public void execute(String sql) throws SQLException {
    try (Statement statement = handle.getConnection().createStatement()) {
      statement.executeUpdate(sql);
    }
  }

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
      throw new IllegalStateException("a prepared statement can't be closed", e);
    } finally {
      handle.close();
    }
  }
}
