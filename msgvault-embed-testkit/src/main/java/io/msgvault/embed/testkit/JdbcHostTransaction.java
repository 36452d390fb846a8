package io.msgvault.embed.testkit;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.function.Function;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * A host's transaction over JDBC. From its beginning on, the data source of the store hands out the
 * transaction's connection, and closing that does nothing.
 *
 * @param <S> the type of the store
 */
public final class JdbcHostTransaction<S extends AutoCloseable> implements HostTransaction<S> {
  private final S store;
  private final Connection connection;
  private final Savepoint begin;
  private boolean begun;

  private JdbcHostTransaction(DataSource dataSource, Function<DataSource, S> opener)
      throws SQLException {
    connection = dataSource.getConnection();
    Connection unclosable =
        proxy(
            Connection.class,
            connection,
            method -> method.getName().equals("close") ? Answer.NOTHING : Answer.REAL);
    Proxied<DataSource> source =
        method ->
            begun && method.getName().equals("getConnection") ? Answer.of(unclosable) : Answer.REAL;
    store = opener.apply(proxy(DataSource.class, dataSource, source));
    connection.setAutoCommit(false);
    begin = connection.setSavepoint();
    begun = true;
  }

  /**
   * Opens a store and begins a transaction.
   *
   * @param dataSource gives the connections
   * @param opener opens the store
   */
  public static <S extends AutoCloseable> HostTransaction<S> begin(
      DataSource dataSource, Function<DataSource, S> opener) {
    try {
      return new JdbcHostTransaction<>(dataSource, opener);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public S store() {
    return store;
  }

  /** Returns whether the savepoint from the beginning is still there. */
  @Override
  public boolean isOpen() {
    try {
      if (connection.getAutoCommit()) {
        return false;
      }
      connection.rollback(begin);
      return true;
    } catch (SQLException over) {
      return false;
    }
  }

  @Override
  public void close() {
    begun = false;
    try (connection) {
      store.close();
      if (!connection.getAutoCommit()) {
        connection.rollback();
        connection.setAutoCommit(true);
      }
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** Answers a call instead of the real object, or lets it. */
  @FunctionalInterface
  private interface Proxied<T> {
    Answer to(Method method);
  }

  private record Answer(boolean real, @Nullable Object value) {
    static final Answer REAL = new Answer(true, null);
    static final Answer NOTHING = new Answer(false, null);

    static Answer of(Object value) {
      return new Answer(false, value);
    }
  }

  private static <T> T proxy(Class<T> type, T real, Proxied<T> proxied) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              Answer answer = proxied.to(method);
              if (!answer.real()) {
                return answer.value();
              }
              try {
                return method.invoke(real, arguments);
              } catch (InvocationTargetException e) {
                throw e.getTargetException();
              }
            }));
  }
}
