package io.msgvault.embed.pgvector.internal.db;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Advisory locks of one session of the database, and so of one connection, which is kept for them.
 * They have names; the server identifies a name by its 64-bit hash.
 */
public final class AdvisoryLocks implements AutoCloseable {
  /** The functions that take a lock and give it back, and its mode in {@code pg_locks}. */
  public enum Mode {
    /** Held by one session. */
    EXCLUSIVE("pg_try_advisory_lock", "pg_advisory_unlock", "ExclusiveLock"),
    /** Held by any number of sessions, while none has it exclusively. */
    SHARED("pg_try_advisory_lock_shared", "pg_advisory_unlock_shared", "ShareLock");

    private final String lockFunction;
    private final String unlockFunction;
    private final String catalogName;

    Mode(String lockFunction, String unlockFunction, String catalogName) {
      this.lockFunction = lockFunction;
      this.unlockFunction = unlockFunction;
      this.catalogName = catalogName;
    }
  }

  /** Asks the server, since a pooler in between may have released the locks or the session. */
  private static final String HELD =
      """
      SELECT count(*) = cardinality(CAST(? AS text[]))
        FROM unnest(CAST(? AS text[]), CAST(? AS text[])) AS wanted (name, mode)
        JOIN pg_locks AS held
          ON held.locktype = 'advisory' AND held.pid = pg_backend_pid() AND held.granted
             AND held.objsubid = 1 AND held.mode = wanted.mode
             AND (CAST(held.classid AS bigint) << 32) | CAST(held.objid AS bigint)
                 = hashtextextended(wanted.name, 0)""";

  private record Lock(String name, Mode mode) {}

  /** Tells whether the server ends idle sessions. Some versions don't know the setting. */
  private static final String TIME_OUT = "SELECT current_setting('idle_session_timeout', true)";

  /**
   * Keeps the session while it waits for a batch, and says how to restore what it had. The view
   * takes longer than all else that an idle run asks for, so it is read only if there is need.
   */
  private static final String STAY =
      """
      SELECT CASE source WHEN 'session' THEN setting END, set_config(name, '0', false)
        FROM pg_settings WHERE name = 'idle_session_timeout'""";

  private final Connection connection;
  private final String restore;
  private final Set<Lock> held = new LinkedHashSet<>();
  private boolean closed;
  private Optional<String> lossCause = Optional.empty();

  private AdvisoryLocks(Connection connection, String restore) {
    this.connection = connection;
    this.restore = restore;
  }

  /** Takes a connection, until {@link #close}. */
  public static AdvisoryLocks open(DataSource dataSource) {
    try {
      Connection connection = HostConnections.take(dataSource);
      try {
        return new AdvisoryLocks(connection, stay(connection));
      } catch (SQLException e) {
        connection.close();
        throw e;
      }
    } catch (SQLException e) {
      throw PgErrors.translate(e);
    }
  }

  /** Lifts the session's time-out; returns the statement that restores it. */
  private static String stay(Connection connection) throws SQLException {
    if (!endsIdleSessions(connection)) {
      return "";
    }
    try (Statement statement = connection.createStatement();
        ResultSet before = statement.executeQuery(STAY)) {
      before.next();
      @Nullable String set = before.getString(1);
      return set == null
          ? "RESET idle_session_timeout"
          : "SET idle_session_timeout = " + Long.parseLong(set);
    }
  }

  private static boolean endsIdleSessions(Connection connection) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(TIME_OUT);
        ResultSet answer = statement.executeQuery()) {
      answer.next();
      @Nullable String timeOut = answer.getString(1);
      return timeOut != null && !timeOut.equals("0");
    }
  }

  /** Returns the database over the connection that has the locks, until {@link #close}. */
  public Database over(Database database) {
    return database.over(connection);
  }

  /** Takes a lock, unless another session holds it, or this one already does. */
  public synchronized boolean tryLock(String name, Mode mode) {
    Lock lock = new Lock(name, mode);
    if (closed || held.contains(lock)) {
      return false;
    }
    try {
      boolean taken = call(mode.lockFunction, name);
      if (taken) {
        held.add(lock);
      }
      return taken;
    } catch (SQLException e) {
      throw PgErrors.translate(e);
    }
  }

  /** Gives a lock back if it is held. If that fails, gives every lock back. */
  public synchronized void unlock(String name, Mode mode) {
    if (closed || !held.remove(new Lock(name, mode))) {
      return;
    }
    try {
      call(mode.unlockFunction, name);
    } catch (SQLException e) {
      abortConnection();
    }
  }

  /** Returns whether the session still has this lock. */
  public synchronized boolean holds(String name, Mode mode) {
    return !closed && held.contains(new Lock(name, mode)) && holdsAll();
  }

  /** Returns whether the session still has every lock that was acquired and not released. */
  public synchronized boolean holdsAll() {
    if (closed) {
      return false;
    }
    List<String> names = new ArrayList<>();
    List<String> modes = new ArrayList<>();
    for (Lock lock : held) {
      names.add(lock.name());
      modes.add(lock.mode().catalogName);
    }
    try (PreparedStatement statement = connection.prepareStatement(HELD)) {
      statement.setArray(1, connection.createArrayOf("text", names.toArray()));
      statement.setArray(2, connection.createArrayOf("text", names.toArray()));
      statement.setArray(3, connection.createArrayOf("text", modes.toArray()));
      boolean all = isTrue(statement);
      if (!all) {
        lossCause =
            Optional.of(
                "the session has no such lock: give the job a direct connection to the server, or a"
                    + " pooler in session mode");
      }
      return all;
    } catch (SQLException broken) {
      lossCause = Optional.of(PgErrors.translate(broken).getMessage());
      return false; // and the locks went with the connection
    }
  }

  /** Returns why locks are gone, if {@link #holdsAll} has found that they are. */
  public synchronized Optional<String> lossCause() {
    return lossCause;
  }

  /** Gives every lock back, and the connection. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      for (Lock lock : held) {
        call(lock.mode().unlockFunction, lock.name());
      }
      if (!restore.isEmpty()) {
        try (Statement statement = connection.createStatement()) {
          statement.execute(restore);
        }
      }
      connection.close();
    } catch (SQLException e) {
      abortConnection();
    }
  }

  /** Ends the session, so that a pool does not lend it with a lock. */
  private void abortConnection() {
    closed = true;
    try {
      connection.abort(Runnable::run);
      connection.close();
    } catch (SQLException broken) {
      return; // the locks went with the connection
    }
  }

  private boolean call(String function, String name) throws SQLException {
    String sql = "SELECT " + function + "(hashtextextended(?, 0))";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, name);
      return isTrue(statement);
    }
  }

  private static boolean isTrue(PreparedStatement statement) throws SQLException {
    try (ResultSet answer = statement.executeQuery()) {
      return answer.next() && answer.getBoolean(1);
    }
  }
}
