package io.msgvault.embed.pgvector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.msgvault.embed.model.Coverage;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.pgvector.internal.archive.CoverageCounter;
import io.msgvault.embed.pgvector.internal.db.Database;
import io.msgvault.embed.store.Message;
import io.msgvault.embed.store.ScanLimits;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tests of the triggers that the kit lacks, since they need PostgreSQL. */
class ArchiveTriggersTest {
  private final String schema = TestDatabase.acquireArchive();
  private final PgMessageStore messages = PgMessageStore.open(TestDatabase.pool(), schema);
  private Handle host;

  @BeforeEach
  void connect() {
    host = TestDatabase.jdbi().open();
    host.execute("SET search_path = " + schema);
  }

  @AfterEach
  void release() {
    host.execute("RESET search_path");
    host.close();
    messages.close();
    TestDatabase.releaseArchive(schema);
  }

  @Test
  void truncatingBodiesClearsStampsOfMessagesWithText() {
    insert(3);
    host.execute("UPDATE message_bodies SET body_text = '', body_html = NULL WHERE message_id = 2");
    TestDatabase.settle(messages, 1);
    host.execute("TRUNCATE message_bodies");
    assertEquals(new Coverage(3, 1, 0, 0, 2), messages.coverage(1, Scope.ALL));
    assertEquals(List.of("", "", ""), texts());
  }

  @Test
  void truncatingMessagesClearsCounts() {
    insert(3);
    host.execute("TRUNCATE messages CASCADE");
    assertEquals(new Coverage(0, 0, 0, 0, 0), messages.coverage(1, Scope.ALL));
    insert(1);
    assertEquals(new Coverage(1, 0, 0, 0, 1), messages.coverage(1, Scope.ALL));
  }

  @Test
  void truncatingUnderOlderSnapshotClearsCounts() {
    insert(2);
    host.begin();
    host.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ");
    assertEquals(2, host.createQuery("SELECT count(*) FROM messages").mapTo(Integer.class).one());
    TestDatabase.jdbi()
        .useTransaction(
            other -> {
              other.execute("SET LOCAL search_path = " + schema);
              other.execute("INSERT INTO messages (id, source_id, subject) VALUES (3, 1, 'heron')");
              other.execute("INSERT INTO message_bodies VALUES (3, 'heron')");
            });
    host.execute("TRUNCATE messages CASCADE");
    host.commit();
    assertEquals(new Coverage(0, 0, 0, 0, 0), messages.coverage(1, Scope.ALL));
  }

  @Test
  void truncatingDuringCompactionClearsCounts() throws Exception {
    insert(3);
    String truncate = "TRUNCATE messages CASCADE -- while folding";
    Database database = new Database(TestDatabase.pool(), schema);
    CompletableFuture<Integer> truncating =
        database.write(
            session -> {
              CoverageCounter.compact(session);
              CompletableFuture<Integer> waiting = OwnThread.supply(() -> host.execute(truncate));
              TestDatabase.awaitLockWaitOf(truncate);
              return waiting;
            });
    truncating.get();
    assertEquals(new Coverage(0, 0, 0, 0, 0), messages.coverage(1, Scope.ALL));
  }

  @Test
  void changesByHostTriggersCount() {
    insert(1);
    host.execute(
        """
        CREATE FUNCTION tidy() RETURNS trigger LANGUAGE plpgsql
            AS 'BEGIN NEW.subject := trim(NEW.subject); RETURN NEW; END';
        CREATE TRIGGER tidy BEFORE UPDATE ON messages FOR EACH ROW EXECUTE FUNCTION tidy()""");
    try {
      TestDatabase.settle(messages, 1);
      long revision = message().revision();
      host.execute("UPDATE messages SET subject = subject || '  '");
      assertEquals(revision, message().revision());
      host.execute("UPDATE messages SET subject = subject || ' x', size_bytes = 1");
      assertNotEquals(revision, message().revision());
      assertEquals(new Coverage(1, 0, 0, 0, 1), messages.coverage(1, Scope.ALL));
    } finally {
      host.execute("DROP TRIGGER tidy ON messages; DROP FUNCTION tidy()");
    }
  }

  @Test
  void rolledBackEditKeepsStampAndUsesUpRevision() {
    insert(1);
    TestDatabase.settle(messages, 1);
    long before = message().revision();
    host.begin();
    host.execute("UPDATE message_bodies SET body_text = 'other'");
    long during = host.createQuery("SELECT embed_rev FROM messages").mapTo(Long.class).one();
    host.rollback();
    assertEquals(before, message().revision());
    assertEquals(new Coverage(1, 1, 0, 0, 0), messages.coverage(1, Scope.ALL));
    host.execute("UPDATE message_bodies SET body_text = 'other'");
    assertTrue(message().revision() > during);
  }

  @Test
  void bulkStatementsAreCounted() {
    host.execute("INSERT INTO sources (id, name) VALUES (1, 'a'), (2, 'b')");
    host.execute(
        """
        INSERT INTO messages (id, source_id, message_type, deleted_at)
        SELECT g, 1 + g % 2, CASE WHEN g % 3 = 0 THEN 'sms' ELSE 'email' END,
               CASE WHEN g % 5 = 0 THEN now() END
          FROM generate_series(1, 1000) g""");
    host.execute("UPDATE messages SET source_id = 2 WHERE id % 7 = 0");
    host.execute("UPDATE messages SET deleted_at = now() WHERE id % 11 = 0");
    host.execute("UPDATE messages SET deleted_at = NULL WHERE id % 13 = 0");
    host.execute("DELETE FROM messages WHERE id % 17 = 0");
    host.execute("UPDATE messages SET embed_gen = 4, embed_outcome = 'BLANK' WHERE id % 2 = 0");
    assertCountsAreTrue();
    TestDatabase.settle(messages, 4);
    host.execute("UPDATE messages SET subject = 'x' WHERE id < 100");
    assertCountsAreTrue();
  }

  @Test
  void compactionKeepsSumsInFewerRows() throws Exception {
    insert(50);
    CompletableFuture<Void> writing =
        OwnThread.run(
            () -> {
              for (int i = 0; i < 50; i++) {
                int round = i;
                TestDatabase.jdbi()
                    .useHandle(
                        other ->
                            other.execute(
                                "UPDATE %s.messages SET subject = '%d'".formatted(schema, round)));
              }
            });
    Database database = new Database(TestDatabase.pool(), schema);
    List<CompletableFuture<Void>> folding =
        List.of(fold(database, writing), fold(database, writing));
    while (!writing.isDone()) {
      assertEquals(50, messages.coverage(1, Scope.ALL).live());
    }
    writing.get();
    for (CompletableFuture<Void> each : folding) {
      each.get();
    }
    database.write(CoverageCounter::compact);
    assertEquals(
        1, host.createQuery("SELECT count(*) FROM embed_counts").mapTo(Integer.class).one());
    assertCountsAreTrue();
  }

  private static CompletableFuture<Void> fold(Database database, CompletableFuture<Void> until) {
    return OwnThread.run(
        () -> {
          while (!until.isDone()) {
            database.write(CoverageCounter::compact);
          }
        });
  }

  private void assertCountsAreTrue() {
    List<String> wrong =
        host.createQuery(
                """
                SELECT type || source FROM (
                  SELECT type, source, embed_gen, embed_outcome, sum(live) AS live
                    FROM embed_counts GROUP BY 1, 2, 3, 4 HAVING sum(live) <> 0) AS kept
                FULL JOIN (
                  SELECT message_type AS type, source_id AS source, embed_gen, embed_outcome,
                         count(*) AS live
                    FROM messages WHERE deleted_at IS NULL GROUP BY 1, 2, 3, 4) AS counted
                 USING (type, source, live)
                 WHERE kept.embed_gen IS DISTINCT FROM counted.embed_gen
                    OR kept.embed_outcome IS DISTINCT FROM counted.embed_outcome
                    OR kept.live IS NULL OR counted.live IS NULL""")
            .mapTo(String.class)
            .list();
    assertEquals(List.of(), wrong);
  }

  private void insert(int count) {
    host.execute("INSERT INTO sources (id, name) VALUES (1, 'main') ON CONFLICT DO NOTHING");
    host.execute(
        """
        INSERT INTO messages (id, source_id, subject)
        SELECT g, 1, 'subject ' || g FROM generate_series(1, ?) g""",
        count);
    host.execute("INSERT INTO message_bodies SELECT id, 'text ' || id FROM messages");
  }

  private Message message() {
    return messages.find(List.of(1L), 100).get(0);
  }

  private List<String> texts() {
    return messages.find(List.of(1L, 2L, 3L), 100).stream().map(Message::text).toList();
  }

  @Test
  void scanOfManyGroupsIsOrderedById() {
    host.execute("INSERT INTO sources (id, name) SELECT g, 's' || g FROM generate_series(1, 40) g");
    host.execute(
        """
        INSERT INTO messages (id, source_id, message_type)
        SELECT g, 1 + g * 7 % 40, 't' || g % 3 FROM generate_series(1, 1200) g""");
    TestDatabase.settle(messages, 3);
    host.execute("UPDATE messages SET embed_gen = 4 + id % 3 WHERE id % 3 <> 0");
    List<Long> page =
        messages.scan(3, Scope.ALL, 100, new ScanLimits(25, 1_000_000, 10)).stream()
            .map(Message::id)
            .toList();
    List<Long> expected =
        host.createQuery(
                "SELECT id FROM messages WHERE id > 100 AND id % 3 <> 0 ORDER BY 1 LIMIT 25")
            .mapTo(Long.class)
            .list();
    assertEquals(expected, page);
  }
}
