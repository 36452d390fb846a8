package io.msgvault.embed.sqlite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.msgvault.embed.mapping.ArchiveMapping;
import io.msgvault.embed.mapping.ArchiveMapping.Marker;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.model.StoreException;
import io.msgvault.embed.store.MessageRevision;
import io.msgvault.embed.store.Removal;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
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
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Checks that every way in which SQLite ends a message as live is recorded as a removal. */
class RemovalsTest {
  private static final ArchiveMapping MAILS =
      ArchiveMapping.builder("mails", "id")
          .subject("title")
          .deleted("trashed", Marker.FALSE_WHILE_LIVE)
          .build();

  private TempFolder folder;
  private Path file;
  private SqlClient sql;
  private SqliteMessageStore store;

  @BeforeEach
  void open() {
    folder = TempFolder.create();
    file = folder.file("host.db");
    sql = new SqlClient(file);
    sql.run("CREATE TABLE accounts (no INTEGER PRIMARY KEY)");
    sql.run(
        """
        CREATE TABLE mails (
          id INTEGER PRIMARY KEY, title TEXT, trashed INTEGER, key TEXT UNIQUE,
          account INTEGER REFERENCES accounts (no) ON DELETE CASCADE)
        """);
    sql.run("INSERT INTO accounts VALUES (1), (2)");
    for (int i = 1; i <= 3; i++) {
      sql.run("INSERT INTO mails VALUES (?, 'title', 0, ?, 1)", i, "key " + i);
    }
    store = SqliteMessageStore.install(file, MAILS);
  }

  @AfterEach
  void close() {
    store.close();
    sql.close();
    folder.close();
  }

  private List<Long> removed() {
    return removedAfter(0);
  }

  private List<Long> removedAfter(long sequence) {
    return store.removed(sequence, 1_000).stream().map(Removal::messageId).toList();
  }

  private void settleAll() {
    store.settleRemoved(store.removed(0, 1_000));
  }

  // What is a removal

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "DELETE FROM mails WHERE id = 2 | 2",
        "DELETE FROM mails | 1,2,3",
        "UPDATE mails SET trashed = 1 WHERE id < 3 | 1,2",
        "UPDATE mails SET id = 9 WHERE id = 2 | 2",
        "UPDATE mails SET rowid = 9 WHERE id = 2 | 2",
        "UPDATE mails SET id = id + 10 | 1,2,3",
        "UPDATE mails SET id = 9, trashed = 1 WHERE id = 2 | 2",
        "REPLACE INTO mails (id, key) VALUES (9, 'key 2') | 2",
        "INSERT OR REPLACE INTO mails (id, key) VALUES (1, 'key 2') | 2",
        "REPLACE INTO mails (id, key) VALUES (9, 'key 1'), (10, 'key 2'), (11, 'key 3') | 1,2,3",
        "REPLACE INTO mails (id, trashed) VALUES (2, 1) | 2",
        "UPDATE OR REPLACE mails SET key = 'key 2' WHERE id = 1 | 2",
        "UPDATE OR REPLACE mails SET id = 2 WHERE id = 1 | 1",
        "UPDATE OR REPLACE mails SET id = 2, trashed = 1 WHERE id = 1 | 1,2",
        "INSERT INTO mails (id) VALUES (2) ON CONFLICT DO UPDATE SET trashed = 1 | 2",
        "INSERT INTO mails (id) VALUES (2) ON CONFLICT DO UPDATE SET id = 9 | 2",
      })
  void statementIsRecorded(String statement, String ids) {
    sql.run(statement);
    assertEquals(
        List.of(ids.split(",")).stream().map(Long::valueOf).toList(),
        removed().stream().sorted().toList());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "INSERT INTO mails (id, trashed) VALUES (9, 1)",
        "INSERT OR IGNORE INTO mails (id, key) VALUES (1, 'key 2')",
        "INSERT INTO mails (id) VALUES (2) ON CONFLICT DO NOTHING",
        "INSERT INTO mails (id) VALUES (2) ON CONFLICT DO UPDATE SET title = 'other'",
        "REPLACE INTO mails (id, title) VALUES (2, 'other')",
        "UPDATE mails SET id = id, trashed = 0, key = key",
        "UPDATE mails SET title = 'other'"
      })
  void statementThatRemovesNothingIsNotRecorded(String statement) {
    sql.run(statement);
    sql.run("INSERT INTO mails (id) VALUES (20)");
    sql.run("UPDATE mails SET key = 'twenty' WHERE id = 20");
    assertEquals(List.of(), removed());
  }

  @Test
  void endOfTrashedMailIsNoRemoval() {
    sql.run("UPDATE mails SET trashed = 1");
    settleAll();
    sql.run("UPDATE mails SET id = 9 WHERE id = 1");
    sql.run("REPLACE INTO mails (id, key, trashed) VALUES (10, 'key 2', 1)");
    sql.run("DELETE FROM mails");
    assertEquals(List.of(), removed());
  }

  @Test
  void eachRemovalOfAnIdIsRecorded() {
    sql.run("UPDATE mails SET trashed = 1 WHERE id = 2");
    sql.run("UPDATE mails SET trashed = 0 WHERE id = 2");
    sql.run("DELETE FROM mails WHERE id = 2");
    sql.run("INSERT INTO mails (id) VALUES (2)");
    assertEquals(List.of(2L, 2L), removed());
    assertEquals(
        List.of(1L, 2L, 3L),
        store.live(Scope.ALL, 0, 9).stream().map(MessageRevision::messageId).toList());
  }

  /** What an earlier statement left to the triggers is not recorded twice. */
  @Test
  void ignoredConflictIsForgottenWithItsMail() {
    sql.run("INSERT OR IGNORE INTO mails (id, key) VALUES (9, 'key 1'), (10, 'key 2')");
    sql.run("INSERT OR IGNORE INTO mails (id) VALUES (3)");
    sql.run("DELETE FROM mails WHERE id = 1");
    sql.run("UPDATE mails SET id = 9 WHERE id = 2");
    sql.run("UPDATE mails SET trashed = 1 WHERE id = 3");
    sql.run("INSERT INTO mails (id) VALUES (20)");
    assertEquals(List.of(1L, 2L, 3L), removed());
  }

  @Test
  void cascadeIsRecorded() {
    sql.run("PRAGMA foreign_keys = ON");
    sql.run("UPDATE mails SET account = 2 WHERE id = 3");
    sql.run("DELETE FROM accounts WHERE no = 1");
    assertEquals(List.of(1L, 2L), removed());
  }

  @Test
  void changeOfIdByCascadeIsRecorded() {
    try (SqlClient other = new SqlClient(folder.file("cascade.db"))) {
      other.run("PRAGMA foreign_keys = ON");
      other.run("CREATE TABLE items (no INTEGER PRIMARY KEY)");
      other.run(
          "CREATE TABLE mails (id INTEGER PRIMARY KEY REFERENCES items (no) ON UPDATE CASCADE,"
              + " title TEXT, trashed INTEGER)");
      other.run("INSERT INTO items VALUES (1)");
      other.run("INSERT INTO mails VALUES (1, 'title', 0)");
      try (SqliteMessageStore mails =
          SqliteMessageStore.install(folder.file("cascade.db"), MAILS)) {
        other.run("UPDATE items SET no = 5");
        assertEquals(List.of(1L), mails.removed(0, 9).stream().map(Removal::messageId).toList());
      }
    }
  }

  @Test
  void writeOfHostTriggerIsRecorded() {
    sql.run("CREATE TABLE spam (key TEXT)");
    sql.run(
        "CREATE TRIGGER purge AFTER INSERT ON spam"
            + " BEGIN DELETE FROM mails WHERE key = NEW.key; END");
    sql.run("INSERT INTO spam VALUES ('key 2')");
    assertEquals(List.of(2L), removed());
  }

  @Test
  void rolledBackRemovalIsNotListed() {
    sql.run("BEGIN");
    sql.run("DELETE FROM mails");
    sql.run("ROLLBACK");
    assertEquals(List.of(), removed());
  }

  @Test
  void recursiveTriggersRecordOnce() {
    sql.run("PRAGMA recursive_triggers = ON");
    sql.run("REPLACE INTO mails (id, key) VALUES (9, 'key 2')");
    assertEquals(List.of(2L), removed());
  }

  // Listing and settling

  @Test
  void pagesFollowTheSequence() {
    sql.run("DELETE FROM mails WHERE id = 3");
    sql.run("DELETE FROM mails WHERE id = 1");
    sql.run("DELETE FROM mails WHERE id = 2");
    List<Removal> first = store.removed(0, 2);
    assertEquals(List.of(3L, 1L), first.stream().map(Removal::messageId).toList());
    assertEquals(List.of(2L), removedAfter(first.get(1).sequence()));
    assertEquals(List.of(), store.removed(0, 0));
    try (SqliteMessageStore reader = SqliteMessageStore.openReadOnly(file, MAILS)) {
      assertEquals(first, reader.removed(0, 2));
      assertThrows(StoreException.class, () -> reader.settleRemoved(first));
    }
  }

  @Test
  void settlingEndsExactlyTheGivenRemovals() {
    sql.run("DELETE FROM mails WHERE id < 3");
    List<Removal> both = store.removed(0, 9);
    Removal first = both.get(0);
    store.settleRemoved(
        List.of(new Removal(first.sequence(), 77), new Removal(first.sequence() + 50, 1)));
    assertEquals(both, store.removed(0, 9));
    sql.run("INSERT INTO mails (id) VALUES (1)");
    sql.run("DELETE FROM mails WHERE id = 1");
    store.settleRemoved(List.of(first));
    store.settleRemoved(List.of(first));
    assertEquals(List.of(2L, 1L), removed());
  }

  @Test
  void sequencesAreNeverUsedAgain() {
    List<Long> sequences = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      sql.run("REPLACE INTO mails (id, key) VALUES (8, 'key 1'), (9, 'key 2')");
      store.removed(0, 9).forEach(removal -> sequences.add(removal.sequence()));
      settleAll();
      sql.run("DELETE FROM mails WHERE id > 3");
      store.removed(0, 9).forEach(removal -> sequences.add(removal.sequence()));
      settleAll();
      sql.run("REPLACE INTO mails (id, key) VALUES (1, 'key 1'), (2, 'key 2')");
    }
    assertEquals(sequences.stream().sorted().distinct().toList(), sequences);
    assertEquals(16, sequences.size());
  }

  /** No other statement moves the counter on in between. */
  @Test
  void replacementsByUpdateHaveSequencesOfTheirOwn() {
    sql.run("UPDATE OR REPLACE mails SET key = 'key 2' WHERE id = 1");
    sql.run("UPDATE OR REPLACE mails SET key = 'key 3' WHERE id = 1");
    assertEquals(List.of(2L, 3L), removed());
  }

  @Test
  void manyRemovalsAreSettledAtOnce() {
    sql.run("DELETE FROM mails");
    sql.run(
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 25000)"
            + " INSERT INTO mails (id) SELECT i FROM n");
    sql.run("UPDATE mails SET trashed = 1");
    List<Removal> all = store.removed(0, 100_000);
    assertEquals(25_003, all.size());
    store.settleRemoved(all);
    assertEquals(List.of(), removed());
  }

  /** Each insert looks for rows that it may replace, by each unique key of its own. */
  @Test
  void insertsSeekWhatTheyMayReplace() {
    String inserts =
        "WITH RECURSIVE n (i) AS (SELECT %d UNION ALL SELECT i + 1 FROM n WHERE i < %d)"
            + " INSERT INTO mails (id, key) SELECT i, 'another ' || i FROM n";
    long few = stepsOf(inserts.formatted(10, 59));
    sql.run(inserts.formatted(60, 5_000));
    long many = stepsOf(inserts.formatted(5_001, 5_050));
    assertTrue(many < 2 * few, () -> few + " steps, then " + many);
  }

  private long stepsOf(String statement) {
    AtomicLong steps = new AtomicLong();
    try (Connection connection = new StepCountingConnections(file, steps).writing();
        Statement client = connection.createStatement()) {
      long before = steps.get();
      client.executeUpdate(statement);
      return steps.get() - before;
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  /** What is known to be removed is not forgotten when lost triggers are made again. */
  @Test
  void reinstallationKeepsRemovals() {
    sql.run("DELETE FROM mails WHERE id = 1");
    List<Removal> before = store.removed(0, 9);
    sql.run("DROP TRIGGER embed_message_delete");
    SqliteMessageStore.install(file, MAILS).close();
    assertEquals(before, store.removed(0, 9));
    sql.run("DELETE FROM mails WHERE id = 2");
    List<Removal> after = store.removed(before.get(0).sequence(), 9);
    assertEquals(List.of(2L), after.stream().map(Removal::messageId).toList());
    sql.run("DROP TABLE embed_removed");
    SqliteMessageStore.install(file, MAILS).close();
    // An open connection learns of the new table when it reads.
    assertEquals(1, sql.number("SELECT count(*) FROM mails").orElseThrow());
    sql.run("DELETE FROM mails WHERE id = 3");
    assertTrue(store.removed(0, 9).get(0).sequence() > after.get(0).sequence());
    assertEquals(List.of(), sql.column("SELECT name FROM sqlite_schema WHERE name = 'embed_kept'"));
  }

  // Any statements

  @Provide
  Arbitrary<List<String>> statements() {
    Arbitrary<String> id = Arbitraries.of("1", "2", "3", "4", "NULL");
    Arbitrary<String> key = Arbitraries.of("'a'", "'b'", "'c'", "NULL");
    Arbitrary<String> trashed = Arbitraries.of("0", "0", "1", "NULL");
    Arbitrary<String> or = Arbitraries.of("", "OR REPLACE", "OR REPLACE", "OR IGNORE", "OR FAIL");
    Arbitrary<String> row = Combinators.combine(id, key, trashed).as("(%s, %s, %s)"::formatted);
    return Arbitraries.oneOf(
            Combinators.combine(or, row, row)
                .as("INSERT %s INTO mails (id, key, trashed) VALUES %s, %s"::formatted),
            Combinators.combine(row, trashed)
                .as(
                    ("INSERT INTO mails (id, key, trashed) VALUES %s"
                            + " ON CONFLICT DO UPDATE SET trashed = %s")
                        ::formatted),
            Combinators.combine(or, id, id)
                .as("UPDATE %s mails SET id = %s WHERE id = %s"::formatted),
            Combinators.combine(or, key, trashed, id)
                .as("UPDATE %s mails SET key = %s, trashed = %s WHERE id > %s"::formatted),
            id.map("DELETE FROM mails WHERE id = %s"::formatted),
            Arbitraries.of("PRAGMA recursive_triggers = ON", "PRAGMA recursive_triggers = OFF"))
        .list()
        .ofMinSize(1)
        .ofMaxSize(30);
  }

  /** Each id that is no longer live is recorded once; others only if REPLACE put a row there. */
  @Property(tries = 100)
  void everyEndOfLifeIsRecordedOnce(@ForAll("statements") List<String> statements) {
    open();
    try {
      for (String statement : statements) {
        Set<Long> before = live();
        try {
          sql.run(statement);
        } catch (AssertionError refusedByConstraint) {
          // OR FAIL keeps what it did before the conflict.
          assertTrue(statement.startsWith("INSERT") || statement.startsWith("UPDATE"), statement);
        }
        Set<Long> after = live();
        List<Long> removed = removed();
        for (long id : before) {
          if (!after.contains(id)) {
            int times = Collections.frequency(removed, id);
            assertTrue(times == 1 || (times > 1 && manyRows(statement)), statement + removed);
          }
        }
        for (long id : removed) {
          assertTrue(!after.contains(id) || statement.contains("REPLACE"), statement + removed);
          assertTrue(before.contains(id) || manyRows(statement), statement + before + removed);
        }
        settleAll();
      }
    } finally {
      close();
    }
  }

  /** Returns whether a message may begin and end within the statement. */
  private static boolean manyRows(String statement) {
    return statement.contains("), (") || statement.contains("WHERE id >");
  }

  private Set<Long> live() {
    List<Long> ids = IntStream.range(1, 100).mapToObj(Long::valueOf).toList();
    return store.find(ids, 1).stream().map(message -> message.id()).collect(Collectors.toSet());
  }
}
