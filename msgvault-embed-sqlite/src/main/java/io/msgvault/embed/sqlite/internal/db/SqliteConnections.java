package io.msgvault.embed.sqlite.internal.db;

import io.msgvault.embed.store.support.SqlTemplate;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jdbi.v3.core.ConnectionFactory;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.statement.SqlStatements;
import org.jdbi.v3.sqlobject.SqlObjectPlugin;
import org.sqlite.SQLiteConfig;

/** Opens connections to one file. */
public class SqliteConnections {
  private static final int BUSY_MILLIS = 20_000;
  private static final int CACHE_KIB = 16 * 1024;

  private final Path file;
  private final SqlTemplate names;

  // One Jdbi for each kind, so that what it learns about the SQL objects serves all connections.
  private final Jdbi reading;
  private final Jdbi readingUnlocked;

  public SqliteConnections(Path path) {
    this(path, "");
  }

  /**
   * Creates connections whose SQL objects name the tables of one mapping.
   *
   * @param own stands for {@code {own}} in their statements
   */
  public SqliteConnections(Path path, String own) {
    this.file = resolveLinks(path);
    this.names = SqlTemplate.of(Map.of("own", own));
    this.reading = jdbi(() -> connect(config(true), ""));
    this.readingUnlocked = jdbi(() -> connect(config(true), "?immutable=1"));
  }

  /**
   * Returns the path without symbolic links. SQLite follows links too, and keeps its own files
   * beside the target. A store that is opened by a link must find those files and the same leases.
   */
  private static Path resolveLinks(Path path) {
    Path absolute = path.toAbsolutePath();
    try {
      return absolute.toRealPath();
    } catch (IOException notThereYet) {
      return resolveFolderLinks(absolute);
    }
  }

  private static Path resolveFolderLinks(Path absolute) {
    Path folder = absolute.getParent();
    try {
      return folder == null
          ? absolute
          : folder.toRealPath().resolve(Objects.requireNonNull(absolute.getFileName()));
    } catch (IOException noFolder) {
      return absolute; // the error of opening it names the folder
    }
  }

  /** Returns the file. */
  public final Path file() {
    return file;
  }

  /** Connects for writing. Puts the file into WAL mode, so that readers and writer do not wait. */
  final Session writer(FileSchema schema) {
    return open(jdbi(() -> connectForWriting(schema)), Optional.empty());
  }

  /** Waits for locks that SQLite asks for only once while it switches the mode. */
  private Connection connectForWriting(FileSchema schema) throws SQLException {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(BUSY_MILLIS);
    while (true) {
      try {
        return connectInWalMode(schema);
      } catch (SQLException e) {
        if (!SqliteErrors.isBusy(e) || System.nanoTime() > deadline) {
          throw e;
        }
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
      }
    }
  }

  private Connection connectInWalMode(FileSchema schema) throws SQLException {
    Connection connection = connect(config(false), "");
    try (Statement pragma = connection.createStatement()) {
      pragma.execute("PRAGMA page_size = " + schema.pageSize()); // of a new file
      pragma.execute("PRAGMA journal_mode = WAL");
      pragma.execute("PRAGMA synchronous = " + schema.synchronous());
      return connection;
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  /** Connects for reading. */
  final Session reader() {
    return open(reading, Optional.empty());
  }

  /**
   * Connects for reading without any lock.
   *
   * @param state the state of the file, which must not change while the session reads
   */
  final Session unlockedReader(FileState state) {
    return open(readingUnlocked, Optional.of(state));
  }

  private Session open(Jdbi jdbi, Optional<FileState> snapshot) {
    try {
      return new Session(jdbi.open(), snapshot);
    } catch (JdbiException e) {
      throw SqliteErrors.translate(file, e);
    }
  }

  private Jdbi jdbi(ConnectionFactory connections) {
    Jdbi jdbi = Jdbi.create(connections).installPlugin(new SqlObjectPlugin());
    jdbi.setStatementBuilderFactory(connection -> new KeptStatements());
    jdbi.getConfig(SqlStatements.class)
        .setTemplateEngine((statement, context) -> names.render(statement));
    return jdbi;
  }

  private static SQLiteConfig config(boolean readOnly) {
    SQLiteConfig config = new SQLiteConfig();
    config.setReadOnly(readOnly);
    config.setBusyTimeout(BUSY_MILLIS);
    config.setGetGeneratedKeys(false);
    config.setCacheSize(-CACHE_KIB);
    config.setTempStore(SQLiteConfig.TempStore.MEMORY);
    return config;
  }

  /** Makes every connection of this class. */
  protected Connection connect(SQLiteConfig config, String parameters) throws SQLException {
    return config.createConnection("jdbc:sqlite:" + file.toUri() + parameters);
  }
}
