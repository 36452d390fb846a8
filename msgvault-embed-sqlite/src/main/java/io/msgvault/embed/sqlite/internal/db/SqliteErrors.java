package io.msgvault.embed.sqlite.internal.db;

import io.msgvault.embed.model.StoreException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Optional;
import org.jdbi.v3.core.JdbiException;
import org.sqlite.SQLiteException;

/** Tells what SQLite reports in the caller's terms. */
public final class SqliteErrors {
  private SqliteErrors() {}

  /**
   * What Jdbi throws names the statement with its arguments, which may be message text; so only
   * SQLite's own error, which names neither, becomes the cause.
   */
  public static StoreException translate(Path file, JdbiException failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException sql) {
        return translate(file, sql);
      }
    }
    return new StoreException(file + ": " + failure.getClass().getSimpleName());
  }

  public static StoreException translate(Path file, SQLException failure) {
    String remedy = failure instanceof SQLiteException sqlite ? remedy(sqlite) : "";
    return new StoreException(
        file + ": " + (remedy.isEmpty() ? failure.getMessage() : remedy), failure);
  }

  static boolean isBusy(SQLException failure) {
    return failure instanceof SQLiteException sqlite
        && primary(sqlite).equals(Optional.of("SQLITE_BUSY"));
  }

  private static String remedy(SQLiteException failure) {
    return switch (primary(failure).orElse("")) {
      case "SQLITE_FULL" -> "the disk is full: make room and try again";
      case "SQLITE_READONLY" ->
          "the file can't be written: it was opened for reading only, or the file or its folder is"
              + " write-protected";
      case "SQLITE_BUSY", "SQLITE_LOCKED" ->
          "another process holds the file locked: try again when it is done";
      case "SQLITE_NOTADB" -> "this is not an SQLite file: check the path";
      case "SQLITE_CORRUPT" ->
          "the file is damaged: restore it from a backup; vectors can also be made anew from the"
              + " archive";
      case "SQLITE_CANTOPEN" ->
          "the file can't be opened: check the path and the rights to the file and its folder, which"
              + " also holds the file's -wal and -shm";
      case "SQLITE_PERM", "SQLITE_AUTH" -> "access is denied: check the rights to the file";
      case "SQLITE_IOERR" -> "reading or writing failed: check the disk (" + code(failure) + ")";
      default -> "";
    };
  }

  /** Extended result codes begin with the name of their primary code. */
  private static Optional<String> primary(SQLiteException failure) {
    String[] parts = code(failure).split("_", 3);
    return parts.length < 2 ? Optional.empty() : Optional.of(parts[0] + "_" + parts[1]);
  }

  private static String code(SQLiteException failure) {
    return failure.getResultCode().name();
  }
}
