package io.msgvault.embed.pgvector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.msgvault.embed.store.Removal;
import java.io.IOException;
import java.io.StringReader;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.PGConnection;

/** Tests what PostgreSQL's own ways of writing record as removed. */
class RemovedMessagesTest {
  private final String schema = TestDatabase.acquireArchive();
  private final PgMessageStore messages = PgMessageStore.open(TestDatabase.pool(), schema);
  private Handle host;

  @BeforeEach
  void fill() {
    host = TestDatabase.jdbi().open();
    host.execute("SET search_path = " + schema);
    host.execute("INSERT INTO sources (id, name) VALUES (1, 'main')");
    host.execute(
        "INSERT INTO messages (id, source_id, subject) SELECT g, 1, 's' FROM generate_series(1, 5) g");
    host.execute("UPDATE messages SET deleted_at = now() WHERE id = 5");
    messages.settleRemoved(messages.removed(0, 9));
  }

  @AfterEach
  void release() {
    host.execute("RESET search_path");
    host.close();
    messages.close();
    TestDatabase.releaseArchive(schema);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "DELETE FROM messages WHERE id IN (2, 3, 5)",
        "WITH gone AS (DELETE FROM messages WHERE id IN (2, 3) RETURNING id) SELECT * FROM gone",
        "UPDATE messages SET deleted_at = now() WHERE id IN (2, 3, 5)",
        "UPDATE messages SET id = id + 10 WHERE id IN (2, 3, 5)",
        """
        INSERT INTO messages (id, source_id) SELECT g, 1 FROM generate_series(2, 3) g
        ON CONFLICT (id) DO UPDATE SET deleted_at = now()""",
        """
        MERGE INTO messages USING (VALUES (2, true), (3, false)) AS s (key, purge) ON id = key
         WHEN MATCHED AND purge THEN DELETE
         WHEN MATCHED THEN UPDATE SET deleted_at = now()"""
      })
  void statementsRecordOnceWhatTheyRemove(String statement) {
    if (statement.startsWith("MERGE") && isBefore15()) {
      return;
    }
    host.execute(statement);
    assertRemoved(2, 3);
  }

  private boolean isBefore15() {
    return host.createQuery("SELECT current_setting('server_version_num')::int < 150000")
        .mapTo(Boolean.class)
        .one();
  }

  @Test
  void cascadeRecords() {
    host.execute("ALTER TABLE messages ADD parent bigint REFERENCES messages ON DELETE CASCADE");
    try {
      host.execute("UPDATE messages SET parent = 1 WHERE id IN (3, 4)");
      host.execute("DELETE FROM messages WHERE id = 1");
      assertRemoved(1, 3, 4);
    } finally {
      host.execute("ALTER TABLE messages DROP parent");
    }
  }

  @Test
  void ruleThatMarksInsteadOfDeletingRecords() {
    host.execute(
        """
        CREATE RULE keep AS ON DELETE TO messages
            DO INSTEAD UPDATE messages SET deleted_at = now() WHERE id = old.id""");
    try {
      host.execute("DELETE FROM messages WHERE id > 3");
      assertRemoved(4);
    } finally {
      host.execute("DROP RULE keep ON messages");
    }
  }

  @Test
  void hostTriggerThatMarksRecords() {
    host.execute(
        """
        CREATE FUNCTION expire() RETURNS trigger LANGUAGE plpgsql
            AS 'BEGIN NEW.deleted_at := now(); RETURN NEW; END';
        CREATE TRIGGER expire BEFORE UPDATE OF size_bytes ON messages
           FOR EACH ROW EXECUTE FUNCTION expire()""");
    try {
      host.execute("UPDATE messages SET size_bytes = 1 WHERE id > 3");
      assertRemoved(4);
    } finally {
      host.execute("DROP TRIGGER expire ON messages; DROP FUNCTION expire()");
    }
  }

  @Test
  void truncationRecordsLiveMessages() {
    host.execute("TRUNCATE messages CASCADE");
    assertRemoved(1, 2, 3, 4);
  }

  @Test
  void truncationOfWhatMessagesReferToRecords() {
    host.execute("TRUNCATE sources CASCADE");
    assertRemoved(1, 2, 3, 4);
  }

  @Test
  void copyAndOtherChangesRecordNothing() throws SQLException, IOException {
    host.getConnection()
        .unwrap(PGConnection.class)
        .getCopyAPI()
        .copyIn(
            "COPY messages (id, source_id, deleted_at) FROM STDIN",
            new StringReader("8\t1\t\\N\n9\t1\t2026-01-01\n"));
    host.execute("UPDATE messages SET subject = 'other', source_id = 1, id = id");
    host.execute("UPDATE messages SET deleted_at = NULL");
    TestDatabase.settle(messages, 1);
    host.execute("INSERT INTO messages (id, source_id) VALUES (1, 1) ON CONFLICT DO NOTHING");
    host.execute("DELETE FROM messages WHERE false");
    assertRemoved();
  }

  @Test
  void swappedIdsAreBothRecorded() {
    host.begin();
    host.execute("UPDATE messages SET id = 100 WHERE id = 1");
    host.execute("UPDATE messages SET id = 1 WHERE id = 2");
    host.execute("UPDATE messages SET id = 2 WHERE id = 100");
    host.commit();
    assertRemoved(1, 2, 100);
  }

  @Test
  void writesOfReplicaRecordNothing() {
    host.begin();
    host.execute("SET LOCAL session_replication_role = replica");
    host.execute("DELETE FROM messages WHERE id = 1");
    host.commit();
    assertRemoved();
  }

  @Test
  void rolledBackRemovalIsNotListed() {
    host.begin();
    host.execute("DELETE FROM messages WHERE id = 1");
    host.execute("SAVEPOINT before");
    host.execute("DELETE FROM messages WHERE id = 2");
    host.execute("ROLLBACK TO SAVEPOINT before");
    assertRemoved();
    host.commit();
    assertRemoved(1);
  }

  /** A sequence is drawn before its transaction commits, so the lower one may come later. */
  @Test
  void removalThatCommitsLateIsListedFromTheBeginning() {
    host.begin();
    host.execute("DELETE FROM messages WHERE id = 1");
    TestDatabase.jdbi()
        .useHandle(
            other -> other.execute("DELETE FROM %s.messages WHERE id = 2".formatted(schema)));
    List<Removal> first = messages.removed(0, 9);
    assertEquals(List.of(2L), ids(first));
    host.commit();
    long last = first.get(0).sequence();
    assertEquals(List.of(), messages.removed(last, 9));
    messages.settleRemoved(first);
    List<Removal> late = messages.removed(0, 9);
    assertEquals(List.of(1L), ids(late));
    assertTrue(late.get(0).sequence() < last);
    messages.settleRemoved(late);
    assertRemoved();
  }

  @Test
  void laterRemovalOfSameIdStaysWhenFormerIsSettled() {
    host.execute("UPDATE messages SET deleted_at = now() WHERE id = 1");
    List<Removal> former = messages.removed(0, 9);
    host.execute("UPDATE messages SET deleted_at = NULL WHERE id = 1");
    host.execute("DELETE FROM messages WHERE id = 1");
    assertRemoved(1, 1);
    messages.settleRemoved(former);
    assertRemoved(1);
    messages.settleRemoved(List.of(new Removal(messages.removed(0, 1).get(0).sequence(), 7)));
    assertRemoved(1);
  }

  @Test
  void pagesAreInOrder() {
    host.execute("DELETE FROM messages WHERE id = 3");
    host.execute("DELETE FROM messages WHERE id = 1");
    host.execute("DELETE FROM messages WHERE id = 2");
    List<Long> paged = new ArrayList<>();
    for (List<Removal> page = messages.removed(0, 2);
        !page.isEmpty();
        page = messages.removed(page.get(page.size() - 1).sequence(), 2)) {
      paged.addAll(ids(page));
    }
    assertEquals(List.of(3L, 1L, 2L), paged);
  }

  private void assertRemoved(Integer... expected) {
    assertEquals(
        List.of(expected).stream().map(Integer::longValue).toList(),
        ids(messages.removed(0, 100)).stream().sorted().toList());
  }

  private static List<Long> ids(List<Removal> removals) {
    return removals.stream().map(Removal::messageId).toList();
  }
}
