package io.msgvault.embed.pgvector;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Records the plan of each statement on its connections. The server's {@code auto_explain} sends
 * them as notices.
 */
final class QueryPlanRecorder {
  private static final String EXPLAIN =
      """
      LOAD 'auto_explain';
      SET auto_explain.log_min_duration = 0;
      SET auto_explain.log_level = notice;
      SET auto_explain.log_analyze = on;
      SET auto_explain.log_buffers = on""";

  private final Queue<String> plans = new ConcurrentLinkedQueue<>();

  DataSource recording(DataSource server) {
    return proxy(
        DataSource.class,
        server,
        result -> {
          if (result instanceof Connection connection) {
            try (Statement statement = connection.createStatement()) {
              statement.execute(EXPLAIN);
            }
            return proxy(Connection.class, connection, value -> intercepted(connection, value));
          }
          return result;
        });
  }

  /** Returns the plans since the last call. */
  List<String> drain() {
    List<String> drained = new ArrayList<>();
    for (String plan = plans.poll(); plan != null; plan = plans.poll()) {
      drained.add(plan);
    }
    return drained;
  }

  /** Records the notices of a statement, which may come with the next one, such as the commit. */
  private @Nullable Object intercepted(Connection connection, @Nullable Object value)
      throws SQLException {
    recordPlan(connection.getWarnings());
    connection.clearWarnings();
    if (value instanceof PreparedStatement statement) {
      return proxy(PreparedStatement.class, statement, result -> intercepted(statement, result));
    }
    if (value instanceof Statement statement) {
      return proxy(Statement.class, statement, result -> intercepted(statement, result));
    }
    return value;
  }

  private @Nullable Object intercepted(Statement statement, @Nullable Object result)
      throws SQLException {
    recordPlan(statement.getWarnings());
    statement.clearWarnings();
    return result;
  }

  private void recordPlan(@Nullable SQLWarning first) {
    for (@Nullable SQLWarning notice = first; notice != null; notice = notice.getNextWarning()) {
      plans.add(String.valueOf(notice.getMessage()));
    }
  }

  /** Handles the result of each method. */
  private interface ResultHandler {
    @Nullable Object apply(@Nullable Object result) throws SQLException;
  }

  private static <T> T proxy(Class<T> type, T target, ResultHandler after) {
    return type.cast(
        Proxy.newProxyInstance(
            QueryPlanRecorder.class.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) ->
                method.getName().equals("close")
                    ? invoke(target, method, arguments)
                    : after.apply(invoke(target, method, arguments))));
  }

  private static @Nullable Object invoke(
      Object target, Method method, Object @Nullable [] arguments) throws Throwable {
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      throw e.getTargetException();
    }
  }
}
