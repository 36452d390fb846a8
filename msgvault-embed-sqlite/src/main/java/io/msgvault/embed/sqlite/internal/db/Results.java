package io.msgvault.embed.sqlite.internal.db;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;

/** Reads results of one column. */
public final class Results {
  private Results() {}

  /** Returns the number in the first row. */
  public static long singleLong(PreparedStatement select) throws SQLException {
    try (ResultSet row = select.executeQuery()) {
      row.next();
      return row.getLong(1);
    }
  }

  /** Returns the numbers of all rows. */
  public static long[] allLongs(PreparedStatement select) throws SQLException {
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
