package io.msgvault.embed.pgvector;

import io.msgvault.embed.StoreException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jdbi.v3.core.ConnectionFactory;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.statement.Query;
import org.jdbi.v3.core.statement.SqlStatements;
import org.jdbi.v3.core.statement.TemplateEngine;
import org.jdbi.v3.core.statement.Update;
import org.jspecify.annotations.Nullable;

/**
 * Runs transactions in one schema of a database, on connections of the host. Whatever a transaction
 * sets, it sets for itself alone, so a pool gets its connections back as it gave them.
 */
final class Database {
  private static final String READ =
      """
      SET TRANSACTION ISOLATION LEVEL READ COMMITTED, READ ONLY;
      SET LOCAL jit = off""";

  /** Keeps the planner from reading a table that happens to be small. */
  private static final String SEEK =
      READ
          + """
          ;
          SET LOCAL enable_seqscan = off;
          SET LOCAL enable_bitmapscan = off;
          SET LOCAL enable_hashjoin = off;
          SET LOCAL enable_mergejoin = off""";

  /**
   * A writer gives up a lock that it can't get at once, with all it holds, and tries again: it must
   * neither hold others up while it waits itself, nor make a host's transaction the victim of a
   * deadlock, which the server looks for after a second.
   */
  private static final String WRITE =
      """
      SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
      SET LOCAL jit = off;
      SET LOCAL lock_timeout = '200ms';
      SELECT set_config('synchronous_commit', 'on', true)
       WHERE current_setting('synchronous_commit') = 'off'""";

  /** A placeholder, perhaps with the alias of a row. */
  private static final Pattern PLACEHOLDER = Pattern.compile("\\$([a-z]+)(?:\\(([\\w.]*)\\))?");

  /** With the lock's time-out, this makes about half a minute. */
  private static final int ATTEMPTS = 150;

  private final DataSource dataSource;
  private final Jdbi jdbi;
  private final String schema;
  private final Map<String, String> names;
  private final Optional<HostTables> tables;

  Database(DataSource dataSource, String schema) {
    this(dataSource, jdbi(dataSource), schema, Map.of(), Optional.empty());
  }

  private Database(
      DataSource dataSource,
      Jdbi jdbi,
      String schema,
      Map<String, String> names,
      Optional<HostTables> tables) {
    this.dataSource = dataSource;
    this.jdbi = jdbi;
    this.schema = schema;
    this.names = names;
    this.tables = tables;
  }

  private static Jdbi jdbi(DataSource dataSource) {
    Jdbi jdbi =
        Jdbi.create(new AutoCommitting(dataSource))
            .registerArrayType(Long.class, "int8")
            .registerArrayType(Integer.class, "int4")
            .registerArrayType(String.class, "text");
    jdbi.getConfig(SqlStatements.class).setTemplateEngine(TemplateEngine.NOP);
    return jdbi;
  }

  /**
   * This database, where statements name another schema too.
   *
   * @param name stands for it in statements, such as {@code $vector}
   */
  Database with(String name, String otherSchema) {
    return new Database(dataSource, jdbi, schema, Map.of(name, otherSchema), tables);
  }

  /** This database, where statements name an archive's tables and columns too. */
  Database over(HostTables archive) {
    return new Database(dataSource, jdbi, schema, names, Optional.of(archive));
  }

  String schema() {
    return schema;
  }

  DataSource dataSource() {
    return dataSource;
  }

  /**
   * Puts quoted names for {@code $schema} and the like, for {@code $path} the schemas that
   * statements may name, as the setting {@code search_path} takes them, and what {@link HostTables}
   * knows. What was put in is not looked at again, so names may look like placeholders.
   */
  String sql(String text) {
    return PLACEHOLDER
        .matcher(text)
        .replaceAll(
            found ->
                Matcher.quoteReplacement(
                    name(found.group(1), Objects.requireNonNullElse(found.group(2), ""))));
  }

  private String name(String placeholder, String alias) {
    return switch (placeholder) {
      case "schema" -> quote(schema);
      case "path" ->
          Stream.concat(Stream.of(schema), names.values().stream())
                  .map(Database::quote)
                  .collect(Collectors.joining(", "))
              + ", pg_temp";
      default -> {
        @Nullable String other = names.get('$' + placeholder);
        yield other == null ? tables.orElseThrow().sql(placeholder, alias) : quote(other);
      }
    };
  }

  /** The name as an identifier in SQL. */
  static String quote(String name) {
    if (name.isEmpty() || name.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("not the name of a schema: \"" + name + "\"");
    }
    return '"' + name.replace("\"", "\"\"") + '"';
  }

  /** Reads. Each statement sees one snapshot. */
  <T> T read(Function<Session, T> work) {
    return transact(READ, ATTEMPTS, work);
  }

  /** As {@link #read}, but whatever an index leads to is read through it. */
  <T> T seek(Function<Session, T> work) {
    return transact(SEEK, ATTEMPTS, work);
  }

  /** Writes durably. The work is done anew when another transaction is in its way. */
  <T> T write(Function<Session, T> work) {
    return transact(WRITE, ATTEMPTS, work);
  }

  /**
   * As {@link #write}, with fewer attempts.
   *
   * @throws LockedException if another transaction was in the way of each
   */
  <T> T write(int attempts, Function<Session, T> work) {
    return transact(WRITE, attempts, work);
  }

  /** Does what may take long, with settings of its own, and once. */
  <T> T maintain(String settings, Function<Session, T> work) {
    return transact(settings, 1, work);
  }

  private <T> T transact(String settings, int attempts, Function<Session, T> work) {
    for (int attempt = 1; ; attempt++) {
      try {
        return jdbi.inTransaction(
            handle -> {
              execute(handle, settings);
              return work.apply(new Session(handle));
            });
      } catch (JdbiException e) {
        giveUp(Failures.of(e), attempt, attempts);
      } catch (LockedException e) {
        giveUp(e, attempt, attempts);
      }
    }
  }

  /** Throws the failure, unless a further attempt may succeed. */
  private static void giveUp(StoreException failure, int attempt, int attempts) {
    boolean again = failure instanceof LockedException && attempt < attempts;
    if (!again || Thread.currentThread().isInterrupted()) {
      throw failure;
    }
  }

  private static void execute(Handle handle, String script) {
    try (var statement = handle.getConnection().createStatement()) {
      statement.execute(script);
    } catch (SQLException e) {
      throw Failures.of(e);
    }
  }

  /** A transaction's statements. */
  final class Session {
    private final Handle handle;

    private Session(Handle handle) {
      this.handle = handle;
    }

    String sql(String text) {
      return Database.this.sql(text);
    }

    /** The archive's tables. */
    HostTables tables() {
      return tables.orElseThrow();
    }

    /** This transaction, where statements name an archive's tables and columns too. */
    Session over(HostTables archive) {
      return Database.this.over(archive).new Session(handle);
    }

    Query query(String text) {
      return handle.createQuery(sql(text));
    }

    Update update(String text) {
      return handle.createUpdate(sql(text));
    }

    /** Runs a statement without parameters, or a whole script. */
    void execute(String text) {
      Database.execute(handle, sql(text));
    }
  }

  /**
   * Sees to it that a transaction begins and ends here, also where connections come without
   * auto-commit.
   */
  private record AutoCommitting(DataSource dataSource, Set<Connection> switched)
      implements ConnectionFactory {
    AutoCommitting(DataSource dataSource) {
      this(dataSource, ConcurrentHashMap.newKeySet());
    }

    @Override
    public Connection openConnection() throws SQLException {
      Connection connection = dataSource.getConnection();
      if (!connection.getAutoCommit()) {
        connection.setAutoCommit(true);
        switched.add(connection);
      }
      return connection;
    }

    @Override
    public void closeConnection(Connection connection) throws SQLException {
      if (switched.remove(connection)) {
        connection.setAutoCommit(false);
      }
      connection.close();
    }
  }
}
