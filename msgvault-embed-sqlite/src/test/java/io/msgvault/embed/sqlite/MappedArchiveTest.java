package io.msgvault.embed.sqlite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.msgvault.embed.mapping.ArchiveMapping;
import io.msgvault.embed.mapping.ArchiveMapping.Marker;
import io.msgvault.embed.mapping.ArchiveMapping.Name;
import io.msgvault.embed.mapping.ArchiveMapping.TimeFormat;
import io.msgvault.embed.model.Coverage;
import io.msgvault.embed.model.MessageFilter;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.store.Message;
import io.msgvault.embed.store.Removal;
import io.msgvault.embed.store.ScanLimits;
import io.msgvault.embed.store.Stamp;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Checks what only a host's own tables can do, which the kit cannot test. */
class MappedArchiveTest {
  private static final ScanLimits ALL = new ScanLimits(1_000, 1_000_000, 1_000_000);

  private static final ArchiveMapping MAILS =
      ArchiveMapping.builder("mails", "id")
          .subject("title")
          .text("body")
          .bodies("texts", "mail")
          .deleted("trashed", Marker.FALSE_WHILE_LIVE)
          .type("kind")
          .source(Name.in("account"))
          .sentAt("received", TimeFormat.NATIVE)
          .build();

  private final TempFolder folder = TempFolder.create();
  private final Path file = folder.file("host.db");
  private SqlClient sql;

  @BeforeEach
  void create() {
    sql = new SqlClient(file);
    sql.run(
        """
        CREATE TABLE mails (id INTEGER PRIMARY KEY, key TEXT UNIQUE, title, trashed, kind, account,
                            received, UNIQUE (kind, account, key))
        """);
    sql.run(
        "CREATE TABLE texts (no INTEGER PRIMARY KEY, mail INTEGER UNIQUE, body, hash TEXT UNIQUE)");
  }

  @AfterEach
  void close() {
    sql.close();
    folder.close();
  }

  private void insert(long id, String title, String body) {
    sql.run("INSERT INTO mails (id, key, title) VALUES (?, ?, ?)", id, "key " + id, title);
    sql.run("INSERT INTO texts (mail, body, hash) VALUES (?, ?, ?)", id, body, "hash " + id);
  }

  private SqliteMessageStore store() {
    SqliteMessageStore.install(file, MAILS).close();
    return SqliteMessageStore.open(file, MAILS);
  }

  private static List<Long> needWork(SqliteMessageStore store) {
    return store.scan(1, Scope.ALL, 0, ALL).stream().map(Message::id).toList();
  }

  private static void settle(SqliteMessageStore store) {
    List<Stamp> stamps =
        store.scan(1, Scope.ALL, 0, ALL).stream()
            .map(message -> new Stamp(message.id(), message.revision(), new Stamp.Embedded()))
            .toList();
    assertEquals(Set.of(), store.stamp(1, stamps));
  }

  private static List<Long> removed(SqliteMessageStore store) {
    return store.removed(0, 100).stream().map(Removal::messageId).toList();
  }

  @Test
  void existingMessagesNeedWork() {
    insert(1, "heron", "on the roof");
    insert(2, "crane", "in the yard");
    insert(3, "egret", "gone");
    sql.run("UPDATE mails SET trashed = 1 WHERE id = 3");
    try (SqliteMessageStore store = store()) {
      assertEquals(List.of(1L, 2L), needWork(store));
      assertEquals(new Coverage(2, 0, 0, 0, 2), store.coverage(1, Scope.ALL));
      settle(store);
      assertEquals(List.of(), needWork(store));
    }
  }

  @Test
  void repeatedInstallKeepsStamps() {
    insert(1, "heron", "on the roof");
    try (SqliteMessageStore store = store()) {
      settle(store);
      List<Object> before = schema();
      UUID id = store.archiveId();
      SqliteMessageStore.install(file, MAILS).close();
      assertEquals(before, schema());
      assertEquals(List.of(), needWork(store));
      assertEquals(id, store.archiveId());
      assertEquals(List.of(), SqliteMessageStore.validate(file, MAILS));
    }
  }

  private List<Object> schema() {
    return new ArrayList<>(sql.rows("SELECT type, name, sql FROM sqlite_schema ORDER BY 1, 2"));
  }

  // Rows that REPLACE deletes without a trigger

  @Test
  void mailReplacedByKeyIsARemoval() {
    try (SqliteMessageStore store = store()) {
      insert(1, "heron", "");
      insert(2, "crane", "");
      sql.run("REPLACE INTO mails (id, key, title) VALUES (9, 'key 1', 'stork')");
      assertEquals(List.of(1L), removed(store));
      sql.run("UPDATE OR REPLACE mails SET key = 'key 2' WHERE id = 9");
      assertEquals(List.of(1L, 2L), removed(store));
    }
  }

  @Test
  void bodyDeletedByReplaceIsAnEdit() {
    try (SqliteMessageStore store = store()) {
      insert(1, "one", "heron");
      insert(2, "two", "crane");
      insert(3, "three", "egret");
      settle(store);
      sql.run("REPLACE INTO texts (mail, body, hash) VALUES (2, 'stork', 'hash 1')");
      assertEquals(List.of(1L, 2L), needWork(store));
      settle(store);
      sql.run("UPDATE OR REPLACE texts SET hash = 'hash 3' WHERE mail = 2");
      assertEquals(List.of(3L), needWork(store));
      settle(store);
      sql.run("INSERT OR IGNORE INTO texts (mail, body, hash) VALUES (1, 'x', 'hash 3')");
      assertEquals(List.of(), needWork(store));
    }
  }

  // Values of any kind

  @Test
  void typesAndSourcesMayHaveAnyStorageClass() {
    List<String> values =
        List.of("NULL", "''", "5", "'5'", "5.5", "x'35'", "x'00ff'", "'a'", "'A'", "'é'");
    long id = 0;
    try (SqliteMessageStore store = store()) {
      for (String kind : values) {
        for (String account : values) {
          insert(++id, "mail", "text " + id);
          sql.run(
              "UPDATE mails SET kind = " + kind + ", account = " + account + " WHERE id = ?", id);
        }
      }
      assertEquals(100, needWork(store).size());
      settle(store);
      assertEquals(new Coverage(100, 100, 0, 0, 0), store.coverage(1, Scope.ALL));
      sql.run("UPDATE texts SET body = 'edited' WHERE mail IN (1, 37, 100)");
      assertEquals(List.of(1L, 37L, 100L), needWork(store));
      assertEquals(new Coverage(100, 97, 0, 0, 3), store.coverage(1, Scope.ALL));
      for (Scope scope :
          List.of(
              new Scope(Set.of("a"), Set.of()),
              new Scope(Set.of("5"), Set.of("A", "é")),
              new Scope(Set.of(), Set.of("5", "none")))) {
        List<Long> matching = store.findMatching(scope.asFilter(), 1_000).orElseThrow();
        assertFalse(matching.isEmpty());
        assertEquals(matching, store.scan(2, scope, 0, ALL).stream().map(Message::id).toList());
        assertEquals(matching.size(), store.coverage(1, scope).live());
      }
    }
  }

  @Test
  void timesAreReadInMappedFormat() {
    insert(1, "by text", "");
    insert(2, "with milliseconds", "");
    insert(3, "no time", "");
    insert(4, "a number", "");
    sql.run("UPDATE mails SET received = '2026-01-31 12:00:00' WHERE id = 1");
    sql.run("UPDATE mails SET received = '2026-01-31T12:00:00.250Z' WHERE id = 2");
    sql.run("UPDATE mails SET received = 'yesterday' WHERE id = 3");
    sql.run("UPDATE mails SET received = 2461072 WHERE id = 4");
    Instant noon = Instant.parse("2026-01-31T12:00:00Z");
    try (SqliteMessageStore store = store()) {
      assertEquals(
          Optional.of(List.of(1L, 2L)),
          store.findMatching(MessageFilter.builder().from(noon).build(), 9));
      assertEquals(
          Optional.of(List.of(2L)),
          store.findMatching(MessageFilter.builder().from(noon.plusMillis(250)).build(), 9));
      assertEquals(
          Optional.of(List.of(1L)),
          store.findMatching(MessageFilter.builder().before(noon.plusMillis(250)).build(), 9));
    }
  }

  @Test
  void recipientsOfUnknownKindAreFoundAsRecipients() {
    sql.run("CREATE TABLE receivers (mail INTEGER, address TEXT)");
    insert(1, "mail", "text");
    sql.run("INSERT INTO receivers VALUES (1, 'Ann@example.org')");
    ArchiveMapping mapping =
        ArchiveMapping.builder("mails", "id")
            .subject("title")
            .recipients(
                new ArchiveMapping.Recipients(
                    new ArchiveMapping.Related("receivers", "mail"),
                    Optional.empty(),
                    Name.in("address")))
            .build();
    SqliteMessageStore.install(file, mapping).close();
    List<String> ann = List.of("ann@example.org");
    try (SqliteMessageStore store = SqliteMessageStore.openReadOnly(file, mapping)) {
      assertEquals(
          Optional.of(List.of(1L)),
          store.findMatching(MessageFilter.builder().recipients(ann).build(), 9));
      assertEquals(
          Optional.of(List.of()), store.findMatching(MessageFilter.builder().to(ann).build(), 9));
    }
  }

  @Test
  void flagIsReadAsSqliteTruthValue() {
    try (SqliteMessageStore store = store()) {
      int id = 0;
      for (String live : List.of("NULL", "0", "FALSE", "'0'", "0.0", "''", "'no'")) {
        insert(++id, "live", "text");
        sql.run("UPDATE mails SET trashed = " + live + " WHERE id = ?", id);
      }
      for (String deleted : List.of("1", "TRUE", "'1'", "-1", "0.5", "1700000000")) {
        insert(++id, "deleted", "text");
        sql.run("UPDATE mails SET trashed = " + deleted + " WHERE id = ?", id);
      }
      assertEquals(List.of(1L, 2L, 3L, 4L, 5L, 6L, 7L), needWork(store));
      assertEquals(7, store.coverage(1, Scope.ALL).live());
    }
  }

  @Test
  void triggersRefuseIdThatIsNotPositive() {
    try (SqliteMessageStore store = store()) {
      insert(1, "mail", "text");
      for (String statement :
          List.of(
              "INSERT INTO mails (id, title) VALUES (0, 'x')",
              "INSERT INTO mails (id, title) VALUES (-7, 'x')",
              "UPDATE mails SET id = -1 WHERE id = 1")) {
        AssertionError refused = assertThrows(AssertionError.class, () -> sql.run(statement));
        assertTrue(String.valueOf(refused.getMessage()).contains("must be positive"));
      }
      sql.run("INSERT INTO mails (title) VALUES ('the next id')");
      assertEquals(List.of(1L, 2L), needWork(store));
    }
  }

  // Later changes of a host's schema

  @Test
  void installRepairsLostTriggerAndMarksAllMessages() {
    UUID id;
    long revision;
    try (SqliteMessageStore store = store()) {
      insert(1, "mail", "text");
      insert(2, "mail", "text");
      settle(store);
      id = store.archiveId();
      revision = store.find(List.of(2L), 10).get(0).revision();
    }
    sql.run("DROP TRIGGER embed_message_update");
    sql.run("UPDATE mails SET title = 'unnoticed' WHERE id = 1");
    List<String> problems = SqliteMessageStore.validate(file, MAILS);
    assertEquals(
        List.of("embed_message_update is missing: call SqliteMessageStore.install"), problems);
    assertThrows(
        io.msgvault.embed.mapping.IncompatibleTablesException.class,
        () -> SqliteMessageStore.open(file, MAILS));
    try (SqliteMessageStore store = store()) {
      assertEquals(List.of(1L, 2L), needWork(store));
      assertEquals(id, store.archiveId());
      assertTrue(store.find(List.of(2L), 10).get(0).revision() > revision);
      assertEquals(List.of(), SqliteMessageStore.validate(file, MAILS));
    }
  }

  @Test
  void installCoversUniqueKeyAddedLater() {
    try (SqliteMessageStore store = store()) {
      insert(1, "heron", "");
      sql.run("CREATE UNIQUE INDEX by_title ON mails (title)");
      assertNotEquals(List.of(), SqliteMessageStore.validate(file, MAILS));
    }
    try (SqliteMessageStore store = store()) {
      sql.run("REPLACE INTO mails (id, title) VALUES (2, 'heron')");
      assertEquals(List.of(1L), removed(store));
    }
  }
}
