package io.msgvault.embed.sqlite.internal.db;

import io.msgvault.embed.model.StoreException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sqlite.SQLiteException;

/** Translates errors of SQLite into the caller's terms. */
public final class SqliteErrors {
  /** Matches what SQLite says about a function, collation or module that a connection lacks. */
  private static final Pattern MISSING_FROM_CONNECTION =
      Pattern.compile(
          "(?:(?:no such|unknown) (?:function|collation sequence|module|tokenizer)"
              + "|vtable constructor failed): [^()]*");

  /** Says that a filter leads to a statement beyond SQLite's limits. */
  public static final String FILTER_TOO_LARGE =
      "the filter is too large for SQLite: name fewer values, and nest fewer excluded filters in"
          + " each other";

  /** Matches what SQLite says about a statement beyond its limits. Only filters are that large. */
  private static final Pattern BEYOND_LIMITS =
      Pattern.compile(
          "Expression tree is too large|too many SQL variables|parser stack overflow"
              + "|statement too long");

  private SqliteErrors() {}

  /**
   * Translates what JDBC or Jdbi threw.
   *
   * <p>Jdbi's exceptions name the statement with its arguments, which may be message text. So only
   * SQLite's own error, which names neither, becomes the cause.
   *
   * @param failure a {@link SQLException}, or an exception of Jdbi
   */
  static StoreException translate(Path file, Exception failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException sql) {
        String remedy = sql instanceof SQLiteException sqlite ? remedy(sqlite) : "";
        return new StoreException(
            file
                + ": "
                + (remedy.isEmpty()
                    ? missingFromConnection(sql).orElseGet(sql::getMessage)
                    : remedy),
            sql);
      }
    }
    return new StoreException(file + ": " + failure.getClass().getSimpleName());
  }

  /**
   * Explains a failure that comes from a connection which lacks a function, collation or module of
   * the host's; empty if it has another cause.
   */
  public static Optional<String> missingFromConnection(SQLException failure) {
    Matcher missing = MISSING_FROM_CONNECTION.matcher(String.valueOf(failure.getMessage()));
    return missing.find()
        ? Optional.of(
            missing.group()
                + ": the schema uses what only the host's connections have: give it to the store's with"
                + " SqliteMessageStore.builder(file, mapping).connectionSetup")
        : Optional.empty();
  }

  static boolean isBusy(SQLException failure) {
    return failure instanceof SQLiteException sqlite
        && primary(sqlite).equals(Optional.of("SQLITE_BUSY"));
  }

  private static String remedy(SQLiteException failure) {
    return switch (primary(failure).orElse("")) {
      case "SQLITE_FULL" -> "the disk is full: make room and try again";
      case "SQLITE_READONLY" ->
          "the file cannot be written: it was opened for reading only, or the file or its folder is"
              + " write-protected";
      case "SQLITE_BUSY", "SQLITE_LOCKED" ->
          "another process holds the file locked: try again when it is done";
      case "SQLITE_NOTADB" -> "this is not an SQLite file: check the path";
      case "SQLITE_CORRUPT" ->
          "the file is damaged: restore it from a backup; a job can also make the vectors again from"
              + " the archive";
      case "SQLITE_CANTOPEN" ->
          "the file cannot be opened: check the path and the rights to the file and its folder, which"
              + " also holds the file's -wal and -shm";
      case "SQLITE_PERM", "SQLITE_AUTH" -> "access is denied: check the rights to the file";
      case "SQLITE_IOERR" -> "reading or writing failed: check the disk (" + code(failure) + ")";
      default ->
          BEYOND_LIMITS.matcher(String.valueOf(failure.getMessage())).find()
              ? FILTER_TOO_LARGE
              : "";
    };
  }

  /** Returns the primary code, with whose name extended result codes begin. */
  private static Optional<String> primary(SQLiteException failure) {
    String[] parts = code(failure).split("_", 3);
    return parts.length < 2 ? Optional.empty() : Optional.of(parts[0] + "_" + parts[1]);
  }

  private static String code(SQLiteException failure) {
    return failure.getResultCode().name();
  }
}
