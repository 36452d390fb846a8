package io.msgvault.embed.opensearch;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.msgvault.embed.pgvector.PgVectorStore;
import io.msgvault.embed.store.VectorStore;
import io.msgvault.embed.testkit.VectorStoreFixture;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import java.util.function.UnaryOperator;

/** Joins a ledger in a schema of the test database with an index of vectors in the cluster. */
final class JoinedFixture implements VectorStoreFixture {
  private static final String VARIABLE = "MSGVAULT_TEST_PG_URL";
  private static final HikariDataSource POOL = pool();

  private final String schema = "t" + UUID.randomUUID().toString().replace("-", "");
  private final OpenSearchVectorsFixture vectors =
      new OpenSearchVectorsFixture(UnaryOperator.identity());

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

  @Override
  public VectorStore open() {
    return VectorStore.of(PgVectorStore.builder(POOL, schema).install(), vectors.open());
  }

  @Override
  public void wipe() {
    vectors.wipe();
    try (Connection connection = POOL.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("DROP SCHEMA IF EXISTS " + schema + " CASCADE");
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    wipe();
  }
}
