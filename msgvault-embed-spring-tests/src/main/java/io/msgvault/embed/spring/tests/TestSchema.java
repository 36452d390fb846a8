package io.msgvault.embed.spring.tests;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import org.junit.jupiter.api.Assumptions;

/**
 * A schema of the database that {@code dev/postgres run} provides. Without a database the tests
 * that need it are skipped, but not on a build server.
 */
final class TestSchema implements AutoCloseable {
  private static final String VARIABLE = "MSGVAULT_TEST_PG_URL";

  private final String name = "t" + UUID.randomUUID().toString().replace("-", "");

  TestSchema() {
    execute("CREATE SCHEMA " + name);
  }

  String name() {
    return name;
  }

  static String url() {
    String url = System.getenv(VARIABLE);
    if (url != null) {
      return url;
    }
    String remedy = VARIABLE + " is not set: run the tests by dev/postgres run mvn verify";
    if (System.getenv("CI") != null) {
      throw new IllegalStateException(remedy);
    }
    return Assumptions.abort(remedy);
  }

  /** Returns the properties of an application with archive and index in this schema. */
  String[] properties() {
    return new String[] {
      "spring.datasource.url=" + url(), "msgvault.embed.postgresql.schema=" + name
    };
  }

  void execute(String sql) {
    try (Connection connection = DriverManager.getConnection(url());
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    execute("DROP SCHEMA " + name + " CASCADE");
  }
}
