package io.msgvault.embed.benchmarks;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import javax.sql.DataSource;

/** A separate schema on the server that {@code dev/postgres} provides. */
final class PgSchema implements AutoCloseable {
  private static final String URL = "MSGVAULT_TEST_PG_URL";

  private final String name = "bench" + UUID.randomUUID().toString().replace("-", "");
  private final HikariDataSource pool;

  PgSchema() {
    String url = System.getenv(URL);
    if (url == null) {
      throw new IllegalStateException(URL + " is not set: dev/bench sees to that");
    }
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(url);
    // Unqualified names find the extension in public, and create tables in this schema.
    config.setConnectionInitSql("SET search_path = " + name + ", public");
    pool = new HikariDataSource(config);
    execute("CREATE SCHEMA " + name);
  }

  String name() {
    return name;
  }

  DataSource dataSource() {
    return pool;
  }

  /** Sets how many candidates searches of new connections compare, and gives up all connections. */
  void candidates(int candidates) {
    execute("ALTER ROLE CURRENT_USER SET hnsw.ef_search = " + candidates);
    pool.getHikariPoolMXBean().softEvictConnections();
  }

  void execute(String sql) {
    try (Connection connection = pool.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    execute("ALTER ROLE CURRENT_USER RESET hnsw.ef_search");
    execute("DROP SCHEMA " + name + " CASCADE");
    pool.close();
  }
}
