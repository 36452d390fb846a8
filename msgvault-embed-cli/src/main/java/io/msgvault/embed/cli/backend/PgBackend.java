package io.msgvault.embed.cli.backend;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool.PoolInitializationException;
import io.msgvault.embed.archive.MessageArchive;
import io.msgvault.embed.cli.output.CommandFailure;
import io.msgvault.embed.cli.output.ExitCode;
import io.msgvault.embed.pgvector.PgArchive;
import io.msgvault.embed.pgvector.PgMessageStore;
import io.msgvault.embed.pgvector.PgVectorStore;
import io.msgvault.embed.pgvector.PgWordIndex;
import io.msgvault.embed.store.NotInstalledException;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Opens archives in PostgreSQL, each in a schema of its own. The URL may hold a password, so it
 * stays in this class: no message and no cause repeats it.
 */
final class PgBackend {
  private static final String URL_PREFIX = "jdbc:postgresql:";
  private static final Pattern OTHER_JDBC_URL = Pattern.compile("(?i)(jdbc:|postgres(ql)?://).*");
  private static final String DEFAULT_SCHEMA = "msgvault_embed";

  /** The log of the driver, which repeats parts of a URL that it can't read. */
  private static final Logger DRIVER_LOG = Logger.getLogger("org.postgresql");

  /** One for the lease, and one each for reading, writing and status. */
  private static final int MAX_CONNECTIONS = 6;

  private PgBackend() {}

  /** Returns whether the option names a database rather than a file. */
  static boolean isUrl(String db) {
    if (!db.startsWith(URL_PREFIX) && OTHER_JDBC_URL.matcher(db).matches()) {
      throw new CommandFailure(
          ExitCode.USAGE,
          "--db must be a file, or a URL of the form jdbc:postgresql://HOST/DATABASE?user=NAME");
    }
    return db.startsWith(URL_PREFIX);
  }

  static Backend create(ArchiveLocation location) {
    return connect(location, PgArchive::install);
  }

  static Backend open(ArchiveLocation location) {
    return connect(location, PgArchive::open);
  }

  private static Backend connect(
      ArchiveLocation location, BiFunction<DataSource, String, ? extends MessageArchive> open) {
    if (location.words().isPresent()) {
      throw new CommandFailure(
          ExitCode.USAGE, "--words is for an SQLite archive: PostgreSQL keeps the words itself");
    }
    PGSimpleDataSource dataSource = dataSource(location.db());
    String schema = Objects.requireNonNullElse(dataSource.getCurrentSchema(), DEFAULT_SCHEMA);
    HikariDataSource pool = pool(dataSource);
    try {
      return new Backend(
          open.apply(pool, schema),
          PgMessageStore.open(pool, schema),
          PgVectorStore.builder(pool, schema).install(),
          words(pool, schema, location.language()),
          pool::close);
    } catch (NotInstalledException e) {
      pool.close();
      throw new CommandFailure(
          ExitCode.NOT_READY,
          "there is no archive in the schema "
              + schema
              + " of that database: create one with 'msgvault-embed import PATH'");
    } catch (RuntimeException e) {
      pool.close();
      throw e;
    }
  }

  private static WordsPlace words(DataSource pool, String schema, Optional<String> language) {
    return new WordsPlace(
        "the schema " + schema,
        analyzer -> PgWordIndex.install(pool, schema, analyzer),
        analyzer -> PgWordIndex.openReadOnly(pool, schema, analyzer),
        () -> PgWordIndex.uninstall(pool, schema),
        language);
  }

  private static PGSimpleDataSource dataSource(String url) {
    DRIVER_LOG.setLevel(Level.OFF);
    PGSimpleDataSource dataSource = new PGSimpleDataSource();
    try {
      dataSource.setUrl(url);
    } catch (IllegalArgumentException e) { // its message repeats the URL
      throw new CommandFailure(
          ExitCode.USAGE,
          "--db is not a valid URL: write jdbc:postgresql://HOST/DATABASE?user=NAME");
    }
    return dataSource;
  }

  private static HikariDataSource pool(DataSource dataSource) {
    HikariConfig config = new HikariConfig();
    config.setDataSource(dataSource);
    config.setMaximumPoolSize(MAX_CONNECTIONS);
    config.setMinimumIdle(0);
    try {
      return new HikariDataSource(config);
    } catch (PoolInitializationException e) {
      Throwable reason = Objects.requireNonNullElse(e.getCause(), e);
      throw new CommandFailure(
          ExitCode.FAILED, "can't connect to the database: " + reason.getMessage(), reason);
    }
  }
}
