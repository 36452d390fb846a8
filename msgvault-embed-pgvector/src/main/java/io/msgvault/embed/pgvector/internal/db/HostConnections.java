package io.msgvault.embed.pgvector.internal.db;

import io.msgvault.embed.model.StoreException;
import io.msgvault.embed.pgvector.PoolTooSmallException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.TransactionState;
import org.postgresql.ds.common.BaseDataSource;

/** Takes connections from the host's data source, and refuses those that are in a transaction. */
final class HostConnections {
  private static final String REMEDY =
      "; this call would end it, so nothing was done. Use a data source that gives the library"
          + " connections of its own, with auto-commit on: the target of Spring's"
          + " TransactionAwareDataSourceProxy, a HikariCP pool without autoCommit=false";

  /** Matches what a pool such as HikariCP says of its size when it has no connection left. */
  private static final Pattern POOL_SIZE = Pattern.compile("\\btotal=(\\d+)");

  /** The connections that a run without an executor may need at once. */
  private static final int FOR_JOB = 3;

  /** Bounds the wait for further connections, since some pools wait without end. */
  private static final Duration MORE_CONNECTIONS = Duration.ofSeconds(10);

  private static final double NANOS_PER_SECOND = 1e9;

  private HostConnections() {}

  /**
   * Takes a connection with auto-commit on and outside any transaction.
   *
   * @throws StoreException if the data source has none left, or gives one that takes part in a
   *     transaction
   */
  static Connection take(DataSource dataSource) throws SQLException {
    Connection connection = open(dataSource);
    try {
      if (!connection.getAutoCommit()) {
        throw new StoreException(
            "the data source gave a connection with auto-commit off, which may be in a transaction"
                + " of yours"
                + REMEDY);
      }
      if (isInTransaction(connection)) {
        throw new StoreException(
            "the data source gave a connection that is in a transaction of yours" + REMEDY);
      }
      return connection;
    } catch (StoreException | SQLException e) {
      connection.close();
      throw e;
    }
  }

  /**
   * Checks that the data source gives as many connections at once as a run may need: one for the
   * lease, one for the lease of another generation whose deleted messages leave, and one for calls.
   *
   * @throws PoolTooSmallException if it does not
   * @throws StoreException if the server can't be reached, or the thread is interrupted
   */
  static void requireForJob(DataSource dataSource) {
    if (dataSource instanceof BaseDataSource) {
      return; // the driver's own makes a new connection each time
    }
    long began = System.nanoTime();
    // On a thread of its own: a pool may wait without end, and what it gives late goes back to it.
    CompletableFuture<List<Connection>> more = new CompletableFuture<>();
    try (Connection first = take(dataSource)) {
      Thread taker = new Thread(() -> complete(more, dataSource), "msgvault-embed-pool-check");
      taker.setDaemon(true);
      taker.start();
      giveBack(more.get(MORE_CONNECTIONS.toNanos(), TimeUnit.NANOSECONDS));
    } catch (TimeoutException e) {
      giveBackLater(more);
      throw new PoolTooSmallException(Duration.ofNanos(System.nanoTime() - began));
    } catch (ExecutionException e) {
      if (e.getCause() instanceof SQLException failure) {
        throw PgErrors.translate(failure);
      }
      throw new PoolTooSmallException(Duration.ofNanos(System.nanoTime() - began));
    } catch (InterruptedException e) {
      giveBackLater(more);
      Thread.currentThread().interrupt();
      throw new StoreException("interrupted while waiting for a connection", e);
    } catch (SQLException e) {
      throw PgErrors.translate(e);
    }
  }

  private static void complete(CompletableFuture<List<Connection>> more, DataSource dataSource) {
    List<Connection> taken = new ArrayList<>();
    try {
      while (taken.size() < FOR_JOB - 1) {
        taken.add(take(dataSource));
      }
      more.complete(taken);
    } catch (SQLException | RuntimeException e) {
      giveBack(taken);
      more.completeExceptionally(e);
    }
  }

  /** Gives connections back if they come after all. By then nobody waits for an error. */
  private static void giveBackLater(CompletableFuture<List<Connection>> late) {
    CompletableFuture<Void> unused = late.thenAccept(HostConnections::giveBack);
  }

  private static void giveBack(List<Connection> connections) {
    for (Connection connection : connections) {
      try {
        connection.close();
      } catch (SQLException e) {
        throw PgErrors.translate(e);
      }
    }
  }

  /** Asks the driver, which knows of a BEGIN that was sent as a statement. */
  private static boolean isInTransaction(Connection connection) throws SQLException {
    return connection.isWrapperFor(BaseConnection.class)
        && connection.unwrap(BaseConnection.class).getTransactionState() != TransactionState.IDLE;
  }

  private static Connection open(DataSource dataSource) throws SQLException {
    long began = System.nanoTime();
    try {
      return dataSource.getConnection();
    } catch (SQLException e) {
      if (comesFromServer(e)) {
        throw e;
      }
      double seconds = (System.nanoTime() - began) / NANOS_PER_SECOND;
      throw new StoreException(describeExhaustion(seconds, e), e);
    }
  }

  /** Returns whether the driver has failed, and not the pool before it. */
  private static boolean comesFromServer(SQLException failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException sql && sql.getSQLState() != null) {
        return true;
      }
    }
    return false;
  }

  private static String describeExhaustion(double seconds, SQLException failure) {
    @Nullable String message = failure.getMessage();
    Matcher size = POOL_SIZE.matcher(message == null ? "" : message);
    return "no connection within %.0f s: %s, and all are in use. Each thread that calls the library needs one, a running job 1 more for its lease and 1 for each write beside it, a migration 2 more: make the pool larger, or look for connections that are not given back"
        .formatted(
            seconds,
            size.find() ? "the pool has " + size.group(1) : "the data source has a limited number");
  }
}
