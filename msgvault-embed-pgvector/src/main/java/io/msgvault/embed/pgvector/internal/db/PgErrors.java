package io.msgvault.embed.pgvector.internal.db;

import io.msgvault.embed.model.StoreException;
import io.msgvault.embed.pgvector.MissingPrivilegeException;
import java.sql.SQLException;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;

/** Translates errors of the server and the driver. Every exception is translated here. */
public final class PgErrors {
  private static final String MISSING_TABLE = "42P01";

  private PgErrors() {}

  /**
   * Translates an exception of Jdbi. Its message quotes the statement with its arguments, which may
   * be message text, so only the driver's own error becomes the cause. Where the server quotes
   * values in that, there is no cause.
   */
  static StoreException translate(JdbiException failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException sql) {
        return translate(sql);
      }
    }
    return new StoreException("the database failed: " + failure.getClass().getSimpleName());
  }

  static StoreException translate(SQLException failure) {
    String state = sqlState(failure);
    if (state.equals("40001") || state.equals("40P01") || state.equals("55P03")) {
      return new LockedException(failure);
    }
    if (state.equals("42501")) {
      return new MissingPrivilegeException(
          "the role lacks a privilege: grant it the use of the schema and its tables"
              + sqlStateSuffix(failure),
          failure);
    }
    boolean quotesValues = state.startsWith("22") || state.startsWith("23");
    return new StoreException(
        remedy(state) + sqlStateSuffix(failure), quotesValues ? null : failure);
  }

  /** Returns whether a statement named a table that is not there. */
  public static boolean isMissingTable(StoreException failure) {
    return failure.getCause() instanceof SQLException sql && sqlState(sql).equals(MISSING_TABLE);
  }

  /** Returns the SQLSTATE in brackets, for the end of a message. */
  static String sqlStateSuffix(SQLException failure) {
    return " (SQLSTATE " + sqlState(failure) + ")";
  }

  private static String sqlState(SQLException failure) {
    @Nullable String state = failure.getSQLState();
    return state == null ? "unknown" : state;
  }

  private static String remedy(String state) {
    return switch (state) {
      case "25006" ->
          "the database takes no writes here: connect to the primary server, or see what sets"
              + " default_transaction_read_only";
      case MISSING_TABLE, "3F000" ->
          "a table or the schema is gone: install the schema, or check its name";
      case "53100" -> "the server's disk is full: make room and try again";
      case "53300" -> "the server has no connection left: use fewer, or allow more";
      case "57014" ->
          "a statement was cancelled, by hand or by its time-out: raise statement_timeout";
      default ->
          switch (state.substring(0, 2)) {
            case "08", "57" -> "the connection to the database broke, or could not be made";
            case "22", "23" -> "the database refuses a value";
            case "53" -> "the server lacks resources";
            default -> "the database failed";
          };
    };
  }
}
