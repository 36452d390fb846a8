package io.msgvault.embed.pgvector.internal.db;

import io.msgvault.embed.model.StoreException;
import io.msgvault.embed.pgvector.internal.archive.MappedSql;
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
public final class Database {
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
  private static final int MAX_ATTEMPTS = 150;

  private final DataSource dataSource;
  private final Jdbi jdbi;
  private final String schema;
  private final Map<String, String> names;
  private final Optional<MappedSql> mappedSql;
  private final boolean readOnly;

  public Database(DataSource dataSource, String schema) {
    this(dataSource, jdbi(dataSource), schema, Map.of(), Optional.empty(), false);
  }

  private Database(
      DataSource dataSource,
      Jdbi jdbi,
      String schema,
      Map<String, String> names,
      Optional<MappedSql> mappedSql,
      boolean readOnly) {
    this.dataSource = dataSource;
    this.jdbi = jdbi;
    this.schema = schema;
    this.names = names;
    this.mappedSql = mappedSql;
    this.readOnly = readOnly;
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
  public Database withSchema(String name, String otherSchema) {
    return new Database(dataSource, jdbi, schema, Map.of(name, otherSchema), mappedSql, readOnly);
  }

  /** This database, where statements name an archive's tables and columns too. */
  public Database withArchive(MappedSql mappedSql) {
    return new Database(dataSource, jdbi, schema, names, Optional.of(mappedSql), readOnly);
  }

  /** Returns this database, where every write throws {@link StoreException}. */
  public Database readOnly() {
    return new Database(dataSource, jdbi, schema, names, mappedSql, true);
  }

  /**
   * Checks that writes are allowed.
   *
   * @throws StoreException if the store was opened to read only
   */
  public void requireWritable() {
    if (readOnly) {
      throw new StoreException("the store was opened to read only: use open to write");
    }
  }

  public String schema() {
    return schema;
  }

  public DataSource dataSource() {
    return dataSource;
  }

  /**
   * Puts quoted names for {@code $schema} and the like, for {@code $path} the schemas that
   * statements may name, as the setting {@code search_path} takes them, and what {@link MappedSql}
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
        yield other == null ? mappedSql.orElseThrow().expand(placeholder, alias) : quote(other);
      }
    };
  }

  /** The name as an identifier in SQL. */
  public static String quote(String name) {
    if (name.isEmpty() || name.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("not the name of a schema: \"" + name + "\"");
    }
    return '"' + name.replace("\"", "\"\"") + '"';
  }

  /** Reads. Each statement sees one snapshot. */
  public <T> T read(Function<Session, T> work) {
    return transact(READ, MAX_ATTEMPTS, work);
  }

  /** As {@link #read}, but whatever an index leads to is read through it. */
  public <T> T seek(Function<Session, T> work) {
    return transact(SEEK, MAX_ATTEMPTS, work);
  }

  /** Writes durably. The work is done anew when another transaction is in its way. */
  public <T> T write(Function<Session, T> work) {
    return write(MAX_ATTEMPTS, work);
  }

  /**
   * As {@link #write}, with fewer attempts.
   *
   * @throws LockedException if another transaction was in the way of each
   */
  public <T> T write(int attempts, Function<Session, T> work) {
    requireWritable();
    return transact(WRITE, attempts, work);
  }

  /** Does what may take long, with settings of its own, and once. */
  public <T> T maintain(String settings, Function<Session, T> work) {
    requireWritable();
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
        throwUnlessRetryable(PgErrors.translate(e), attempt, attempts);
      } catch (LockedException e) {
        throwUnlessRetryable(e, attempt, attempts);
      }
    }
  }

  /** Throws the failure, unless a further attempt may succeed. */
  private static void throwUnlessRetryable(StoreException failure, int attempt, int attempts) {
    boolean again = failure instanceof LockedException && attempt < attempts;
    if (!again || Thread.currentThread().isInterrupted()) {
      throw failure;
    }
  }

  private static void execute(Handle handle, String script) {
    try (var statement = handle.getConnection().createStatement()) {
      statement.execute(script);
    } catch (SQLException e) {
      throw PgErrors.translate(e);
    }
  }

  /** A transaction's statements. */
  public final class Session {
    private final Handle handle;

    private Session(Handle handle) {
      this.handle = handle;
    }

    public String sql(String text) {
      return Database.this.sql(text);
    }

    /** The archive's tables. */
    public MappedSql mappedSql() {
      return mappedSql.orElseThrow();
    }

    /** This transaction, where statements name an archive's tables and columns too. */
    public Session withArchive(MappedSql mappedSql) {
      return Database.this.withArchive(mappedSql).new Session(handle);
    }

    public Query query(String text) {
      return handle.createQuery(sql(text));
    }

    public Update update(String text) {
      return handle.createUpdate(sql(text));
    }

    /** Runs a statement without parameters, or a whole script. */
    public void execute(String text) {
      Database.execute(handle, sql(text));
    }
  }

  /**
   * Sees to it that a transaction begins and ends here, also where connections come without
   * auto-commit.
   */
  private record AutoCommitting(DataSource dataSource, Set<Connection> changedConnections)
      implements ConnectionFactory {
    AutoCommitting(DataSource dataSource) {
      this(dataSource, ConcurrentHashMap.newKeySet());
    }

    @Override
    public Connection openConnection() throws SQLException {
      Connection connection = dataSource.getConnection();
      if (!connection.getAutoCommit()) {
        connection.setAutoCommit(true);
        changedConnections.add(connection);
      }
      return connection;
    }

    @Override
    public void closeConnection(Connection connection) throws SQLException {
      if (changedConnections.remove(connection)) {
        connection.setAutoCommit(false);
      }
      connection.close();
    }
  }
}
