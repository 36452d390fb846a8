package io.msgvault.embed.spring.internal;

import io.msgvault.embed.model.StoreException;
import io.msgvault.embed.spring.EmbedConfigurationException;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;
import org.springframework.util.ClassUtils;

/**
 * The data source of archive and index. It is no {@code DataSource} itself, so that the host's
 * beans stay the only ones.
 *
 * @param dataSource gives connections in no transaction
 */
record PostgresqlDataSource(DataSource dataSource) {
  private static final boolean SPRING_JDBC =
      ClassUtils.isPresent(
          "org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy",
          PostgresqlDataSource.class.getClassLoader());

  /**
   * Chooses the marked one, or the primary or only one.
   *
   * @throws EmbedConfigurationException if there is no choice, or it is no PostgreSQL database
   * @throws StoreException if the database can't be reached
   */
  static PostgresqlDataSource of(
      ObjectProvider<DataSource> marked, ObjectProvider<DataSource> all) {
    DataSource chosen = marked.getIfUnique(() -> primary(all));
    if (SPRING_JDBC) {
      chosen = Proxies.unwrap(chosen);
    }
    requirePostgresql(chosen);
    return new PostgresqlDataSource(chosen);
  }

  private static DataSource primary(ObjectProvider<DataSource> all) {
    DataSource unique = all.getIfUnique();
    if (unique == null) {
      throw new EmbedConfigurationException(
          "There are several DataSource beans, and none is for the messages.",
          "Mark the one of the messages by @EmbedDataSource, or one of them by @Primary.");
    }
    return unique;
  }

  private static void requirePostgresql(DataSource dataSource) {
    try (Connection connection = dataSource.getConnection()) {
      String product = connection.getMetaData().getDatabaseProductName();
      if (!product.equals("PostgreSQL")) {
        throw new EmbedConfigurationException(
            "The DataSource bean leads to " + product + ", not to PostgreSQL.",
            "Set msgvault.embed.sqlite.archive to keep archive and index in files, or mark the"
                + " DataSource bean of a PostgreSQL database by @EmbedDataSource.");
      }
    } catch (SQLException e) {
      throw new StoreException("the database of the DataSource bean can't be reached", e);
    }
  }

  /** Needs spring-jdbc, which a host with a data source of its own may not have. */
  private static final class Proxies {
    static DataSource unwrap(DataSource dataSource) {
      return dataSource instanceof TransactionAwareDataSourceProxy proxy
              && proxy.getTargetDataSource() != null
          ? unwrap(proxy.getTargetDataSource())
          : dataSource;
    }
  }
}
