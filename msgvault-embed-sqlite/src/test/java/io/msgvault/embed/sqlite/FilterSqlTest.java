package io.msgvault.embed.sqlite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.msgvault.embed.mapping.ArchiveMapping;
import io.msgvault.embed.mapping.ArchiveMapping.Name;
import io.msgvault.embed.mapping.ArchiveMapping.TimeFormat;
import io.msgvault.embed.model.MessageFilter;
import io.msgvault.embed.model.StoreException;
import io.msgvault.embed.store.MessageDetails;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Checks filters over columns of any type, and large filters; the kit checks all others. */
class FilterSqlTest {
  private static final ArchiveMapping MAILS =
      ArchiveMapping.builder("mails", "id")
          .subject("title")
          .sender(Name.in("sender"))
          .type("kind")
          .conversation("thread")
          .sentAt("sent", TimeFormat.NATIVE)
          .build();

  private TempFolder folder;
  private Path file;
  private SqlClient sql;

  @BeforeEach
  void create() {
    folder = TempFolder.create();
    file = folder.file("host.db");
    sql = new SqlClient(file);
  }

  @AfterEach
  void close() {
    sql.close();
    folder.close();
  }

  private SqliteMessageStore store(String threadType) {
    sql.run(
        "CREATE TABLE mails (id INTEGER PRIMARY KEY, title, kind, sender, sent, thread "
            + threadType
            + ")");
    return SqliteMessageStore.install(file, MAILS);
  }

  private static List<Long> matching(SqliteMessageStore store, MessageFilter filter) {
    List<Long> found = store.findMatching(filter, 1_000).orElseThrow();
    assertEquals(
        found, store.filterIds(List.of(1L, 2L, 3L, 4L, 5L), filter).stream().sorted().toList());
    return found;
  }

  private static MessageFilter conversation(String id) {
    return MessageFilter.builder().conversations(List.of(id)).build();
  }

  @ParameterizedTest
  @CsvSource({
    "TEXT, 12",
    "TEXT, 'a B'",
    "INTEGER, 12",
    "INTEGER, -3",
    "'', 12",
    "'', 'x'",
    "BLOB, 'ab'",
    "TEXT COLLATE NOCASE, 'a B'",
    "NUMERIC, 12"
  })
  void conversationIsComparedAsText(String type, String id) {
    try (SqliteMessageStore store = store(type)) {
      sql.run("INSERT INTO mails (id, thread) VALUES (1, ?)", id);
      sql.run("INSERT INTO mails (id, thread) VALUES (2, CAST(? AS BLOB))", id);
      if (id.matches("-?\\d+")) {
        sql.run("INSERT INTO mails (id, thread) VALUES (3, " + id + ")");
        sql.run("INSERT INTO mails (id, thread) VALUES (4, '0" + id + ".0')");
      } else {
        sql.run("INSERT INTO mails (id, thread) VALUES (4, ?)", id.toUpperCase(Locale.ROOT));
      }
      sql.run("INSERT INTO mails (id) VALUES (5)");
      List<Long> expected =
          store.details(List.of(1L, 2L, 3L, 4L, 5L)).stream()
              .filter(details -> details.conversation().equals(Optional.of(id)))
              .map(MessageDetails::messageId)
              .toList();
      assertTrue(expected.containsAll(List.of(1L, 2L)), expected::toString);
      assertEquals(expected, matching(store, conversation(id)));
      assertEquals(List.of(), matching(store, conversation(id + " ")));
      assertEquals(List.of(), matching(store, conversation("0" + id)));
    }
  }

  @Test
  void conversationIsFoundByIndex() {
    try (SqliteMessageStore store = store("INTEGER")) {
      sql.run("CREATE INDEX by_thread ON mails (thread)");
      List<String> plan =
          sql
              .rows(
                  "EXPLAIN QUERY PLAN SELECT id FROM mails m WHERE"
                      + " (m.thread COLLATE BINARY IN ('1', x'31', 1)"
                      + " AND CAST(m.thread AS TEXT) COLLATE BINARY IN ('1'))")
              .stream()
              .map(row -> String.valueOf(row.get(3)))
              .toList();
      assertTrue(plan.get(0).contains("by_thread (thread=?)"), plan::toString);
    }
  }

  @Test
  void whatIsUnknownExcludesNothing() {
    try (SqliteMessageStore store = store("TEXT")) {
      sql.run(
          "INSERT INTO mails (id, kind, sender, sent, thread) VALUES"
              + " (1, 'note', 'Ann@One.example', '2026-01-02 00:00:00', 'a'),"
              + " (2, NULL, NULL, NULL, NULL)");
      for (MessageFilter excluded :
          List.of(
              MessageFilter.builder().types(List.of("note")).build(),
              MessageFilter.builder().senders(List.of("@one.EXAMPLE")).build(),
              MessageFilter.builder().from(Instant.EPOCH).build(),
              MessageFilter.builder().before(Instant.parse("2030-01-01T00:00:00Z")).build(),
              conversation("a"))) {
        assertEquals(List.of(1L), matching(store, excluded));
        assertEquals(List.of(2L), matching(store, without(excluded)));
        assertEquals(List.of(1L), matching(store, without(without(excluded))));
      }
      assertEquals(List.of(), matching(store, without(MessageFilter.ALL)));
    }
  }

  private static MessageFilter without(MessageFilter excluded) {
    return MessageFilter.builder().excluding(List.of(excluded)).build();
  }

  @ParameterizedTest
  @CsvSource({
    "@one.example, 1",
    "@ONE.example, 1",
    "@example, ''",
    "ann@one.example, 1",
    "@ü.example, 2",
    "@%.example, ''",
    "@_ne.example, ''"
  })
  void addressIsComparedByItsEnd(String value, String ids) {
    try (SqliteMessageStore store = store("TEXT")) {
      sql.run(
          "INSERT INTO mails (id, sender) VALUES"
              + " (1, 'Ann@One.Example'), (2, 'b@ü.example'), (3, 'b@Ü.example'), (4, '@')");
      MessageFilter filter = MessageFilter.builder().senders(List.of(value, "nobody")).build();
      assertEquals(ids.isEmpty() ? List.of() : List.of(Long.valueOf(ids)), matching(store, filter));
    }
  }

  @Test
  void manyExcludedFiltersAreFine() {
    try (SqliteMessageStore store = store("TEXT")) {
      sql.run("INSERT INTO mails (id, sender, kind) VALUES (1, 'a@b.c', 'x7'), (2, 'a@b.d', 'y')");
      List<MessageFilter> excluded = new ArrayList<>();
      List<String> domains = new ArrayList<>();
      for (int i = 0; i < 3_000; i++) {
        excluded.add(MessageFilter.builder().types(List.of("x" + i)).build());
        domains.add("@b" + i + ".c");
      }
      domains.add("@b.d");
      assertEquals(
          List.of(2L), matching(store, MessageFilter.builder().excluding(excluded).build()));
      assertEquals(List.of(2L), matching(store, MessageFilter.builder().senders(domains).build()));
    }
  }

  @Test
  void filterBeyondTheLimitsOfSqliteIsRefusedWithRemedy() {
    try (SqliteMessageStore store = store("TEXT")) {
      sql.run("INSERT INTO mails (id, kind) VALUES (1, 'x')");
      MessageFilter nested = MessageFilter.builder().types(List.of("x")).build();
      for (int i = 0; i < 100; i++) {
        nested = without(nested);
      }
      assertEquals(List.of(1L), matching(store, nested));
      for (int i = 0; i < 300; i++) {
        nested = without(nested);
      }
      requireRefused(store, nested);
      List<String> types = new ArrayList<>();
      for (int i = 0; i < 600_000; i++) {
        types.add("x" + i);
      }
      requireRefused(store, MessageFilter.builder().types(types).build());
    }
  }

  private static void requireRefused(SqliteMessageStore store, MessageFilter filter) {
    StoreException refused =
        assertThrows(StoreException.class, () -> store.findMatching(filter, 9));
    assertTrue(refused.getMessage().contains("the filter is too large"), refused::getMessage);
    assertThrows(StoreException.class, () -> store.filterIds(List.of(1L), filter));
  }
}
