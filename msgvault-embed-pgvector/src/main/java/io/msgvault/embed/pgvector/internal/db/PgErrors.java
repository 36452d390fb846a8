package io.msgvault.embed.pgvector.internal.db;

import io.msgvault.embed.model.StoreException;
import io.msgvault.embed.pgvector.MissingPrivilegeException;
import java.sql.SQLException;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;

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
    if (state.equals("26000") || isStalePlan(state, failure)) {
      return new StalePlanException(failure);
    }
    String message = remedy(state) + sqlStateSuffix(failure);
    if (state.equals("42501")) {
      return new MissingPrivilegeException(message, failure);
    }
    boolean quotesValues = state.startsWith("22") || state.startsWith("23");
    return new StoreException(message, quotesValues ? null : failure);
  }

  /** Returns whether a table has changed since the driver prepared the statement. */
  private static boolean isStalePlan(String state, SQLException failure) {
    return state.equals("0A000")
        && failure instanceof PSQLException error
        && error.getServerErrorMessage() != null
        && "RevalidateCachedQuery".equals(error.getServerErrorMessage().getRoutine());
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

  /** Says what is wrong and what to do, for the states that a host can meet. */
  private static String remedy(String state) {
    return switch (state) {
      case MISSING_TABLE, "3F000" ->
          "a table or the schema is gone: install the schema, or check its name";
      case "3D000" -> "there is no such database: check its name, or create it";
      case "42703" ->
          "a column is gone or has another name: open the store anew with a mapping that fits, or"
              + " see what validate says";
      case "42883", "42704", "42846", "42804", "42725", "42P17", "42P18", "0A000" ->
          "the tables or the extension are not as they were at the installation: see what validate"
              + " says, and whether all servers have the same version of pgvector";
      case "428C9" -> "a mapped column is generated, and can't be written: see what validate says";
      case "42P06", "42P07", "42710", "42723" ->
          "the schema has an object of a name that the library needs: rename it, or use another"
              + " schema";
      case "42501" ->
          "the role lacks a privilege: grant it the use of the schema, of pgvector's schema and of"
              + " the tables, and let no row-level security hold it up";
      case "2BP01" ->
          "an object of the host, such as a view, depends on what is to be dropped: drop that first";
      case "25006" ->
          "the database takes no writes here: connect to the primary server, or see what sets"
              + " default_transaction_read_only";
      case "25P02", "25P03" ->
          "the transaction was ended from elsewhere: raise idle_in_transaction_session_timeout, or"
              + " see what else uses the connection";
      case "22P05", "22021" ->
          "the database can't hold every character: it needs the encoding UTF8";
      case "23514", "23502", "23503", "23505", "23P01", "44000" ->
          "a constraint of the tables refuses a row: see in the server's log which, and drop it or"
              + " write rows that keep it";
      case "53100" -> "the server's disk is full: make room and try again";
      case "53200" ->
          "the server has no memory left: lower work_mem and maintenance_work_mem, or add memory";
      case "53300" -> "the server has no connection left: use fewer, or allow more";
      case "54000", "54001" ->
          "a value is larger than the server's limits allow, such as a type or source of more than"
              + " 2,000 bytes: map another column";
      case "55000", "55006" ->
          "an object is in use, or not in the state it needs to be in: end what uses it, and try"
              + " again";
      case "57014" ->
          "a statement was cancelled, by hand or by its time-out: raise statement_timeout";
      case "57P05" ->
          "the server ended a session that was idle: raise idle_session_timeout, or make the pool"
              + " close idle connections before";
      case "57P01", "57P02", "57P03" ->
          "the server ended the session, since an administrator did or it stops or starts: try again"
              + " once it is up";
      default -> remedyOfClass(state.substring(0, Math.min(2, state.length())));
    };
  }

  private static String remedyOfClass(String stateClass) {
    return switch (stateClass) {
      case "08", "57" ->
          "the connection to the database broke, or could not be made: see that the server runs and"
              + " the network leads to it, and try again";
      case "28" -> "the database refuses the login: check user, password and pg_hba.conf";
      case "22", "23" ->
          "the database refuses a value: see what validate says of the mapped columns";
      case "P0", "09", "27", "39" ->
          "a trigger or function of the host refuses the statement: see what validate says, and let"
              + " the trigger pass updates of columns that begin with embed_";
      case "53" -> "the server lacks resources: see its log";
      case "58", "XX" ->
          "the server's files are damaged, or its disk fails: see its log, and restore them";
      default -> "the database failed: see the server's log";
    };
  }
}
