package io.msgvault.embed.pgvector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.msgvault.embed.memory.ArchiveMessage;
import io.msgvault.embed.memory.ArchiveMessage.Content;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.pgvector.internal.db.Database;
import io.msgvault.embed.store.Message;
import io.msgvault.embed.store.MessageStore;
import io.msgvault.embed.store.Stamp;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tests that a scan seeks although the server's statistics are stale. If they are from a time when
 * all was settled, every message looks like one that needs work. Reading in the order of ids then
 * looks as good. If they are from the middle of an import, other tables look empty.
 */
class StaleStatisticsTest {
  private static final int MESSAGES = 2_000;
  private static final int TARGET = 5;

  /** Matches the rows that a node returned each time, and how often it ran. */
  private static final Pattern READ = Pattern.compile("Scan .*actual .*rows=(\\d+) loops=(\\d+)");

  /** Matches the rows that it filtered out each time. */
  private static final Pattern REMOVED = Pattern.compile("Rows Removed by Filter: (\\d+)");

  private static final List<Long> EDITED = List.of(1_800L, 1_900L, 2_000L);

  static Stream<TestMapping> tables() {
    return Stream.of(
        TestMappings.BUNDLED,
        TestMappings.UNUSUAL,
        TestMappings.SINGLE_TABLE,
        TestMappings.MINIMAL);
  }

  @ParameterizedTest
  @MethodSource("tables")
  void scanSeeks(TestMapping tables) {
    PgArchiveFixture fixture = new PgArchiveFixture(tables);
    try (MessageStore store = fixture.open()) {
      fixture
          .writer()
          .atomically(
              writer -> {
                for (long id = 1; id <= MESSAGES; id++) {
                  writer.insert(id, ArchiveMessage.of("subject " + id, "text " + id));
                }
                analyzeAsEmpty(fixture);
              });
      settle(store);
      analyze(fixture, tables);
      for (long id : EDITED) {
        fixture.writer().edit(id, new Content("edited", "edited", ""));
      }
      QueryPlanRecorder notes = new QueryPlanRecorder();
      try (MessageStore noted =
          tables.open(notes.recording(TestDatabase.pool()), fixture.schema())) {
        notes.drain();
        assertEquals(EDITED, page(noted, 0).stream().map(Message::id).toList());
      }
      String plans = String.join("\n", notes.drain());
      assertTrue(plans.contains("Query Text"), "no plan was noted");
      long rows = rowsRead(plans);
      assertTrue(
          rows < 100, () -> rows + " rows read for " + EDITED.size() + " messages\n" + plans);
    } finally {
      fixture.close();
    }
  }

  /** Leaves out dead entries that are not vacuumed yet. */
  private static long rowsRead(String plans) {
    return Stream.concat(
            READ.matcher(plans)
                .results()
                .map(read -> Long.parseLong(read.group(1)) * Long.parseLong(read.group(2))),
            REMOVED.matcher(plans).results().map(removed -> Long.parseLong(removed.group(1))))
        .mapToLong(Long::longValue)
        .sum();
  }

  private static void settle(MessageStore store) {
    long last = 0;
    for (List<Message> page = page(store, 0); !page.isEmpty(); page = page(store, last)) {
      store.stamp(
          TARGET,
          page.stream()
              .map(message -> new Stamp(message.id(), message.revision(), new Stamp.Embedded()))
              .toList());
      last = page.get(page.size() - 1).id();
    }
  }

  private static List<Message> page(MessageStore store, long after) {
    return store.scan(TARGET, Scope.ALL, after, TestDatabase.LIMITS);
  }

  /** Gathers statistics of all tables while their rows are not committed, as the server does. */
  private static void analyzeAsEmpty(PgArchiveFixture fixture) {
    try (Handle handle = TestDatabase.jdbi().open()) {
      handle
          .select("SELECT tablename FROM pg_tables WHERE schemaname = ?", fixture.schema())
          .mapTo(String.class)
          .forEach(
              table ->
                  handle.execute(
                      "ANALYZE %s.%s".formatted(fixture.schema(), Database.quote(table))));
    }
  }

  private static void analyze(PgArchiveFixture fixture, TestMapping tables) {
    try (Handle handle = TestDatabase.jdbi().open()) {
      handle.execute(
          "VACUUM (FULL, ANALYZE) %s.%s"
              .formatted(fixture.schema(), Database.quote(tables.mapping().messages())));
    }
  }
}
