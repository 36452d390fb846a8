package io.msgvault.embed.pgvector;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import javax.sql.DataSource;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A database of one test, which can be copied, restored and disturbed. Each of these closes the
 * database's connections, except those of a host.
 */
final class IsolatedDatabase implements AutoCloseable {
  private static final int CONNECTIONS = 4;

  private final String name = TestDatabase.freshName();
  private @Nullable HikariDataSource pool;

  private IsolatedDatabase(String options) {
    create(options);
  }

  /** Creates a database with pgvector. */
  static IsolatedDatabase create() {
    IsolatedDatabase created = new IsolatedDatabase("");
    created.execute("CREATE EXTENSION vector");
    return created;
  }

  private void create(String options) {
    TestDatabase.server("CREATE DATABASE %s %s".formatted(name, options));
  }

  DataSource dataSource() {
    if (pool == null) {
      pool = pool("");
    }
    return pool;
  }

  /** Returns connections of a host with settings, such as {@code -c lock_timeout=10}. */
  HikariDataSource pool(String options) {
    PGSimpleDataSource dataSource = new PGSimpleDataSource();
    dataSource.setUrl(TestDatabase.url());
    dataSource.setDatabaseName(name);
    dataSource.setApplicationName(name);
    dataSource.setOptions(options);
    HikariConfig config = new HikariConfig();
    config.setDataSource(dataSource);
    config.setMaximumPoolSize(CONNECTIONS);
    config.setMinimumIdle(0);
    return new HikariDataSource(config);
  }

  /** Returns the name of the application on all connections. */
  String applicationName() {
    return name;
  }

  void execute(String statement) {
    Jdbi.create(dataSource()).useHandle(handle -> handle.execute(statement));
  }

  /** Changes a setting of later connections. */
  void set(String setting) {
    alter("SET " + setting);
  }

  /** Restores all settings. */
  void reset() {
    alter("RESET ALL");
  }

  /** Moves the whole database. */
  void moveTo(String tablespace) {
    alter("SET TABLESPACE " + tablespace);
  }

  private void alter(String change) {
    disconnect();
    TestDatabase.server("ALTER DATABASE %s %s".formatted(name, change));
  }

  /** Returns a copy of the database. */
  IsolatedDatabase copy() {
    disconnect();
    return new IsolatedDatabase("TEMPLATE " + name);
  }

  /** Replaces this database by a copy. */
  void restore(IsolatedDatabase copy) {
    close();
    copy.disconnect();
    create("TEMPLATE " + copy.name);
  }

  private void disconnect() {
    if (pool != null) {
      pool.close();
      pool = null;
    }
  }

  @Override
  public void close() {
    disconnect();
    TestDatabase.server("DROP DATABASE IF EXISTS %s WITH (FORCE)".formatted(name));
  }
}
