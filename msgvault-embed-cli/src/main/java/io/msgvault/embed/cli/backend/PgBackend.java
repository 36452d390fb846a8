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
import io.msgvault.embed.store.NotInstalledException;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Archives in PostgreSQL databases, each with its index in a schema of its own. The URL may hold a
 * password: it stays in here, and no message and no cause repeats it.
 */
final class PgBackend {
  private static final String URL_PREFIX = "jdbc:postgresql:";
  private static final Pattern OTHER_JDBC_URL = Pattern.compile("(?i)(jdbc:|postgres(ql)?://).*");
  private static final String DEFAULT_SCHEMA = "msgvault_embed";

  /** It repeats parts of a URL that it can't read. */
  private static final Logger DRIVER_LOG = Logger.getLogger("org.postgresql");

  /** A lease keeps one; reading, writing and looking on take one each. */
  private static final int MAX_CONNECTIONS = 6;

  private PgBackend() {}

  /** Whether the option names a database and not a file. */
  static boolean isUrl(String db) {
    if (!db.startsWith(URL_PREFIX) && OTHER_JDBC_URL.matcher(db).matches()) {
      throw new CommandFailure(
          ExitCode.USAGE,
          "--db takes a file, or a URL of the form jdbc:postgresql://HOST/DATABASE?user=NAME");
    }
    return db.startsWith(URL_PREFIX);
  }

  static Backend create(String url) {
    return connect(url, PgArchive::install);
  }

  static Backend open(String url) {
    return connect(url, PgArchive::open);
  }

  private static Backend connect(
      String url, BiFunction<DataSource, String, ? extends MessageArchive> open) {
    PGSimpleDataSource server = dataSource(url);
    String schema = Objects.requireNonNullElse(server.getCurrentSchema(), DEFAULT_SCHEMA);
    HikariDataSource pool = pool(server);
    try {
      return new Backend(
          open.apply(pool, schema),
          PgMessageStore.open(pool, schema),
          PgVectorStore.builder(pool, schema).install(),
          pool::close);
    } catch (NotInstalledException e) {
      pool.close();
      throw new CommandFailure(
          ExitCode.NOT_READY,
          "there is no archive in the schema "
              + schema
              + " of that database: make one with 'msgvault-embed import PATH'");
    } catch (RuntimeException e) {
      pool.close();
      throw e;
    }
  }

  private static PGSimpleDataSource dataSource(String url) {
    DRIVER_LOG.setLevel(Level.OFF);
    PGSimpleDataSource server = new PGSimpleDataSource();
    try {
      server.setUrl(url);
    } catch (IllegalArgumentException quotesTheUrl) {
      throw new CommandFailure(
          ExitCode.USAGE,
          "that is no URL of a database: write jdbc:postgresql://HOST/DATABASE?user=NAME");
    }
    return server;
  }

  private static HikariDataSource pool(DataSource server) {
    HikariConfig config = new HikariConfig();
    config.setDataSource(server);
    config.setMaximumPoolSize(MAX_CONNECTIONS);
    config.setMinimumIdle(0);
    try {
      return new HikariDataSource(config);
    } catch (PoolInitializationException e) {
      Throwable reason = Objects.requireNonNullElse(e.getCause(), e);
      CommandFailure failure =
          new CommandFailure(
              ExitCode.FAILED, "can't connect to the database: " + reason.getMessage());
      failure.initCause(reason);
      throw failure;
    }
  }
}
