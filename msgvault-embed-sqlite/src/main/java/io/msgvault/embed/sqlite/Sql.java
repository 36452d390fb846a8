package io.msgvault.embed.sqlite;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;

/** Reads results of one column. */
final class Sql {
  private Sql() {}

  static long number(PreparedStatement select) throws SQLException {
    try (ResultSet row = select.executeQuery()) {
      row.next();
      return row.getLong(1);
    }
  }

  static long[] longs(PreparedStatement select) throws SQLException {
    long[] values = new long[16];
    int count = 0;
    try (ResultSet row = select.executeQuery()) {
      while (row.next()) {
        if (count == values.length) {
          values = Arrays.copyOf(values, 2 * count);
        }
        values[count++] = row.getLong(1);
      }
    }
    return Arrays.copyOf(values, count);
  }
}
