package io.msgvault.embed.pgvector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.msgvault.embed.EmbedJob;
import io.msgvault.embed.RunOutcome;
import io.msgvault.embed.mapping.ArchiveMapping;
import io.msgvault.embed.mapping.IncompatibleTablesException;
import io.msgvault.embed.memory.HashEmbedder;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.store.MessageRevision;
import io.msgvault.embed.store.Removal;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests what happens to whole partitions, and which partitioned tables are refused. */
class PartitionedTablesTest {
  private static final ArchiveMapping MAILS =
      ArchiveMapping.builder("mails", "id")
          .subject("title")
          .bodies("bodies", "mail")
          .text("body")
          .source(ArchiveMapping.Name.in("team"))
          .build();

  /** Partitions by list, one of which is partitioned by range, and one in another schema. */
  private static final String TABLES =
      """
      CREATE SCHEMA %1$s;
      CREATE SCHEMA "%1$s other";
      SET LOCAL search_path = %1$s;
      CREATE TABLE mails (id bigint, team text, day int, title text, PRIMARY KEY (id, team, day))
        PARTITION BY LIST (team);
      CREATE TABLE sales PARTITION OF mails FOR VALUES IN ('sales') PARTITION BY RANGE (day);
      CREATE TABLE sales_1 PARTITION OF sales FOR VALUES FROM (1) TO (2);
      CREATE TABLE "%1$s other"."other 'team' {id}" PARTITION OF mails DEFAULT;
      CREATE TABLE bodies (mail bigint, team text, body text, PRIMARY KEY (mail, team))
        PARTITION BY LIST (team);
      CREATE TABLE sales_bodies PARTITION OF bodies FOR VALUES IN ('sales');
      CREATE TABLE other_bodies PARTITION OF bodies DEFAULT;
      INSERT INTO mails VALUES (1, 'sales', 1, 'heron'), (2, 'help', 1, 'crane'), (3, 'help', 2, 'ibis');
      INSERT INTO bodies VALUES (1, 'sales', 'grey'), (2, 'help', 'white')""";

  private final String schema = TestDatabase.freshName();
  private PgMessageStore messages;

  @BeforeEach
  void install() {
    TestMapping.script(TestDatabase.pool(), TABLES.formatted(schema));
    reinstall();
    messages = PgMessageStore.open(TestDatabase.pool(), schema, MAILS);
    TestDatabase.settle(messages, 1);
    execute(
        "CREATE TABLE sales_2 PARTITION OF sales FOR VALUES FROM (2) TO (3);"
            + "INSERT INTO sales_2 (id, team, day, title) VALUES (4, 'sales', 2, 'stork')");
  }

  @AfterEach
  void drop() {
    messages.close();
    TestDatabase.drop(schema);
    TestDatabase.drop("\"" + schema + " other\"");
  }

  private void reinstall() {
    PgMessageStore.install(TestDatabase.pool(), schema, MAILS).close();
  }

  @Test
  void writesThatNameLaterPartitionAreSeen() {
    requireLive(List.of(1L, 2L, 3L, 4L), List.of(4L));
    TestDatabase.settle(messages, 1);
    execute("UPDATE sales_2 SET title = 'egret'; UPDATE sales_bodies SET body = 'blue'");
    requireLive(List.of(1L, 2L, 3L, 4L), List.of(1L, 4L));
    execute("DELETE FROM sales_2");
    requireLive(List.of(1L, 2L, 3L), List.of(1L));
    assertEquals(List.of(4L), removed());
  }

  @Test
  void rowThatMovesNeedsWorkAndStaysCounted() {
    TestDatabase.settle(messages, 1);
    execute("UPDATE mails SET team = 'help' WHERE id = 4");
    requireLive(List.of(1L, 2L, 3L, 4L), List.of(4L));
  }

  @Test
  void laterPartitionLacksOneTriggerUntilInstallIsCalled() {
    List<String> problems = validate();
    assertEquals(1, problems.size(), problems::toString);
    assertTrue(problems.get(0).contains("sales_2"), problems::toString);
    reinstall();
    assertEquals(List.of(), validate());
    requireLive(List.of(1L, 2L, 3L, 4L), List.of(4L));
    execute("TRUNCATE sales_2");
    requireLive(List.of(1L, 2L, 3L), List.of());
    assertEquals(List.of(4L), removed());
  }

  @Test
  void truncationOfPartitionIsRecordedAndCounted() {
    reinstall();
    execute("TRUNCATE %s.\"other 'team' {id}\"".formatted('"' + schema + " other\""));
    requireLive(List.of(1L, 4L), List.of(4L));
    assertEquals(List.of(2L, 3L), removed());
    execute("TRUNCATE mails");
    requireLive(List.of(), List.of());
    assertEquals(List.of(1L, 2L, 3L, 4L), removed());
  }

  @Test
  void truncationOfPartitionOfBodiesRenewsTheirMessages() {
    TestDatabase.settle(messages, 1);
    execute("TRUNCATE sales_bodies");
    requireLive(List.of(1L, 2L, 3L, 4L), List.of(1L));
    execute("TRUNCATE bodies");
    requireLive(List.of(1L, 2L, 3L, 4L), List.of(1L, 2L));
  }

  /** No trigger fires, so the counts stay until they are made anew. */
  @ParameterizedTest
  @ValueSource(strings = {"ALTER TABLE sales DETACH PARTITION sales_1", "DROP TABLE sales_1"})
  void partitionThatLeftIsFoundByBackstop(String leaves) {
    reinstall();
    try (PgVectorStore vectors = PgVectorStore.install(TestDatabase.pool(), schema);
        EmbedJob job = EmbedJob.builder(messages, vectors, new HashEmbedder()).build()) {
      assertInstanceOf(RunOutcome.Completed.class, job.runOnce());
      execute(leaves);
      assertTrue(validate().toString().contains("recount"), validate()::toString);
      assertEquals(1, messages.miscounted());
      assertInstanceOf(RunOutcome.Completed.class, job.runBackstop());
      assertEquals(List.of(), validate());
      requireLive(List.of(2L, 3L, 4L), List.of(2L, 3L, 4L)); // stamped for another generation
      long active = vectors.active().orElseThrow().id();
      assertEquals(
          List.of(2L, 3L, 4L),
          vectors.messageIds(active, 0, 9).stream().map(MessageRevision::messageId).toList());
    }
  }

  /** The trigger that a detached partition keeps does not count for the archive. */
  @Test
  void detachedPartitionIsNoPartOfTheArchive() {
    execute("ALTER TABLE sales DETACH PARTITION sales_1");
    messages.recount();
    execute(
        "UPDATE sales_1 SET title = 'other'; INSERT INTO sales_1 VALUES (9, 'sales', 1, 'rail')");
    execute("TRUNCATE sales_1");
    requireLive(List.of(2L, 3L, 4L), List.of(4L));
    assertEquals(List.of(), removed());
  }

  @Test
  void attachedPartitionIsCountedByInstall() {
    execute(
        """
        CREATE TABLE sales_3 (LIKE mails INCLUDING ALL);
        INSERT INTO sales_3 (id, team, day, title) VALUES (5, 'sales', 3, 'rail');
        ALTER TABLE sales ATTACH PARTITION sales_3 FOR VALUES FROM (3) TO (4)""");
    assertEquals(1, messages.miscounted());
    reinstall();
    requireLive(List.of(1L, 2L, 3L, 4L, 5L), List.of(4L, 5L));
    execute("DELETE FROM sales_3");
    requireLive(List.of(1L, 2L, 3L, 4L), List.of(4L));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ALTER TABLE sales_1 DISABLE TRIGGER zz_embed_count_update | zz_embed_count_update",
        "ALTER TABLE sales_1 DISABLE TRIGGER ALL | zz_embed_update",
        "CREATE TRIGGER host BEFORE UPDATE ON sales_1 FOR EACH ROW EXECUTE FUNCTION refuse()"
            + " | refuses an update of a message, by one of the triggers \"host\"",
        "CREATE TRIGGER zzz BEFORE UPDATE ON sales_1 FOR EACH ROW EXECUTE FUNCTION refuse()"
            + " | fires after those of the library"
      })
  void validateFindsTroubleOfOnePartition(String trouble, String expected) {
    reinstall();
    execute(
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE ''no''; END'; "
            + trouble);
    assertTrue(validate().toString().contains(expected), validate()::toString);
  }

  @Test
  void uninstallRemovesEverything() {
    reinstall();
    execute("ALTER TABLE sales DETACH PARTITION sales_1");
    PgMessageStore.uninstall(TestDatabase.pool(), schema, MAILS);
    List<String> left =
        TestDatabase.jdbi()
            .withHandle(
                handle ->
                    handle
                        .select(
                            """
                            SELECT concat(relname, attname, tgname, proname)
                              FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = relnamespace
                              LEFT JOIN pg_attribute AS a ON attrelid = c.oid AND NOT attisdropped
                              LEFT JOIN pg_trigger AS t ON tgrelid = c.oid
                              LEFT JOIN pg_proc AS p ON pronamespace = n.oid
                             WHERE nspname LIKE ?
                               AND c.oid NOT IN (SELECT to_regclass(?)::oid
                                     UNION SELECT indexrelid FROM pg_index
                                            WHERE indrelid = to_regclass(?))
                               AND concat(relname, attname, tgname, proname) LIKE ?""",
                            schema + "%",
                            schema + ".sales_1",
                            schema + ".sales_1",
                            "%embed%")
                        .mapTo(String.class)
                        .list());
    assertEquals(List.of(), left);
    execute("ALTER TABLE mails ADD note text; INSERT INTO mails VALUES (8, 'x', 1, 'rail')");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "CREATE TABLE m (id bigint, d int, t text) PARTITION BY LIST (d) | id | not a key",
        "CREATE TABLE m (id bigint, d int, t text, PRIMARY KEY (d, id)) PARTITION BY LIST (d) | id | not a key",
        "CREATE TABLE m (id bigint, d int, t text, PRIMARY KEY (id, d, t)) PARTITION BY LIST (d) | id | not a key",
        "CREATE TABLE m (id bigint, d int, t text, PRIMARY KEY (id, d)) PARTITION BY LIST (d);"
            + " CREATE UNLOGGED TABLE u PARTITION OF m DEFAULT | id | unlogged",
        "CREATE TABLE m (id bigint, d int, t text, PRIMARY KEY (id, d)) PARTITION BY LIST (d);"
            + " CREATE TABLE m1 PARTITION OF m FOR VALUES IN (1); CREATE TABLE m2 PARTITION OF m DEFAULT;"
            + " INSERT INTO m VALUES (7, 1, 'heron'), (7, 2, 'crane') | id | more than one partition"
      })
  void unfitTablesAreRefused(String table, String id, String expected) {
    execute(table);
    requireRefused(ArchiveMapping.builder("m", id).text("t").build(), expected);
  }

  @Test
  void partitionByItselfIsRefused() {
    execute(
        "CREATE TABLE m (id bigint PRIMARY KEY, t text) PARTITION BY RANGE (id);"
            + "CREATE TABLE part PARTITION OF m DEFAULT");
    requireRefused(ArchiveMapping.builder("part", "id").text("t").build(), "the whole");
  }

  private void requireRefused(ArchiveMapping mapping, String expected) {
    PgMessageStore.uninstall(TestDatabase.pool(), schema, MAILS);
    List<String> problems = PgMessageStore.validate(TestDatabase.pool(), schema, mapping);
    assertTrue(problems.toString().contains(expected), problems::toString);
    IncompatibleTablesException refusal =
        assertThrows(
            IncompatibleTablesException.class,
            () -> PgMessageStore.install(TestDatabase.pool(), schema, mapping));
    assertTrue(refusal.problems().toString().contains(expected), refusal::getMessage);
  }

  /** Requires that these messages are live, listed and counted, and these need work. */
  private void requireLive(List<Long> live, List<Long> needingWork) {
    assertEquals(live, ids(messages.live(Scope.ALL, 0, 99)));
    assertEquals(0, messages.miscounted());
    assertEquals(live.size(), messages.coverage(1, Scope.ALL).live());
    assertEquals(needingWork, ids(messages.needingWork(1, Scope.ALL, 0, 99)));
    assertEquals(needingWork.size(), messages.coverage(1, Scope.ALL).missing());
  }

  private static List<Long> ids(List<MessageRevision> found) {
    return found.stream().map(MessageRevision::messageId).toList();
  }

  private List<Long> removed() {
    return messages.removed(0, 99).stream().map(Removal::messageId).sorted().toList();
  }

  private List<String> validate() {
    return PgMessageStore.validate(TestDatabase.pool(), schema, MAILS);
  }

  private void execute(String script) {
    TestMapping.script(
        TestDatabase.pool(), "SET LOCAL search_path = %s; %s".formatted(schema, script));
  }
}
