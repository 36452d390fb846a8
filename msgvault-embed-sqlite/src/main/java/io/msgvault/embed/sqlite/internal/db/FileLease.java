package io.msgvault.embed.sqlite.internal.db;

import io.msgvault.embed.model.StoreException;
import io.msgvault.embed.store.Lease;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import org.sqlite.SQLiteConfig;

/**
 * A lock of the operating system on a file of its own, which ends with its process.
 *
 * <p>SQLite takes the lock, by a transaction on an empty database that never ends. A file lock of
 * {@code java.nio} would do the same between processes. Within one process, however, closing any
 * channel on the file drops the locks of all other channels, and SQLite already handles that.
 */
public final class FileLease implements Lease {
  private final Connection connection;
  private volatile boolean held = true;

  private FileLease(Connection connection) {
    this.connection = connection;
  }

  /** Takes the lock, or returns empty if another lease holds it. */
  public static Optional<FileLease> tryAcquire(Path file) {
    PrivateFiles.create(file);
    SQLiteConfig config = new SQLiteConfig();
    config.setBusyTimeout(0);
    try {
      Connection connection = config.createConnection("jdbc:sqlite:" + file.toUri());
      try (var statement = connection.createStatement()) {
        statement.execute("BEGIN EXCLUSIVE");
        return Optional.of(new FileLease(connection));
      } catch (SQLException e) {
        connection.close();
        if (SqliteErrors.isBusy(e)) {
          return Optional.empty();
        }
        throw e;
      }
    } catch (SQLException e) {
      throw SqliteErrors.translate(file, e);
    }
  }

  /** Deletes the lease file of a dropped generation, unless it is held. */
  public static void delete(Path file) {
    if (!Files.exists(file)) {
      return;
    }
    tryAcquire(file)
        .ifPresent(
            lease -> {
              lease.close();
              try {
                Files.deleteIfExists(file);
              } catch (IOException e) {
                throw new StoreException(
                    file + ": the file cannot be deleted: check its folder", e);
              }
            });
  }

  @Override
  public boolean isHeld() {
    return held;
  }

  @Override
  public synchronized void close() {
    held = false;
    try {
      connection.close();
    } catch (SQLException e) {
      throw new StoreException("a lease cannot be released: end the process to free it", e);
    }
  }
}
