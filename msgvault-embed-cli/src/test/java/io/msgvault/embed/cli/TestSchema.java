package io.msgvault.embed.cli;

import static org.junit.jupiter.api.Assertions.assertFalse;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import org.junit.jupiter.api.Assumptions;

/** A schema of its own in the database for tests; it goes when it is closed. */
final class TestSchema implements AutoCloseable {
  private static final String VARIABLE = "MSGVAULT_TEST_PG_URL";

  final String name = "t" + UUID.randomUUID().toString().replace("-", "");

  /** The URL of the database as it was given. */
  final String server;

  private TestSchema(String server) {
    this.server = server;
  }

  /** Names a schema that is not there yet; skips the test where there is no database. */
  static TestSchema create() {
    String server = System.getenv(VARIABLE);
    String remedy = VARIABLE + " is not set: run the tests by dev/postgres run mvn verify";
    assertFalse(server == null && System.getenv("CI") != null, remedy);
    Assumptions.assumeTrue(server != null, remedy);
    return new TestSchema(String.valueOf(server));
  }

  /** The URL of the schema. */
  String url() {
    return server + "&currentSchema=" + name;
  }

  void execute(String... statements) throws SQLException {
    try (Connection connection = DriverManager.getConnection(server);
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  @Override
  public void close() throws SQLException {
    execute("DROP SCHEMA IF EXISTS " + name + " CASCADE");
  }
}
