package io.msgvault.embed.sqlite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.msgvault.embed.model.Scope;
import io.msgvault.embed.store.Message;
import io.msgvault.embed.store.ScanLimits;
import io.msgvault.embed.store.Stamp;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Checks what plain SQL does to revisions and stamps, beyond what the conformance kit tries. */
class ArchiveTriggersTest {
  private static final ScanLimits LIMITS = new ScanLimits(100, 1_000_000, 1_000);

  private TempFolder folder;
  private SqlClient sql;
  private SqliteMessageStore store;

  @BeforeEach
  void open() {
    folder = TempFolder.create();
    store = SqliteMessageStore.install(folder.file("archive.db"));
    sql = new SqlClient(folder.file("archive.db"));
    sql.run("INSERT INTO sources (id, name) VALUES (1, 'main')");
    insert(1, "one");
    insert(2, "two");
    stampAll();
  }

  @AfterEach
  void close() {
    store.close();
    sql.close();
    folder.close();
  }

  private void insert(long id, String text) {
    sql.run("INSERT INTO messages (id, source_id, subject) VALUES (?, 1, 'subject')", id);
    sql.run("INSERT INTO message_bodies (message_id, text) VALUES (?, ?)", id, text);
  }

  private void stampAll() {
    List<Stamp> stamps =
        store.scan(1, Scope.ALL, 0, LIMITS).stream()
            .map(m -> new Stamp(m.id(), m.revision(), new Stamp.Embedded()))
            .toList();
    assertEquals(Set.of(), store.stamp(1, stamps));
  }

  private List<Long> needWork() {
    return store.scan(1, Scope.ALL, 0, LIMITS).stream().map(Message::id).toList();
  }

  private long revision(long id) {
    return sql.number("SELECT revision FROM embed_stamps WHERE id = ?", id).orElseThrow();
  }

  @ParameterizedTest
  @ValueSource(strings = {"id", "rowid", "oid", "_rowid_"})
  void messageWithChangedIdNeedsWork(String column) {
    long before = revision(1);
    sql.run("UPDATE messages SET " + column + " = 7 WHERE id = 1");
    assertEquals(List.of(7L), needWork());
    assertTrue(revision(7) > before);
  }

  @ParameterizedTest
  @ValueSource(strings = {"message_id", "rowid", "oid", "_rowid_"})
  void bodyMovedToAnotherMessageChangesBoth(String column) {
    sql.run("DELETE FROM message_bodies WHERE message_id = 2");
    stampAll();
    sql.run("UPDATE message_bodies SET " + column + " = 2 WHERE message_id = 1");
    assertEquals(List.of(1L, 2L), needWork());
  }

  @Test
  void bodyMovedOverAnotherChangesBoth() {
    sql.run("UPDATE OR REPLACE message_bodies SET message_id = 2 WHERE message_id = 1");
    assertEquals(List.of(1L, 2L), needWork());
  }

  @Test
  void bodyWithoutIdIsNoticed() {
    sql.run("DELETE FROM message_bodies");
    sql.run("INSERT INTO message_bodies (message_id, text) VALUES (1, 'one')");
    stampAll();
    sql.run("INSERT OR IGNORE INTO message_bodies (message_id, text) VALUES (1, 'one')");
    sql.run("INSERT INTO message_bodies (text) VALUES ('fallen to the next id, which is 2')");
    assertEquals(List.of(2L), needWork());
  }

  @Test
  void ignoredInsertKeepsStampAndRevision() {
    long before = revision(1);
    sql.run("INSERT OR IGNORE INTO message_bodies (message_id, text) VALUES (1, 'other')");
    assertEquals(List.of(), needWork());
    assertEquals(before, revision(1));
    sql.run("INSERT OR REPLACE INTO message_bodies (message_id, text) VALUES (1, 'other')");
    assertEquals(List.of(1L), needWork());
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void bodyReplacedByItselfKeepsStampAndRevision(long id) {
    long before = revision(id);
    sql.run("REPLACE INTO message_bodies SELECT * FROM message_bodies WHERE message_id = ?", id);
    sql.run(
        "REPLACE INTO message_bodies"
            + " SELECT message_id, CAST(text AS BLOB), '' FROM message_bodies WHERE message_id = ?",
        id);
    assertEquals(List.of(), needWork());
    assertEquals(before, revision(id));
    sql.run("REPLACE INTO message_bodies VALUES (?, '', NULL)", id);
    assertEquals(List.of(id), needWork());
  }

  @Test
  void emptyBodyIsNoChange() {
    sql.run("DELETE FROM message_bodies");
    stampAll();
    sql.run("INSERT INTO message_bodies VALUES (1, '', NULL), (2, NULL, '')");
    sql.run("DELETE FROM message_bodies WHERE message_id = 1");
    assertEquals(List.of(), needWork());
  }

  @Test
  void reusedIdGetsNewRevision() {
    Set<Long> seen = new HashSet<>(Set.of(revision(2)));
    for (int i = 0; i < 5; i++) {
      sql.run("DELETE FROM message_bodies WHERE message_id = 2");
      sql.run("DELETE FROM messages WHERE id = 2");
      insert(2, "two");
      assertTrue(seen.add(revision(2)));
      assertEquals(List.of(2L), needWork());
      stampAll();
    }
  }

  @Test
  void clientMayClearStamp() {
    sql.run("UPDATE embed_stamps SET generation = NULL WHERE id = 1");
    sql.run("UPDATE embed_stamps SET outcome = NULL WHERE id = 2");
    assertEquals(List.of(1L, 2L), needWork());
    assertEquals(2, store.coverage(1, Scope.ALL).missing());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "UPDATE embed_stamps SET generation = 'x'",
        "UPDATE embed_stamps SET generation = 0",
        "UPDATE embed_stamps SET outcome = 'done'",
        "UPDATE messages SET source_id = x'01'",
        "UPDATE messages SET message_type = x'ff'",
        "INSERT INTO messages (id, source_id) VALUES (-1, 1)"
      })
  void valueThatScansCannotCompareIsRefused(String statement) {
    assertThrows(AssertionError.class, () -> sql.run(statement));
    assertEquals(List.of(), needWork());
  }

  @Test
  void rolledBackTransactionLeavesNothing() {
    long before = revision(1);
    sql.run("BEGIN");
    sql.run("UPDATE message_bodies SET text = 'other'");
    sql.run("ROLLBACK");
    assertEquals(before, revision(1));
    assertEquals(List.of(), needWork());
  }

  @Test
  void olderSqliteCanRunTriggers() {
    // Functions that came late, such as octet_length (3.43), and virtual tables, such as those of
    // FTS5, would shut out some clients.
    List<Object> triggers =
        sql.column(
            """
            SELECT lower(sql) FROM sqlite_schema WHERE type = 'trigger'
            """);
    assertEquals(14, triggers.size());
    assertEquals(
        List.of(), sql.column("SELECT name FROM sqlite_schema WHERE sql LIKE 'CREATE VIRTUAL%'"));
    for (Object trigger : triggers) {
      assertFalse(
          trigger
              .toString()
              .matches("(?s).*(octet_length|format|iif|unixepoch|json_each|pragma_\\w+) *\\(.*"));
    }
  }

  /** A statement on some of four messages, by a client with these settings. */
  record Write(String statement, boolean recursiveTriggers, boolean foreignKeys) {}

  @Provide
  Arbitrary<List<Write>> writes() {
    Arbitrary<String> id = Arbitraries.of("1", "2", "3", "4");
    Arbitrary<String> value = Arbitraries.of("'a'", "'b'", "''", "NULL", "7", "x'61'", "'a'");
    Arbitrary<String> or = Arbitraries.of("", "OR REPLACE", "OR IGNORE", "OR FAIL");
    Arbitrary<String> statements =
        Arbitraries.oneOf(
            Combinators.combine(or, id, value, value)
                .as(
                    (o, i, t, h) ->
                        "INSERT %s INTO message_bodies VALUES (%s, %s, %s)".formatted(o, i, t, h)),
            Combinators.combine(or, id, value)
                .as(
                    (o, i, s) ->
                        "INSERT %s INTO messages (id, source_id, subject) VALUES (%s, 1, %s)"
                            .formatted(o, i, s)),
            Combinators.combine(id, value, value)
                .as(
                    (i, t, h) ->
                        ("INSERT INTO message_bodies VALUES (%s, %s, %s)"
                                + " ON CONFLICT DO UPDATE SET html = excluded.html")
                            .formatted(i, t, h)),
            Combinators.combine(or, value)
                .as((o, v) -> "UPDATE %s message_bodies SET text = %s".formatted(o, v)),
            Combinators.combine(or, id, id)
                .as(
                    (o, i, j) ->
                        "UPDATE %s message_bodies SET message_id = %s WHERE rowid = %s"
                            .formatted(o, i, j)),
            Combinators.combine(or, id, id)
                .as((o, i, j) -> "UPDATE %s messages SET id = %s WHERE id = %s".formatted(o, i, j)),
            Combinators.combine(id, value)
                .as((i, v) -> "UPDATE messages SET subject = %s WHERE id = %s".formatted(v, i)),
            id.map(i -> "UPDATE messages SET deleted_at = 1 WHERE id = " + i),
            id.map(i -> "UPDATE messages SET deleted_at = NULL WHERE id = " + i),
            id.map(i -> "DELETE FROM message_bodies WHERE message_id = " + i),
            id.map(i -> "DELETE FROM messages WHERE id = " + i));
    return Combinators.combine(statements, Arbitraries.of(true, false), Arbitraries.of(true, false))
        .as(Write::new)
        .list()
        .ofMinSize(1)
        .ofMaxSize(25);
  }

  @Property(tries = 150)
  void noChangeGoesUnnoticedWhateverTheClientsSettings(@ForAll("writes") List<Write> writes) {
    open();
    try {
      Map<Long, Set<Long>> revisions = new TreeMap<>();
      for (Write write : writes) {
        stampAll();
        Map<Long, Message> before = live();
        sql.run("PRAGMA recursive_triggers = " + write.recursiveTriggers());
        sql.run("PRAGMA foreign_keys = " + write.foreignKeys());
        try {
          sql.run(write.statement());
        } catch (AssertionError refusedByAConstraint) {
          assertEquals(before, live(), write.statement());
          continue;
        }
        Map<Long, Message> after = live();
        Set<Long> needWork = new HashSet<>(needWork());
        for (Message message : after.values()) {
          Message previous = before.get(message.id());
          if (previous == null || !sameContent(previous, message)) {
            assertTrue(needWork.contains(message.id()), write + " " + previous + message);
          }
          if (previous != null && !sameContent(previous, message)) {
            assertNotEquals(previous.revision(), message.revision(), write.statement());
            assertTrue(
                revisions
                    .computeIfAbsent(
                        message.id(), any -> new HashSet<>(Set.of(previous.revision())))
                    .add(message.revision()),
                write.statement());
          }
        }
      }
    } finally {
      close();
    }
  }

  private Map<Long, Message> live() {
    Map<Long, Message> live = new TreeMap<>();
    store.find(List.of(1L, 2L, 3L, 4L), 100).forEach(message -> live.put(message.id(), message));
    return live;
  }

  private static boolean sameContent(Message one, Message other) {
    return one.subject().equals(other.subject())
        && one.text().equals(other.text())
        && one.html().equals(other.html());
  }
}
