package io.msgvault.embed.opensearch;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;

/** The database that MSGVAULT_TEST_PG_URL names. Without it, tests fail: none is skipped. */
final class TestDatabase {
  private static final String VARIABLE = "MSGVAULT_TEST_PG_URL";
  private static final HikariDataSource POOL = pool();

  private TestDatabase() {}

  private static HikariDataSource pool() {
    String url = System.getenv(VARIABLE);
    if (url == null || url.isBlank()) {
      throw new IllegalStateException(VARIABLE + " is not set: run the tests by dev/postgres run");
    }
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(url);
    config.setMaximumPoolSize(16);
    config.setMinimumIdle(0);
    return new HikariDataSource(config);
  }

  static HikariDataSource dataSource() {
    return POOL;
  }

  /** Returns the name of a schema that nobody has. */
  static String freshSchema() {
    return "t" + UUID.randomUUID().toString().replace("-", "");
  }

  /** Drops a schema, if it is there. */
  static void drop(String schema) {
    try (Connection connection = POOL.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("DROP SCHEMA IF EXISTS " + schema + " CASCADE");
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
