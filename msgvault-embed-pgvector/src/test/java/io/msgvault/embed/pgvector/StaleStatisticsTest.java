package io.msgvault.embed.pgvector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.msgvault.embed.Message;
import io.msgvault.embed.MessageStore;
import io.msgvault.embed.Scope;
import io.msgvault.embed.Stamp;
import io.msgvault.embed.testkit.ArchiveMessage;
import io.msgvault.embed.testkit.ArchiveMessage.Content;
import java.util.List;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A scan seeks also where the server's statistics, made when all was settled, make every message
 * look like one that needs work, so that reading in the order of ids looks as good.
 */
class StaleStatisticsTest {
  private static final int MESSAGES = 2_000;
  private static final int TARGET = 5;
  private static final List<Long> EDITED = List.of(1_800L, 1_900L, 2_000L);

  static Stream<TestTables> tables() {
    return Stream.of(Tables.BUNDLED, Tables.ODD, Tables.FLAT, Tables.BARE);
  }

  @ParameterizedTest
  @MethodSource("tables")
  void scanSeeks(TestTables tables) {
    PgArchiveFixture fixture = new PgArchiveFixture(tables);
    try (MessageStore store = fixture.open()) {
      fixture
          .writer()
          .atomically(
              writer -> {
                for (long id = 1; id <= MESSAGES; id++) {
                  writer.insert(id, ArchiveMessage.of("subject " + id, "text " + id));
                }
              });
      settle(store);
      analyze(fixture, tables);
      for (long id : EDITED) {
        fixture.writer().edit(id, new Content("edited", "edited", ""));
      }
      long before = fixture.work();
      List<Message> found = page(store, 0);
      long work = fixture.work() - before;
      assertEquals(EDITED, found.stream().map(Message::id).toList());
      assertTrue(work < 100, work + " entries read for " + EDITED.size() + " messages");
    } finally {
      fixture.close();
    }
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

  private static void analyze(PgArchiveFixture fixture, TestTables tables) {
    try (Handle handle = TestDatabase.jdbi().open()) {
      handle.execute(
          "VACUUM (FULL, ANALYZE) %s.%s"
              .formatted(fixture.schema(), Database.quote(tables.mapping().messages())));
    }
  }
}
