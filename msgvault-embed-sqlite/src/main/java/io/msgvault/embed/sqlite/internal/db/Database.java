package io.msgvault.embed.sqlite.internal.db;

import io.msgvault.embed.model.StoreException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;

/**
 * One file: a connection for writing, which a lock hands from thread to thread, and a pool of those
 * for reading. Each piece of work is one transaction. Writers take the write lock when they begin,
 * so that no transaction fails halfway because another got ahead of it.
 */
public final class Database implements AutoCloseable {
  /** How often a read is tried again because the file changed under it, before it takes locks. */
  private static final int MAX_UNLOCKED_READS = 3;

  private final SqliteConnections connector;
  private final Path file;
  private final FileSchema schema;
  private final ReaderPool readers = new ReaderPool();
  private final ReentrantLock writing = new ReentrantLock();
  private final @Nullable Session writer;

  private Database(SqliteConnections connector, FileSchema schema, @Nullable Session writer) {
    this.connector = connector;
    this.schema = schema;
    this.file = connector.file();
    this.writer = writer;
  }

  /** Opens a file for reading and writing. Creates the file and installs the schema if missing. */
  public static Database install(SqliteConnections connector, FileSchema schema) {
    Path file = connector.file();
    PrivateFiles.create(file);
    Database database;
    try {
      database = new Database(connector, schema, connector.writer(schema));
    } catch (JdbiException e) {
      throw SqliteErrors.translate(file, e);
    }
    return database.checked(
        () -> {
          if (!database.hasSchema()) {
            database.change(session -> schema.install(session, file));
          }
        });
  }

  /**
   * Opens a file for reading and writing. It must have the schema; nothing changes if it lacks it.
   */
  public static Database open(SqliteConnections connector, FileSchema schema) {
    // The look comes first: a connection for writing alone would change the file's mode.
    openReadOnly(connector, schema).close();
    return openExisting(connector, schema);
  }

  /** Opens a file that must be there. Nothing is written, not even the files of the WAL. */
  public static Database openReadOnly(SqliteConnections connector, FileSchema schema) {
    Database database = openUnchecked(connector, schema);
    return database.checked(
        () -> {
          if (!database.hasSchema()) {
            throw schema.notInstalled(database.file);
          }
        });
  }

  /** As {@link #openReadOnly}, whether or not the file has the schema. */
  public static Database openUnchecked(SqliteConnections connector, FileSchema schema) {
    requireFile(connector);
    return new Database(connector, schema, null);
  }

  /** Opens a file that must be there for reading and writing, whether or not it has the schema. */
  public static Database openExisting(SqliteConnections connector, FileSchema schema) {
    requireFile(connector);
    try {
      return new Database(connector, schema, connector.writer(schema));
    } catch (JdbiException e) {
      throw SqliteErrors.translate(connector.file(), e);
    }
  }

  private static void requireFile(SqliteConnections connector) {
    if (!Files.isRegularFile(connector.file())) {
      throw new StoreException(connector.file() + ": there is no such file: check the path");
    }
  }

  private boolean hasSchema() {
    return this.<Boolean>read(session -> schema.isInstalled(session, file));
  }

  /** This, if the check passes; else nothing stays open. */
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

  /** Reads from one snapshot. The work may be done more than once. */
  public <T> T read(TransactionCallback<T> work) {
    return read(work, () -> {});
  }

  /**
   * As {@link #read(TransactionCallback)}.
   *
   * @param onInvalidated called when what the work has read was of no single state of the file,
   *     before it is done again: for what it may have kept of that
   */
  public <T> T read(TransactionCallback<T> work, Runnable onInvalidated) {
    for (int attempt = 0; ; attempt++) {
      boolean locking = !readOnly() || attempt >= MAX_UNLOCKED_READS;
      Session session;
      try {
        session = readers.borrow(() -> connect(locking));
      } catch (JdbiException e) {
        throw SqliteErrors.translate(file, e);
      }
      boolean keep = false;
      try {
        T result = session.transact("BEGIN", work);
        keep = session.isCurrent();
        if (keep) {
          return result;
        }
      } catch (SQLException e) {
        if (session.isCurrent()) {
          throw SqliteErrors.translate(file, e);
        }
      } catch (JdbiException e) {
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
    Optional<FileState> quiet = locking ? Optional.empty() : FileState.captureIfIdle(file);
    return quiet.isPresent() ? connector.unlockedReader(quiet.get()) : connector.reader();
  }

  /** Writes, after all who came before; what the work has written is durable on return. */
  public <T> T write(TransactionCallback<T> work) {
    return write(work, false);
  }

  /** As {@link #write}, without a result. */
  public void change(TransactionCallback.TransactionConsumer work) {
    boolean unused =
        write(
            session -> {
              work.accept(session);
              return true;
            });
  }

  /** As {@link #write}, and a power cut does not undo it, whatever the file's schema says. */
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
    } catch (SQLException e) {
      throw SqliteErrors.translate(file, e);
    } catch (JdbiException e) {
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

  /** Waits for the transactions under way and closes every connection. */
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
