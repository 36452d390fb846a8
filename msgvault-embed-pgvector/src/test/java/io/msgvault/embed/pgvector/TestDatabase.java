package io.msgvault.embed.pgvector;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.msgvault.embed.archive.NewMessage;
import io.msgvault.embed.model.Fingerprint;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.store.ChunkVector;
import io.msgvault.embed.store.CoverageCheck;
import io.msgvault.embed.store.Lease;
import io.msgvault.embed.store.Message;
import io.msgvault.embed.store.MessageRevision;
import io.msgvault.embed.store.MessageStore;
import io.msgvault.embed.store.MessageVectors;
import io.msgvault.embed.store.MessageWords;
import io.msgvault.embed.store.ScanLimits;
import io.msgvault.embed.store.Stamp;
import io.msgvault.embed.store.WordField;
import io.msgvault.embed.store.WordQuery;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Assumptions;

/**
 * The database that the tests fill: {@code dev/postgres run mvn verify} provides one. Without it,
 * the tests that need it are skipped, but not on a build server.
 *
 * <p>Several processes may test side by side. Each has a database of its own, because some tests
 * wait until nobody else uses theirs.
 */
final class TestDatabase {
  static final String URL = "MSGVAULT_TEST_PG_URL";

  /** Counts the test processes, from 1. */
  private static final String PROCESS = System.getProperty("test.process", "1");

  private static final Pattern PARTS =
      Pattern.compile("(jdbc:postgresql:(?://[^/]*/)?)([^?]*)(.*)");

  private static final Optional<String> OWN_URL =
      Optional.ofNullable(System.getenv(URL)).map(TestDatabase::ofThisProcess);

  private static final Optional<HikariDataSource> POOL = OWN_URL.map(url -> pool(url, 24));

  static final ScanLimits LIMITS = new ScanLimits(1_000, 1_000_000, 1_000);

  private TestDatabase() {}

  static String url() {
    pool();
    return OWN_URL.orElseThrow();
  }

  private static String ofThisProcess(String url) {
    Matcher parts = PARTS.matcher(url);
    if (PROCESS.equals("1") || !parts.matches()) {
      return url;
    }
    String name = "msgvault_test_" + PROCESS;
    String own = parts.group(1) + name + parts.group(3);
    Jdbi.create(url)
        .useHandle(
            handle -> {
              handle.execute("DROP DATABASE IF EXISTS " + name + " WITH (FORCE)");
              handle.execute("CREATE DATABASE " + name);
            });
    Jdbi.create(own).useHandle(handle -> handle.execute("CREATE EXTENSION vector"));
    return own;
  }

  /** The connections of all tests. */
  static HikariDataSource pool() {
    return POOL.orElseGet(
        () -> {
          String remedy = URL + " is not set: run the tests by dev/postgres run mvn verify";
          if (System.getenv("CI") != null) {
            throw new IllegalStateException(remedy);
          }
          return Assumptions.abort(remedy);
        });
  }

  static HikariDataSource pool(String url, int size) {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(url);
    config.setMaximumPoolSize(size);
    config.setMinimumIdle(0);
    return new HikariDataSource(config);
  }

  static Jdbi jdbi() {
    return Jdbi.create(pool());
  }

  /** Runs a statement that concerns the whole server. */
  static void server(String statement) {
    jdbi().useHandle(handle -> handle.execute(statement));
  }

  /** Returns the name of a schema that does not exist. */
  static String freshName() {
    return "t" + UUID.randomUUID().toString().replace("-", "");
  }

  /** Returns the name of a schema with an empty archive. */
  static String acquireArchive() {
    return TestMappings.BUNDLED.acquire();
  }

  static void releaseArchive(String schema) {
    TestMappings.BUNDLED.release(schema);
  }

  static Fingerprint fingerprint(int dimension) {
    return new Fingerprint("model", dimension, "text", Scope.ALL);
  }

  /** Returns a message of one chunk. */
  static MessageVectors message(long id, float... vector) {
    return new MessageVectors(id, 1, "digest", List.of(new ChunkVector(0, 1, vector)));
  }

  /** Returns once no other session of the database has a snapshot. */
  static void awaitNoSnapshot(Handle handle) {
    Instant deadline = Instant.now().plusSeconds(60);
    for (List<String> others = snapshots(handle); !others.isEmpty(); others = snapshots(handle)) {
      if (Instant.now().isAfter(deadline)) {
        throw new IllegalStateException("for a minute there were snapshots of " + others);
      }
      Thread.onSpinWait();
    }
  }

  private static List<String> snapshots(Handle handle) {
    return handle
        .createQuery(
            """
            SELECT backend_type || ': ' || query FROM pg_stat_activity
             WHERE datname = current_database() AND pid <> pg_backend_pid()
               AND (backend_xmin IS NOT NULL OR backend_xid IS NOT NULL)""")
        .mapTo(String.class)
        .list();
  }

  /** Returns once a session of this application waits for a lock. */
  static void awaitLockWait(String applicationName) {
    await("application_name = ?", applicationName);
  }

  /** Returns once a statement like this waits for a lock. */
  static void awaitLockWaitOf(String pattern) {
    await("query LIKE ?", pattern);
  }

  private static void await(String condition, String value) {
    jdbi()
        .useHandle(
            handle -> {
              String waiting =
                  "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND "
                      + condition;
              while (handle.select(waiting, value).mapTo(Integer.class).one() == 0) {
                Thread.onSpinWait();
              }
            });
  }

  /** Ends the sessions of an application. */
  static void terminate(String applicationName) {
    jdbi()
        .useHandle(
            handle ->
                handle.execute(
                    """
                    SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
                     WHERE application_name = ?""",
                    applicationName));
  }

  /** Returns the definition of everything in a schema. */
  static List<String> catalog(String schema) {
    return jdbi()
        .inTransaction(
            handle -> {
              handle.execute("SET LOCAL search_path = " + schema);
              return handle
                  .createQuery(
                      """
                      SELECT concat_ws(' ', 'relation', relname, relkind, relpersistence, reloptions,
                                       pg_relation_filenode(oid))
                        FROM pg_class WHERE relnamespace = current_schema::regnamespace
                         AND relkind IN ('r', 'v', 'S')
                      UNION ALL
                      SELECT concat_ws(' ', 'column', relname, attname, format_type(atttypid, atttypmod),
                                       attnotnull, attcollation::regcollation, attidentity,
                                       pg_get_expr(adbin, adrelid))
                        FROM pg_attribute JOIN pg_class c ON c.oid = attrelid
                        LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
                       WHERE relnamespace = current_schema::regnamespace AND NOT attisdropped AND attnum > 0
                      UNION ALL
                      SELECT concat_ws(' ', 'constraint', conname, pg_get_constraintdef(oid))
                        FROM pg_constraint WHERE connamespace = current_schema::regnamespace
                      UNION ALL
                      SELECT pg_get_indexdef(oid) FROM pg_class
                       WHERE relnamespace = current_schema::regnamespace AND relkind = 'i'
                      UNION ALL
                      SELECT concat_ws(' ', pg_get_triggerdef(t.oid), tgenabled)
                        FROM pg_trigger t JOIN pg_class c ON c.oid = tgrelid
                       WHERE relnamespace = current_schema::regnamespace AND NOT tgisinternal
                      UNION ALL
                      SELECT concat_ws(' ', 'function', oid::regprocedure) FROM pg_proc
                       WHERE pronamespace = current_schema::regnamespace
                      UNION ALL
                      SELECT 'type ' || typname FROM pg_type WHERE typnamespace = current_schema::regnamespace
                       ORDER BY 1""")
                  .mapTo(String.class)
                  .map(line -> line.replace(schema, "schema"))
                  .list();
            });
  }

  /** Removes the index from a schema and keeps the archive. */
  static void dropIndex(String schema) {
    jdbi()
        .useHandle(
            handle ->
                handle.execute(
                    """
                    DROP TABLE IF EXISTS %1$s.embed_binding, %1$s.embed_runs, %1$s.embed_messages,
                      %1$s.embed_chunks, %1$s.embed_generations;
                    DELETE FROM %1$s.embed_ledger WHERE component = 'vectors'"""
                        .formatted(schema)));
  }

  /** Stamps all messages that need work. */
  static void settle(MessageStore messages, long target) {
    for (List<Message> page = messages.scan(target, Scope.ALL, 0, LIMITS);
        !page.isEmpty();
        page = messages.scan(target, Scope.ALL, 0, LIMITS)) {
      messages.stamp(
          target,
          page.stream()
              .map(message -> new Stamp(message.id(), message.revision(), new Stamp.Embedded()))
              .toList());
    }
  }

  /** Fills an archive, its index and its words, searches, and removes vectors and words. */
  static void useEverything(DataSource pool, String schema) {
    PgArchive archive = PgArchive.install(pool, schema);
    long id = archive.store(NewMessage.builder("main", "1").text("text").build()).id();
    try (PgMessageStore messages = PgMessageStore.open(pool, schema);
        PgVectorStore vectors = PgVectorStore.builder(pool, schema).exactUpTo(0).install()) {
      vectors.bind(messages.archiveId());
      vectors.create(fingerprint(3), messages.reserveGenerationId(0));
      long generation = vectors.building().orElseThrow().id();
      try (Lease lease = vectors.lease(generation).orElseThrow()) {
        require(lease.isHeld());
        vectors.upsert(generation, List.of(message(id, 1, 2, 3)));
        settle(messages, generation);
        vectors.activate(generation, CoverageCheck.NONE);
      }
      require(vectors.search(generation, new float[] {1, 2, 3}, 1).get(0).messageId() == id);
      require(messages.coverage(generation, Scope.ALL).complete());
      vectors.forceRetire(generation);
      vectors.dropRetired();
      require(vectors.size(generation).chunks() == 0);
    }
    useWords(pool, schema);
  }

  private static void useWords(DataSource pool, String schema) {
    try (PgWordIndex words = PgWordIndex.install(pool, schema)) {
      words.bind(new UUID(1, 2));
      words.recordRun(7);
      for (long id = 1; id <= 12; id++) {
        words.upsert(
            List.of(new MessageWords(id, id, Map.of(WordField.BODY, "hot tea number" + id))));
      }
      words.delete(List.of(3L));
      words.compact();
      for (String text : List.of("tea", "te*", "\"hot tea\"")) {
        WordQuery query = WordQuery.parse(text, words.analyzer());
        require(words.search(query, 20).size() == 11);
        require(words.search(query, 20, List.of(2L, 3L)).size() == 1);
        require(words.statistics(query.terms().keySet()).frequencies().containsValue(11L));
      }
      require(words.entries(11, 5).equals(List.of(new MessageRevision(12, 12))));
      require(words.lastRun().orElseThrow() == 7);
    }
    PgWordIndex.uninstall(pool, schema);
  }

  private static void require(boolean fact) {
    if (!fact) {
      throw new AssertionError("not so");
    }
  }

  static void drop(String schema) {
    jdbi().useHandle(handle -> handle.execute("DROP SCHEMA IF EXISTS " + schema + " CASCADE"));
  }
}
