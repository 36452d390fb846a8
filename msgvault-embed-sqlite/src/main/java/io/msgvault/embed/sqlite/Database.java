package io.msgvault.embed.sqlite;

import io.msgvault.embed.StoreException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.sqlobject.SqlObjectPlugin;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;

/**
 * One file with its connections: one for writing, which a lock hands from thread to thread, and as
 * many for reading as there are threads that read at once, of which a few are kept. Each piece of
 * work is one transaction. Writers take the write lock when they begin, so that no transaction
 * fails halfway because another got ahead of it.
 */
final class Database implements AutoCloseable {
  /** What a commit outlives. */
  enum Durability {
    /** The end of the process, in whatever way. */
    KILL(SQLiteConfig.SynchronousMode.NORMAL),
    /** A power cut, too. */
    POWER_CUT(SQLiteConfig.SynchronousMode.FULL);

    private final SQLiteConfig.SynchronousMode mode;

    Durability(SQLiteConfig.SynchronousMode mode) {
      this.mode = mode;
    }
  }

  private static final int BUSY_MILLIS = 20_000;
  private static final int CACHE_KIB = 16 * 1024;
  private static final int READERS_KEPT = 4;

  /** How often a read is tried again because the file changed under it, before it takes locks. */
  private static final int UNLOCKED_READS = 3;

  private final Path file;
  private final @Nullable Session writer;
  private final ReentrantLock writing = new ReentrantLock();

  private final ReentrantLock pool = new ReentrantLock();
  private final Condition returned = pool.newCondition();
  private final ArrayDeque<Session> idle = new ArrayDeque<>();
  private int lent;
  private boolean closed;

  private Database(Path file, @Nullable Session writer) {
    this.file = file;
    this.writer = writer;
  }

  /** Opens a file for reading and writing; creates it, and installs the schema, if need be. */
  static Database open(Path path, Schema schema, Durability durability) {
    Path file = path.toAbsolutePath().normalize();
    PrivateFiles.create(file);
    try {
      Session writer = connect(file, Optional.empty(), Optional.of(durability));
      Database database = new Database(file, writer);
      try {
        if (!database.<Boolean>read(session -> schema.installed(session, file))) {
          database.change(
              session -> {
                schema.install(session, file);
              });
        }
        return database;
      } catch (RuntimeException e) {
        database.close();
        throw e;
      }
    } catch (SQLException e) {
      throw Failures.of(file, e);
    }
  }

  /** Opens a file that must be there. Nothing is written, not even the files of the WAL. */
  static Database openReadOnly(Path path, Schema schema) {
    Path file = path.toAbsolutePath().normalize();
    if (!Files.isRegularFile(file)) {
      throw new StoreException(file + ": there is no such file: check the path", null);
    }
    Database database = new Database(file, null);
    try {
      if (!database.<Boolean>read(session -> schema.installed(session, file))) {
        throw schema.missing(file);
      }
      return database;
    } catch (RuntimeException e) {
      database.close();
      throw e;
    }
  }

  Path file() {
    return file;
  }

  boolean readOnly() {
    return writer == null;
  }

  /** Reads from one snapshot. The work may be done more than once. */
  <T> T read(Work<T> work) {
    int attempt = 0;
    while (true) {
      boolean locked = !readOnly() || attempt++ >= UNLOCKED_READS;
      Session session = borrow(locked);
      boolean sound = false;
      try {
        T result = session.transact("BEGIN", work);
        sound = session.valid();
        if (sound) {
          return result;
        }
      } catch (SQLException e) {
        sound = session.valid();
        if (sound) {
          throw Failures.of(file, e);
        }
      } catch (JdbiException e) {
        sound = session.valid();
        if (sound) {
          throw Failures.of(file, e);
        }
      } finally {
        giveBack(session, sound);
      }
    }
  }

  /** Writes, after all who came before; what the work has written is durable on return. */
  <T> T write(Work<T> work) {
    return write(work, false);
  }

  /** As {@link #write}, without a result. */
  void change(Work.Change work) {
    boolean unused =
        write(
            session -> {
              work.in(session);
              return true;
            });
  }

  /** As {@link #write}, and a power cut does not undo it, whatever the file's durability. */
  <T> T writeSynced(Work<T> work) {
    return write(work, true);
  }

  private <T> T write(Work<T> work, boolean synced) {
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
        session.execute("PRAGMA synchronous = NORMAL");
      }
    } catch (SQLException e) {
      throw Failures.of(file, e);
    } catch (JdbiException e) {
      throw Failures.of(file, e);
    } finally {
      writing.unlock();
    }
  }

  /** Waits for the transactions under way and closes every connection. */
  @Override
  public void close() {
    pool.lock();
    try {
      closed = true;
      while (lent > 0) {
        returned.awaitUninterruptibly();
      }
      idle.forEach(Session::close);
      idle.clear();
    } finally {
      pool.unlock();
    }
    if (writer != null) {
      writing.lock();
      try {
        writer.close();
      } finally {
        writing.unlock();
      }
    }
  }

  void requireWritable() {
    requireOpen();
    if (readOnly()) {
      throw new StoreException(
          file + ": it was opened for reading only: open it for writing to do this", null);
    }
  }

  void requireOpen() {
    pool.lock();
    try {
      if (closed) {
        throw new IllegalStateException("the store on " + file + " is closed");
      }
    } finally {
      pool.unlock();
    }
  }

  private Session borrow(boolean locked) {
    pool.lock();
    try {
      requireOpen();
      lent++;
      for (Session kept = idle.poll(); kept != null; kept = idle.poll()) {
        if (kept.valid()) {
          return kept;
        }
        kept.close();
      }
    } finally {
      pool.unlock();
    }
    Optional<FileState> frozen = locked ? Optional.empty() : FileState.ofQuiet(file);
    try {
      return connect(file, frozen, Optional.empty());
    } catch (SQLException e) {
      giveBack(null, false);
      throw Failures.of(file, e);
    }
  }

  private void giveBack(@Nullable Session session, boolean sound) {
    pool.lock();
    try {
      lent--;
      if (session != null) {
        if (sound && !closed && idle.size() < READERS_KEPT) {
          idle.push(session);
        } else {
          session.close();
        }
      }
      returned.signalAll();
    } finally {
      pool.unlock();
    }
  }

  private static Session connect(
      Path file, Optional<FileState> frozen, Optional<Durability> writing) throws SQLException {
    SQLiteConfig config = new SQLiteConfig();
    config.setBusyTimeout(BUSY_MILLIS);
    config.setGetGeneratedKeys(false);
    config.setCacheSize(-CACHE_KIB);
    config.setTempStore(SQLiteConfig.TempStore.MEMORY);
    config.setReadOnly(writing.isEmpty());
    String url = "jdbc:sqlite:" + file.toUri() + (frozen.isPresent() ? "?immutable=1" : "");
    Connection connection = config.createConnection(url);
    try {
      if (writing.isPresent()) {
        try (var pragmas = connection.createStatement()) {
          pragmas.execute("PRAGMA journal_mode = WAL");
          pragmas.execute("PRAGMA synchronous = " + writing.get().mode);
        }
      }
      Jdbi jdbi = Jdbi.create(() -> connection).installPlugin(new SqlObjectPlugin());
      return new Session(jdbi.open(), frozen);
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }
}
