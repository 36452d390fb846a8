package io.msgvault.embed.sqlite;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Another client of a file: plain statements over a connection of its own. */
public final class SqlClient implements AutoCloseable {
  private final Connection connection;

  public SqlClient(Path file) {
    try {
      connection = DriverManager.getConnection("jdbc:sqlite:" + file.toUri());
      run("PRAGMA busy_timeout = 20000");
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  /** Runs a statement, and returns how many rows it changed. */
  public int run(String sql, @Nullable Object... parameters) {
    try (PreparedStatement statement = prepare(sql, parameters)) {
      return statement.execute() ? 0 : statement.getUpdateCount();
    } catch (SQLException e) {
      throw new AssertionError(sql + ": " + e.getMessage(), e);
    }
  }

  /** Returns the first column of the first row, or empty without a row or for NULL. */
  OptionalLong number(String sql, @Nullable Object... parameters) {
    List<@Nullable Object> column = column(sql, parameters);
    return column.isEmpty() || !(column.get(0) instanceof Number number)
        ? OptionalLong.empty()
        : OptionalLong.of(number.longValue());
  }

  /** Returns the first column of all rows. */
  public List<@Nullable Object> column(String sql, @Nullable Object... parameters) {
    return rows(sql, parameters).stream().<@Nullable Object>map(row -> row.get(0)).toList();
  }

  /** Returns all rows. */
  List<List<@Nullable Object>> rows(String sql, @Nullable Object... parameters) {
    try (PreparedStatement statement = prepare(sql, parameters);
        ResultSet row = statement.executeQuery()) {
      List<List<@Nullable Object>> rows = new ArrayList<>();
      while (row.next()) {
        List<@Nullable Object> values = new ArrayList<>();
        for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
          values.add(row.getObject(i));
        }
        rows.add(values);
      }
      return rows;
    } catch (SQLException e) {
      throw new AssertionError(sql + ": " + e.getMessage(), e);
    }
  }

  private PreparedStatement prepare(String sql, @Nullable Object... parameters)
      throws SQLException {
    PreparedStatement statement = connection.prepareStatement(sql);
    for (int i = 0; i < parameters.length; i++) {
      statement.setObject(i + 1, parameters[i]);
    }
    return statement;
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }
}
