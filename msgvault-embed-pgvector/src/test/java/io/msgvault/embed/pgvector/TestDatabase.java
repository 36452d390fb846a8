package io.msgvault.embed.pgvector;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.msgvault.embed.Message;
import io.msgvault.embed.MessageStore;
import io.msgvault.embed.ScanLimits;
import io.msgvault.embed.Scope;
import io.msgvault.embed.Stamp;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Assumptions;

/**
 * The database that the tests fill: {@code dev/postgres run mvn verify} provides one. Without it,
 * the tests that need it are skipped, but not on a build server.
 */
final class TestDatabase {
  static final String URL = "MSGVAULT_TEST_PG_URL";

  private static final Optional<HikariDataSource> POOL =
      Optional.ofNullable(System.getenv(URL)).map(url -> pool(url, 24));

  /** Making a schema takes long, so that one is emptied and used again. */
  private static final Deque<String> EMPTY_ARCHIVES = new ArrayDeque<>();

  private TestDatabase() {}

  static String url() {
    pool();
    return System.getenv(URL);
  }

  /** Connections for whoever needs some. */
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

  /** The name of a schema that is not there. */
  static String freshName() {
    return "t" + UUID.randomUUID().toString().replace("-", "");
  }

  /** The name of a schema with an empty archive of its own. */
  static String takeArchive() {
    synchronized (EMPTY_ARCHIVES) {
      if (!EMPTY_ARCHIVES.isEmpty()) {
        return EMPTY_ARCHIVES.pop();
      }
    }
    String schema = freshName();
    PgArchive.install(pool(), schema);
    return schema;
  }

  static void giveBackArchive(String schema) {
    jdbi()
        .useHandle(
            handle ->
                handle.execute(
                    """
                    TRUNCATE %1$s.sources, %1$s.participants, %1$s.embed_counts CASCADE;
                    UPDATE %1$s.embed_archive SET archive_id = gen_random_uuid(), generation = 0
                    """
                        .formatted(schema)));
    synchronized (EMPTY_ARCHIVES) {
      EMPTY_ARCHIVES.push(schema);
    }
  }

  /** Stamps whatever needs work. */
  static void settle(MessageStore messages, long target) {
    ScanLimits limits = new ScanLimits(1_000, 1_000_000, 1);
    for (List<Message> page = messages.scan(target, Scope.ALL, 0, limits);
        !page.isEmpty();
        page = messages.scan(target, Scope.ALL, 0, limits)) {
      messages.stamp(
          target,
          page.stream()
              .map(message -> new Stamp(message.id(), message.revision(), new Stamp.Embedded()))
              .toList());
    }
  }

  static void drop(String schema) {
    jdbi().useHandle(handle -> handle.execute("DROP SCHEMA IF EXISTS " + schema + " CASCADE"));
  }
}
