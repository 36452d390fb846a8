package io.msgvault.embed.pgvector.internal.db;

import io.msgvault.embed.model.StoreException;
import io.msgvault.embed.store.support.SqlTemplate;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.jdbi.v3.core.ConnectionFactory;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.statement.Query;
import org.jdbi.v3.core.statement.SqlStatements;
import org.jdbi.v3.core.statement.StatementContext;
import org.jdbi.v3.core.statement.TemplateEngine;
import org.jdbi.v3.core.statement.Update;
import org.jdbi.v3.sqlobject.SqlObjectPlugin;

/**
 * Runs transactions in one schema of a database, on connections of the host. A transaction changes
 * settings for itself alone, so a pool gets its connections back as it gave them. A connection that
 * is in a transaction of the host's is refused.
 */
public final class Database {
  private static final SqlTemplate.Names UNMAPPED = (alias, name) -> Optional.empty();

  private static final String READ =
      """
      SET TRANSACTION ISOLATION LEVEL READ COMMITTED, READ ONLY;
      SET LOCAL jit = off""";

  /** Keeps the planner from reading a table that happens to be small. */
  private static final String THROUGH_INDEXES =
      """
      ;
      SET LOCAL enable_seqscan = off;
      SET LOCAL enable_bitmapscan = off;
      SET LOCAL enable_hashjoin = off;
      SET LOCAL enable_mergejoin = off""";

  private static final String SEEK = READ + THROUGH_INDEXES;

  private static final String SNAPSHOT =
      """
      SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY;
      SET LOCAL jit = off"""
          + THROUGH_INDEXES;

  /**
   * A writer that can't get a lock at once gives up all it holds, and tries again. So it holds up
   * no others while it waits itself. Nor does it make a host's transaction the victim of a
   * deadlock, because the server looks for deadlocks only after a second.
   */
  private static final String WRITE =
      """
      SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
      SET LOCAL jit = off;
      SET LOCAL lock_timeout = '200ms';
      SELECT set_config('synchronous_commit', 'on', true)
       WHERE current_setting('synchronous_commit') = 'off'""";

  /** Says how to restore the time-outs of a session. */
  private static final String TIME_OUTS =
      """
      SELECT CASE source WHEN 'session' THEN format('SET %s = %s', name, setting)
                         ELSE 'RESET ' || name END
        FROM pg_settings WHERE name IN ('statement_timeout', 'lock_timeout')""";

  /** Bounds a write to about half a minute, with the time-out of a lock. */
  private static final int MAX_ATTEMPTS = 150;

  /** Bounds the attempts for statements that are out of date, one for each of a transaction. */
  private static final int MAX_STALE_PLANS = 20;

  private final DataSource dataSource;
  private final Jdbi jdbi;
  private final String schema;
  private final Map<String, String> names;
  private final SqlTemplate template;
  private final boolean readOnly;

  /** Addresses one schema of the database that the data source leads to. */
  public Database(DataSource dataSource, String schema) {
    this(
        dataSource,
        jdbi(dataSource),
        schema,
        Map.of("schema", quote(schema), "search_path", quote(schema) + ", pg_temp", "own", ""),
        UNMAPPED,
        false);
  }

  private Database(
      DataSource dataSource,
      Jdbi jdbi,
      String schema,
      Map<String, String> names,
      SqlTemplate.Names archive,
      boolean readOnly) {
    this.dataSource = dataSource;
    this.jdbi = jdbi;
    this.schema = schema;
    this.names = names;
    this.template = SqlTemplate.of(archive).withNames(names);
    this.readOnly = readOnly;
  }

  private static Jdbi jdbi(DataSource dataSource) {
    return jdbi(() -> HostConnections.take(dataSource));
  }

  private static Jdbi jdbi(ConnectionFactory connections) {
    return Jdbi.create(connections)
        .installPlugin(new SqlObjectPlugin())
        .registerArrayType(Long.class, "int8")
        .registerArrayType(Integer.class, "int4")
        .registerArrayType(String.class, "text")
        .registerArgument(new PgVectors.TextArgument())
        .registerArgument(new PgVectors.ArrayArgument())
        .registerArgument(new PgBytes.ArrayArgument());
  }

  /** Returns this database, where {@code {vector}} stands for the schema of pgvector. */
  public Database withExtension(String extensionSchema) {
    String vector = quote(extensionSchema);
    return new Database(
        dataSource,
        jdbi,
        schema,
        Map.of(
            "schema",
            quote(schema),
            "vector",
            vector,
            "search_path",
            quote(schema) + ", " + vector + ", pg_temp"),
        UNMAPPED,
        readOnly);
  }

  /**
   * Returns this database, where {@code {own}} stands for the end of the names of what belongs to
   * one of several archives in the schema.
   */
  public Database withSuffix(String suffix) {
    Map<String, String> suffixed = new HashMap<>(names);
    suffixed.put("own", suffix);
    return new Database(dataSource, jdbi, schema, suffixed, UNMAPPED, readOnly);
  }

  /** Returns this database, where statements name an archive's tables and columns too. */
  public Database withArchive(SqlTemplate.Names archive) {
    return new Database(dataSource, jdbi, schema, names, archive, readOnly);
  }

  /** Returns this database over one connection, which stays open. */
  Database over(Connection connection) {
    Jdbi one = jdbi(new OneConnection(connection));
    return new Database(dataSource, one, schema, names, UNMAPPED, readOnly);
  }

  /** Returns this database, where every write throws {@link StoreException}. */
  public Database readOnly() {
    return new Database(dataSource, jdbi, schema, names, UNMAPPED, true);
  }

  public String schema() {
    return schema;
  }

  public DataSource dataSource() {
    return dataSource;
  }

  /** Returns a name as an identifier in SQL. */
  public static String quote(String name) {
    if (name.isEmpty() || name.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("not the name of a schema: \"" + name + "\"");
    }
    return '"' + name.replace("\"", "\"\"") + '"';
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

  /**
   * Checks that the data source gives as many connections at once as a job needs.
   *
   * @throws io.msgvault.embed.pgvector.PoolTooSmallException if it does not
   */
  public void requirePool() {
    HostConnections.requireForJob(dataSource);
  }

  /**
   * Runs one statement that reads a few rows, without a transaction around it. This takes one round
   * trip to the server instead of three. The host's settings hold for the statement.
   */
  public <T> T lookUp(Function<Session, T> work) {
    return retry(MAX_ATTEMPTS, () -> jdbi.withHandle(handle -> work.apply(session(handle))));
  }

  /** Runs a reading transaction. Each statement sees a snapshot of its own. */
  public <T> T read(Function<Session, T> work) {
    return transact(READ, MAX_ATTEMPTS, work);
  }

  /** Runs a reading transaction with settings of its own besides. */
  public <T> T read(String settings, Function<Session, T> work) {
    return transact(READ + ";\n" + settings, MAX_ATTEMPTS, work);
  }

  /** Runs a reading transaction that reads through an index wherever one leads to the rows. */
  public <T> T seek(Function<Session, T> work) {
    return transact(SEEK, MAX_ATTEMPTS, work);
  }

  /**
   * Runs a reading transaction whose statements all see one snapshot. It reads through an index
   * wherever one leads to the rows.
   */
  public <T> T snapshot(Function<Session, T> work) {
    return transact(SNAPSHOT, MAX_ATTEMPTS, work);
  }

  /** Runs a durable writing transaction, and repeats it when another one is in its way. */
  public <T> T write(Function<Session, T> work) {
    return write(MAX_ATTEMPTS, work);
  }

  /**
   * Runs a durable writing transaction with fewer attempts.
   *
   * @throws LockedException if another transaction was in the way of each
   */
  public <T> T write(int attempts, Function<Session, T> work) {
    requireWritable();
    return transact(WRITE, attempts, work);
  }

  /**
   * Makes durable every commit that a transaction could see until now, also those of hosts with
   * {@code synchronous_commit = off}. A durable commit flushes the log up to its own record.
   */
  public void sync() {
    boolean flushed = this.<Boolean>read(session -> session.dao(LogDao.class).isFlushed());
    if (!flushed) {
      this.<String>write(session -> session.dao(LogDao.class).write());
    }
  }

  /** Runs a transaction that may take long, once and with settings of its own. */
  public <T> T maintain(String settings, Function<Session, T> work) {
    requireWritable();
    return transact(settings, 1, work);
  }

  /**
   * Runs a statement that no transaction may contain, without a limit of time.
   *
   * @param patience bounds each wait for a lock, in milliseconds
   * @param defined what further placeholders of the statement stand for
   * @throws LockedException if a lock was not to be had in that time
   */
  public void executeAlone(long patience, String statement, Map<String, String> defined) {
    requireWritable();
    try (Handle handle = jdbi.open()) {
      List<String> restore =
          handle.createQuery(TIME_OUTS).mapTo(String.class).list(); // the connection is the host's
      execute(handle, "SET statement_timeout = 0; SET lock_timeout = " + patience);
      try {
        execute(handle, template.withNames(defined).render(statement));
      } finally {
        execute(handle, String.join("; ", restore));
      }
    } catch (JdbiException e) {
      throw PgErrors.translate(e);
    }
  }

  private <T> T transact(String settings, int attempts, Function<Session, T> work) {
    return retry(
        attempts,
        () ->
            jdbi.inTransaction(
                handle -> {
                  execute(handle, settings);
                  return work.apply(session(handle));
                }));
  }

  private Session session(Handle handle) {
    return new Session(handle, names, template);
  }

  private static <T> T retry(int attempts, Supplier<T> work) {
    for (int attempt = 1; ; attempt++) {
      try {
        return work.get();
      } catch (JdbiException e) {
        throwUnlessRetryable(PgErrors.translate(e), attempt, attempts);
      } catch (LockedException | StalePlanException e) {
        throwUnlessRetryable(e, attempt, attempts);
      }
    }
  }

  /** Throws the failure, unless a further attempt may succeed. */
  private static void throwUnlessRetryable(StoreException failure, int attempt, int attempts) {
    boolean again =
        (failure instanceof LockedException && attempt < attempts)
            || (failure instanceof StalePlanException && attempt <= MAX_STALE_PLANS);
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

  /**
   * The statements of one transaction. Placeholders are resolved as {@link SqlTemplate} says:
   * {@code {schema}} and those of the archive, and what a statement itself defines. A name of the
   * host's is always defined, and never part of a statement's text: it may look like a placeholder.
   */
  public static final class Session {
    /** Finds the delimiter that begins the body of a function. */
    private static final Pattern BODY = Pattern.compile(" AS (\\$\\w+\\$)$");

    private final Handle handle;
    private final Map<String, String> names;
    private final SqlTemplate template;

    private Session(Handle handle, Map<String, String> names, SqlTemplate template) {
      this.handle = handle;
      this.names = names;
      this.template = template;
      handle.getConfig(SqlStatements.class).setTemplateEngine(new Renderer(template));
    }

    /** Returns a text with its placeholders resolved. */
    public String sql(String text) {
      return template.render(text);
    }

    /** Returns this transaction, where statements name an archive's tables and columns too. */
    public Session withArchive(SqlTemplate.Names more) {
      return new Session(handle, names, SqlTemplate.of(more).withNames(names));
    }

    /** Runs a part of the transaction, and undoes what it has changed. */
    public <T> T tryOut(Supplier<T> work) {
      execute("SAVEPOINT embed_trial");
      try {
        return work.get();
      } catch (JdbiException e) {
        throw PgErrors.translate(e);
      } finally {
        execute("ROLLBACK TO SAVEPOINT embed_trial; RELEASE SAVEPOINT embed_trial");
      }
    }

    /**
     * Runs a part of the transaction that finds names without a schema in the library's own places
     * only. Afterwards the host's triggers find again what they find elsewhere.
     */
    public <T> T inOwnPath(Supplier<T> work) {
      String before = query("SELECT current_setting('search_path')").mapTo(String.class).one();
      execute("SET LOCAL search_path = {search_path}");
      T result = work.get();
      query("SELECT set_config('search_path', :before, true)")
          .bind("before", before)
          .mapTo(String.class)
          .one();
      return result;
    }

    /** Returns fixed statements, as an SQL object of this transaction. */
    public <T> T dao(Class<T> type) {
      return handle.attach(type);
    }

    /** Begins a query over mapped tables. */
    public Query query(String text) {
      return handle.createQuery(text);
    }

    /** Begins an update over mapped tables. */
    public Update update(String text) {
      return handle.createUpdate(text);
    }

    /**
     * Runs a statement without parameters, or a whole script, one statement after the other. The
     * driver may ask for descriptions of all statements that it is given, before it runs the first.
     */
    public void execute(String text) {
      executeAll(sql(text));
    }

    /** Runs a statement or a script that has placeholders of its own. */
    public void execute(String text, Map<String, String> defined) {
      executeAll(template.withNames(defined).render(text));
    }

    private void executeAll(String script) {
      statements(script).forEach(statement -> Database.execute(handle, statement));
    }

    /**
     * Splits a script. A statement ends with a line that ends with a semicolon, or, if a function's
     * body begins with a delimiter at the end of a line, with a line of that delimiter. No name
     * that can be mapped breaks a line.
     */
    private static List<String> statements(String script) {
      List<String> statements = new ArrayList<>();
      StringBuilder statement = new StringBuilder();
      String end = "";
      for (String line : script.lines().toList()) {
        statement.append(line).append('\n');
        Matcher body = BODY.matcher(line);
        if (body.find()) {
          end = body.group(1) + ";";
        } else if (end.isEmpty() ? line.endsWith(";") : line.equals(end)) {
          statements.add(statement.toString());
          statement.setLength(0);
          end = "";
        }
      }
      if (!statement.toString().isBlank()) {
        statements.add(statement.toString());
      }
      return statements;
    }
  }

  /** Lends the same connection again and again. */
  private record OneConnection(Connection connection) implements ConnectionFactory {
    @Override
    public Connection openConnection() {
      return connection;
    }

    @Override
    public void closeConnection(Connection lent) {
      // It is closed by whoever gave it.
    }
  }

  /** Resolves the placeholders of every statement that Jdbi runs. */
  private record Renderer(SqlTemplate template) implements TemplateEngine {
    @Override
    public String render(String text, StatementContext context) {
      Map<String, String> defined = new HashMap<>();
      context.getAttributes().forEach((name, value) -> defined.put(name, value.toString()));
      return (defined.isEmpty() ? template : template.withNames(defined)).render(text);
    }
  }
}
