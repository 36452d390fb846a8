package io.msgvault.embed.sqlite.internal.db;

import io.msgvault.embed.model.StoreException;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.SQLException;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;

/**
 * One database file, with one connection for writing and a pool of connections for reading.
 *
 * <p>A lock hands the writing connection from thread to thread. Each piece of work is one
 * transaction. A writer takes SQLite's write lock when it begins, so that no transaction fails
 * halfway because another got ahead of it.
 *
 * <p>Work may throw what JDBC and Jdbi throw. This class translates both into {@link
 * StoreException}.
 */
public final class Database implements AutoCloseable {
  /** How often a read runs without locks, if the file changes under it, before it takes them. */
  private static final int MAX_UNLOCKED_READS = 3;

  private final SqliteConnections connections;
  private final Path file;
  private final FileSchema schema;
  private final ReaderPool readers = new ReaderPool();
  private final ReentrantLock writing = new ReentrantLock();
  private final @Nullable Session writer;

  private Database(SqliteConnections connections, FileSchema schema, @Nullable Session writer) {
    this.connections = connections;
    this.file = connections.file();
    this.schema = schema;
    this.writer = writer;
  }

  /** Opens a file for reading and writing. Creates the file and installs the schema if missing. */
  public static Database install(SqliteConnections connections, FileSchema schema) {
    PrivateFiles.create(connections.file());
    Database database = new Database(connections, schema, connections.writer(schema));
    return database.checked(
        () -> {
          if (!database.hasSchema()) {
            database.change(session -> schema.install(session, database.file));
          }
        });
  }

  /**
   * Opens a file for reading and writing. It must have the schema; nothing changes if it lacks it.
   */
  public static Database open(SqliteConnections connections, FileSchema schema) {
    // The check comes first, because a connection for writing would already change the file's mode.
    openReadOnly(connections, schema).close();
    return openExisting(connections, schema);
  }

  /** Opens an existing file for reading. Writes nothing, not even the files of the WAL. */
  public static Database openReadOnly(SqliteConnections connections, FileSchema schema) {
    if (!Files.isRegularFile(connections.file())) {
      throw schema.notInstalled(connections.file());
    }
    Database database = openUnchecked(connections, schema);
    return database.checked(
        () -> {
          if (!database.hasSchema()) {
            throw schema.notInstalled(database.file);
          }
        });
  }

  /** Opens an existing file for reading, whether or not it has the schema. */
  public static Database openUnchecked(SqliteConnections connections, FileSchema schema) {
    requireFile(connections);
    return new Database(connections, schema, null);
  }

  /** Opens an existing file for reading and writing, whether or not it has the schema. */
  public static Database openExisting(SqliteConnections connections, FileSchema schema) {
    requireFile(connections);
    return new Database(connections, schema, connections.writer(schema));
  }

  /** Reads once from a file that is not kept open. */
  public static <T> T readOnce(SqliteConnections connections, TransactionCallback<T> work) {
    try (Session session = connections.reader()) {
      return session.transact("BEGIN", work);
    } catch (SQLException | JdbiException e) {
      throw SqliteErrors.translate(connections.file(), e);
    }
  }

  private static void requireFile(SqliteConnections connections) {
    if (!Files.isRegularFile(connections.file())) {
      throw new StoreException(connections.file() + ": there is no such file: check the path");
    }
  }

  private boolean hasSchema() {
    return this.<Boolean>read(session -> schema.isInstalled(session, file));
  }

  /** Runs a check and returns this database. Closes it if the check throws. */
  public Database checked(Runnable check) {
    boolean passed = false;
    try {
      check.run();
      passed = true;
      return this;
    } finally {
      if (!passed) {
        close();
      }
    }
  }

  public Path file() {
    return file;
  }

  public boolean readOnly() {
    return writer == null;
  }

  /** Reads from one snapshot. The work may run more than once. */
  public <T> T read(TransactionCallback<T> work) {
    return read(work, () -> {});
  }

  /**
   * Reads from one snapshot, as {@link #read(TransactionCallback)} does.
   *
   * @param onInvalidated runs before the work is repeated because the file changed under it. It
   *     discards what the work may have kept of what it read.
   */
  public <T> T read(TransactionCallback<T> work, Runnable onInvalidated) {
    for (int attempt = 0; ; attempt++) {
      boolean locking = !readOnly() || attempt >= MAX_UNLOCKED_READS;
      Session session = readers.borrow(() -> connect(locking));
      boolean keep = false;
      try {
        T result = session.transact("BEGIN", work);
        keep = session.isCurrent();
        if (keep) {
          return result;
        }
      } catch (SQLException | JdbiException e) {
        if (session.isCurrent()) {
          throw SqliteErrors.translate(file, e);
        }
      } finally {
        if (keep) {
          readers.release(session);
        } else {
          if (!session.isCurrent()) {
            onInvalidated.run();
          }
          readers.discard(session);
        }
      }
    }
  }

  private Session connect(boolean locking) {
    Optional<FileState> idle = locking ? Optional.empty() : FileState.captureIfIdle(file);
    return idle.isPresent() ? connections.unlockedReader(idle.get()) : connections.reader();
  }

  /** Writes, after the writers that came before. What the work wrote is committed on return. */
  public <T> T write(TransactionCallback<T> work) {
    return write(work, false);
  }

  /** Writes as {@link #write(TransactionCallback)} does, without a result. */
  public void change(TransactionCallback.TransactionConsumer work) {
    boolean unused =
        write(
            session -> {
              work.accept(session);
              return true;
            });
  }

  /** Writes so that no power cut undoes it, whatever the schema's setting is. */
  public <T> T writeSynced(TransactionCallback<T> work) {
    return write(work, true);
  }

  private <T> T write(TransactionCallback<T> work, boolean synced) {
    writing.lock();
    try {
      requireWritable();
      Session session = Objects.requireNonNull(writer);
      if (!synced) {
        return session.transact("BEGIN IMMEDIATE", work);
      }
      session.execute("PRAGMA synchronous = FULL");
      try {
        return session.transact("BEGIN IMMEDIATE", work);
      } finally {
        session.execute("PRAGMA synchronous = " + schema.synchronous());
      }
    } catch (SQLException | JdbiException e) {
      throw SqliteErrors.translate(file, e);
    } finally {
      writing.unlock();
    }
  }

  /**
   * Makes durable every commit that was read until now, also those of other clients. The WAL holds
   * what is not synced. Where it has no commit any more, SQLite has copied it to the database and
   * synced that. An interrupt stays for the caller.
   */
  public void sync() {
    requireWritable();
    boolean interrupted = false;
    while (!syncLog()) {
      interrupted |= Thread.interrupted();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Returns false if an interrupt has closed the channel. */
  private boolean syncLog() {
    Path log = file.resolveSibling(file.getFileName() + "-wal");
    try (FileChannel channel = FileChannel.open(log, StandardOpenOption.WRITE)) {
      channel.force(false);
      return true;
    } catch (NoSuchFileException nothingToSync) {
      return true;
    } catch (ClosedByInterruptException e) {
      return false;
    } catch (IOException e) {
      throw new StoreException(log + ": it cannot be synced: check the disk", e);
    }
  }

  /** Writes the file anew without what was deleted from it, and empties its WAL. */
  public void compact() {
    writing.lock();
    try {
      requireWritable();
      Objects.requireNonNull(writer).compact();
    } catch (SQLException e) {
      throw SqliteErrors.translate(file, e);
    } finally {
      writing.unlock();
    }
  }

  public void requireWritable() {
    requireOpen();
    if (readOnly()) {
      throw new StoreException(
          file + ": it was opened for reading only: open it for writing to do this");
    }
  }

  public void requireOpen() {
    readers.requireOpen();
  }

  /** Waits for the running transactions and closes every connection. */
  @Override
  public void close() {
    readers.close();
    if (writer != null) {
      writing.lock();
      try {
        writer.close();
      } finally {
        writing.unlock();
      }
    }
  }
}
