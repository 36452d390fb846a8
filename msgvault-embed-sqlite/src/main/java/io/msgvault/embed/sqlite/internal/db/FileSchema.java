package io.msgvault.embed.sqlite.internal.db;

import io.msgvault.embed.model.StoreException;
import io.msgvault.embed.store.NotInstalledException;
import java.nio.file.Path;
import java.sql.SQLException;

/** The schema that a {@link Database} keeps in its file, and the settings that go with it. */
public interface FileSchema {
  /** Returns the page size of a new file, in bytes. */
  int pageSize();

  /** Returns the value of SQLite's {@code PRAGMA synchronous}. */
  String synchronous();

  /**
   * Returns whether the file has the schema in its latest version.
   *
   * @throws StoreException if this library cannot work with what the file has
   */
  boolean isInstalled(Session session, Path file);

  /** Brings the schema to its latest version, in the caller's transaction. */
  void install(Session session, Path file) throws SQLException;

  /** Returns the exception for a file that is missing or lacks the schema. */
  NotInstalledException notInstalled(Path file);
}
