package io.msgvault.embed.pgvector.internal.archive;

import io.msgvault.embed.model.StoreException;
import io.msgvault.embed.pgvector.TablesInUseException;
import io.msgvault.embed.pgvector.internal.db.Database;
import io.msgvault.embed.pgvector.internal.db.LockedException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jdbi.v3.sqlobject.statement.SqlQuery;

/**
 * Changes tables that others write at the same time.
 *
 * <p>A request for a lock makes all later requests wait. So a change asks for it for a moment only.
 * If another transaction holds the table, the change lets everyone pass, and tries again.
 */
final class SharedTables {
  /** The longest that a request for a lock holds up others. */
  private static final String SETTINGS =
      """
      SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
      SET LOCAL jit = off;
      SET LOCAL statement_timeout = 0;
      SET LOCAL lock_timeout = '100ms';
      SET LOCAL enable_seqscan = off;
      SELECT set_config('synchronous_commit', 'on', true)
       WHERE current_setting('synchronous_commit') = 'off'""";

  private static final Duration PAUSE = Duration.ofMillis(500);

  /** Bounds a wait that holds up nobody. */
  static final Duration LONG_PATIENCE = Duration.ofHours(1);

  private final Database database;
  private final List<String> tables;
  private final Duration patience;

  /**
   * Changes some tables.
   *
   * @param tables their qualified names
   * @param patience how long a change tries to get its locks
   */
  SharedTables(Database database, Collection<String> tables, Duration patience) {
    this.database = database;
    this.tables = List.copyOf(tables);
    this.patience = patience;
  }

  /**
   * Runs a transaction, again and again until it gets its locks.
   *
   * @throws TablesInUseException if it does not in time
   */
  <T> T change(Function<Database.Session, T> work) {
    return repeat(() -> database.maintain(SETTINGS, work));
  }

  /**
   * Runs statements that no transaction may contain, again and again until all get their locks.
   * They wait for others without holding them up. Each is given with what its own placeholders
   * stand for.
   *
   * @throws TablesInUseException if one waits longer than an hour
   */
  void changeAlone(Consumer<BiConsumer<String, Map<String, String>>> work) {
    repeat(
        () -> {
          work.accept(
              (statement, defined) ->
                  database.executeAlone(LONG_PATIENCE.toMillis(), statement, defined));
          return true;
        });
  }

  private <T> T repeat(Supplier<T> attempt) {
    Instant deadline = Instant.now().plus(patience);
    while (true) {
      try {
        return attempt.get();
      } catch (LockedException e) {
        if (Instant.now().isAfter(deadline)) {
          throw new TablesInUseException(describeUsers(), e);
        }
      }
      pause();
    }
  }

  /** Gives others time. */
  static void pause() {
    try {
      Thread.sleep(PAUSE.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreException("interrupted while tables were in use by others: call it again", e);
    }
  }

  private String describeUsers() {
    List<String> users = database.read(session -> session.dao(Statements.class).users(tables));
    return String.join(" and ", tables)
        + " stayed in use by "
        + (users.isEmpty()
            ? "a transaction that is in pg_locks or pg_prepared_xacts"
            : String.join("; ", users))
        + ": end that transaction, then call it again, and it goes on";
  }

  /** Reads who uses tables. */
  interface Statements {
    /**
     * Describes sessions that have locked one of the tables or a partition, or else have a
     * snapshot: the oldest transactions first. A role sees little of sessions of others.
     */
    @SqlQuery(
        """
        WITH used AS (
          SELECT to_regclass(name)::oid AS table FROM unnest(CAST(:tables AS text[])) AS t (name)
          UNION
          SELECT p.relid FROM unnest(CAST(:tables AS text[])) AS t (name)
           CROSS JOIN LATERAL pg_partition_tree(to_regclass(name)) AS p
        ), users AS (
          SELECT a.*, EXISTS (
                   SELECT 1 FROM pg_locks AS l
                    WHERE l.pid = a.pid AND l.granted AND l.locktype = 'relation'
                      AND l.database = a.datid AND l.relation IN (SELECT "table" FROM used)
                 ) AS holds
            FROM pg_stat_activity AS a
           WHERE a.datname = current_database() AND a.pid <> pg_backend_pid()
        )
        SELECT format('the session with pid %s (%s)', pid, concat_ws(', ',
                 coalesce(nullif(application_name, ''), backend_type), 'role ' || usename, state,
                 'its transaction began at ' || to_char(xact_start, 'YYYY-MM-DD HH24:MI:SS TZ')))
          FROM users WHERE holds OR backend_xmin IS NOT NULL
         ORDER BY holds DESC, xact_start NULLS FIRST LIMIT 3""")
    List<String> users(Collection<String> tables);
  }
}
