package org.example.embed.h2;

import io.msgvault.embed.model.StoreException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Runs transactions and statements with JDBC, for both stores. */
final class Database implements AutoCloseable {
  /** The work of one transaction. */
  @FunctionalInterface
  interface TransactionCallback<T> {
    T execute(Session session) throws SQLException;
  }

  /** Reads one row. */
  @FunctionalInterface
  interface RowMapper<T> {
    T map(ResultSet row) throws SQLException;
  }

  private static final int MAX_ARRAY_LENGTH = 50_000;

  private final DataSource dataSource;
  private volatile boolean closed;

  /** Opens a database, and creates the tables of a script. */
  Database(DataSource dataSource, String script) {
    this.dataSource = dataSource;
    String statements = resource(script);
    transaction(
        session -> {
          for (String statement : statements.split(";\\s*\n")) {
            session.update(statement);
          }
          return statements;
        });
  }

  private static String resource(String name) {
    try (InputStream in = Database.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException(name + " is not on the class path");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Runs a transaction: commits if the callback returns, and rolls back if it throws. */
  <T> T transaction(TransactionCallback<T> callback) {
    try (Connection connection = connect()) {
      try {
        T result = callback.execute(new Session(connection));
        connection.commit();
        return result;
      } finally {
        connection.rollback();
        connection.setAutoCommit(true);
      }
    } catch (SQLException e) {
      throw failure(e);
    }
  }

  /** Opens a connection that the caller commits and closes; refuses that of a host's transaction. */
  Connection connect() throws SQLException {
    requireOpen();
    Connection connection = dataSource.getConnection();
    if (!connection.getAutoCommit()) {
      connection.close();
      throw new StoreException(
          "the connection has auto-commit off, so it may be in a transaction: use a data source of"
              + " connections with auto-commit on");
    }
    connection.setAutoCommit(false);
    return connection;
  }

  void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the store is closed");
    }
  }

  static StoreException failure(SQLException e) {
    return new StoreException("H2 failed, see the cause; try again later", e);
  }

  /** Splits distinct ids into sorted arrays, since an array of H2 holds at most 65,536 elements. */
  static List<Object[]> partition(Collection<Long> ids) {
    List<Long> ordered = List.copyOf(new TreeSet<>(ids));
    List<Object[]> slices = new ArrayList<>();
    for (int start = 0; start < ordered.size(); start += MAX_ARRAY_LENGTH) {
      slices.add(
          ordered.subList(start, Math.min(start + MAX_ARRAY_LENGTH, ordered.size())).toArray());
    }
    return slices;
  }

  @Override
  public void close() {
    closed = true;
  }

  /** A connection with an open transaction. */
  record Session(Connection connection) {
    /** Runs a statement; returns how many rows it changed. */
    int update(String sql, @Nullable Object... parameters) throws SQLException {
      try (PreparedStatement statement = prepare(sql, parameters)) {
        return statement.executeUpdate();
      }
    }

    <T> List<T> list(String sql, RowMapper<T> mapper, @Nullable Object... parameters)
        throws SQLException {
      try (PreparedStatement statement = prepare(sql, parameters);
          ResultSet row = statement.executeQuery()) {
        List<T> all = new ArrayList<>();
        while (row.next()) {
          all.add(mapper.map(row));
        }
        return all;
      }
    }

    <T> Optional<T> first(String sql, RowMapper<T> mapper, @Nullable Object... parameters)
        throws SQLException {
      return list(sql, mapper, parameters).stream().findFirst();
    }

    PreparedStatement prepare(String sql, @Nullable Object... parameters) throws SQLException {
      PreparedStatement statement = connection.prepareStatement(sql);
      for (int i = 0; i < parameters.length; i++) {
        statement.setObject(i + 1, parameters[i]);
      }
      return statement;
    }
  }
}
