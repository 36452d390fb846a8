package io.msgvault.embed.pgvector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.msgvault.embed.mapping.ArchiveMapping;
import io.msgvault.embed.mapping.ArchiveMapping.Labels;
import io.msgvault.embed.mapping.ArchiveMapping.Marker;
import io.msgvault.embed.mapping.ArchiveMapping.Name;
import io.msgvault.embed.mapping.ArchiveMapping.Recipients;
import io.msgvault.embed.mapping.ArchiveMapping.Related;
import io.msgvault.embed.mapping.ArchiveMapping.TimeFormat;
import io.msgvault.embed.mapping.IncompatibleTablesException;
import io.msgvault.embed.mapping.MappingMismatchException;
import io.msgvault.embed.memory.ArchiveMessage;
import io.msgvault.embed.model.Coverage;
import io.msgvault.embed.model.MessageFilter;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.model.StoreException;
import io.msgvault.embed.pgvector.internal.db.Database;
import io.msgvault.embed.store.Message;
import io.msgvault.embed.store.NotInstalledException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests installation over a host's own tables, and its removal. */
class PgMappedTablesTest {
  private static final ArchiveMapping FLAT = TestMappings.SINGLE_TABLE.mapping();
  private final String schema = TestDatabase.freshName();

  @AfterEach
  void drop() {
    TestDatabase.drop(schema);
  }

  static Stream<TestMapping> tables() {
    return Stream.of(TestMappings.UNUSUAL, TestMappings.SINGLE_TABLE, TestMappings.MINIMAL);
  }

  @ParameterizedTest
  @MethodSource("tables")
  void installationLeavesRowsAndMakesThemNeedWork(TestMapping tables) {
    tables.create(TestDatabase.pool(), schema);
    write(tables, 20);
    String rows = "SELECT ctid::text || xmin FROM %s ORDER BY ctid".formatted(quoted(tables));
    List<String> before = list(rows);
    PgMessageStore.install(TestDatabase.pool(), schema, tables.mapping()).close();
    assertEquals(before, list(rows));
    try (PgMessageStore messages = tables.open(TestDatabase.pool(), schema)) {
      assertEquals(new Coverage(20, 0, 0, 0, 20), messages.coverage(1, Scope.ALL));
      List<Message> page = messages.scan(1, Scope.ALL, 0, TestDatabase.LIMITS);
      assertEquals(20, page.size());
      assertEquals("text 7", page.get(6).text());
      TestDatabase.settle(messages, 1);
      assertEquals(new Coverage(20, 20, 0, 0, 0), messages.coverage(1, Scope.ALL));
    }
  }

  @ParameterizedTest
  @MethodSource("tables")
  void uninstallationRestoresCatalogsAndContents(TestMapping tables) {
    tables.create(TestDatabase.pool(), schema);
    write(tables, 20);
    List<String> catalog = catalog();
    List<String> contents = contents(tables);
    PgMessageStore.install(TestDatabase.pool(), schema, tables.mapping()).close();
    assertNotEquals(catalog, catalog());
    try (PgMessageStore messages = tables.open(TestDatabase.pool(), schema)) {
      TestDatabase.settle(messages, 1);
    }
    PgMessageStore.uninstall(TestDatabase.pool(), schema, tables.mapping());
    assertEquals(catalog, catalog());
    assertEquals(contents, contents(tables));
    PgMessageStore.uninstall(TestDatabase.pool(), schema, tables.mapping());
    assertThrows(
        NotInstalledException.class, () -> tables.open(TestDatabase.pool(), schema).close());
    PgMessageStore.install(TestDatabase.pool(), schema, tables.mapping()).close();
    try (PgMessageStore messages = tables.open(TestDatabase.pool(), schema)) {
      assertEquals(new Coverage(20, 0, 0, 0, 20), messages.coverage(1, Scope.ALL));
    }
  }

  @Test
  void indexInSameSchemaSurvivesUninstallation() {
    TestMappings.SINGLE_TABLE.install(TestDatabase.pool(), schema);
    PgVectorStore.builder(TestDatabase.pool(), schema).install().close();
    PgMessageStore.uninstall(TestDatabase.pool(), schema, FLAT);
    PgVectorStore.builder(TestDatabase.pool(), schema).install().close();
    assertEquals(List.of("vectors"), list("SELECT DISTINCT component FROM embed_ledger"));
  }

  @Test
  void installingAgainChangesNothing() throws Exception {
    TestMappings.SINGLE_TABLE.create(TestDatabase.pool(), schema);
    ExecutorService executor = Executors.newFixedThreadPool(3);
    try {
      Callable<UUID> installation =
          () -> {
            PgMessageStore.install(TestDatabase.pool(), schema, FLAT).close();
            try (PgMessageStore messages = open()) {
              return messages.archiveId();
            }
          };
      Set<UUID> identities = new java.util.HashSet<>();
      for (Future<UUID> identity :
          executor.invokeAll(List.of(installation, installation, installation))) {
        identities.add(identity.get());
      }
      assertEquals(1, identities.size());
    } finally {
      executor.shutdown();
    }
    List<String> catalog = catalog();
    PgMessageStore.install(TestDatabase.pool(), schema, FLAT).close();
    assertEquals(catalog, catalog());
    assertEquals(List.of(), PgMessageStore.validate(TestDatabase.pool(), schema, FLAT));
  }

  @Test
  void otherMappingIsRefusedWithItsDifferences() {
    TestMappings.SINGLE_TABLE.install(TestDatabase.pool(), schema);
    List<String> catalog = catalog();
    ArchiveMapping other =
        ArchiveMapping.builder("mails", "id")
            .text("title")
            .type("kind")
            .source(Name.in("account"))
            .build();
    for (MappingMismatchException refusal :
        List.of(
            assertThrows(
                MappingMismatchException.class,
                () -> PgMessageStore.install(TestDatabase.pool(), schema, other).close()),
            assertThrows(
                MappingMismatchException.class,
                () -> PgMessageStore.open(TestDatabase.pool(), schema, other).close()))) {
      assertEquals(4, refusal.differences().size(), refusal::getMessage);
      for (String part : List.of("subject", "text", "html", "live")) {
        assertTrue(refusal.getMessage().contains(part + ":"), refusal::getMessage);
      }
    }
    assertEquals(4, PgMessageStore.validate(TestDatabase.pool(), schema, other).size());
    ArchiveMapping elsewhere = ArchiveMapping.builder("kept", "id").text("title").build();
    assertThrows(
        MappingMismatchException.class,
        () -> PgMessageStore.uninstall(TestDatabase.pool(), schema, elsewhere));
    assertThrows(
        MappingMismatchException.class,
        () -> PgArchive.install(TestDatabase.pool(), schema).close());
    assertEquals(catalog, catalog());
  }

  @Test
  void filterColumnsMayBeMappedLater() {
    TestMappings.SINGLE_TABLE.install(TestDatabase.pool(), schema);
    execute(
        """
        INSERT INTO mails (id) VALUES (1), (2);
        CREATE TABLE tags (mail bigint, tag text);
        INSERT INTO tags VALUES (2, 'urgent')""");
    ArchiveMapping more =
        ArchiveMapping.builder("mails", "id")
            .subject("title")
            .text("body")
            .html("page")
            .deleted("trashed", Marker.FALSE_WHILE_LIVE)
            .type("kind")
            .source(Name.in("account"))
            .labels(new Labels(new Related("tags", "mail"), Name.in("tag")))
            .build();
    try (PgMessageStore messages = PgMessageStore.open(TestDatabase.pool(), schema, more)) {
      assertEquals(
          Optional.of(List.of(2L)),
          messages.findMatching(MessageFilter.builder().labels(List.of("urgent")).build(), 9));
    }
  }

  @Test
  void columnOfChangedTypeIsRefused() {
    execute("CREATE SCHEMA %1$s; CREATE TABLE %1$s.mails (id int PRIMARY KEY, t text, acc int)");
    ArchiveMapping mapping =
        ArchiveMapping.builder("mails", "id").text("t").source(Name.in("acc")).build();
    PgMessageStore.install(TestDatabase.pool(), schema, mapping).close();
    execute("ALTER TABLE mails ALTER acc TYPE bigint");
    PgMessageStore.open(TestDatabase.pool(), schema, mapping).close();
    execute(
        """
        ALTER TABLE mails ADD acc2 text;
        ALTER TABLE mails RENAME acc TO acc1;
        ALTER TABLE mails RENAME acc2 TO acc""");
    assertThrows(
        MappingMismatchException.class,
        () -> PgMessageStore.open(TestDatabase.pool(), schema, mapping).close());
    PgMessageStore.uninstall(TestDatabase.pool(), schema, mapping);
    PgMessageStore.install(TestDatabase.pool(), schema, mapping).close();
  }

  @Test
  void allProblemsAreReportedAtOnce() {
    TestMappings.SINGLE_TABLE.create(TestDatabase.pool(), schema);
    ArchiveMapping mapping =
        ArchiveMapping.builder("mails", "id")
            .subject("nosubject")
            .bodies("nobodies", "id")
            .text("body")
            .deleted("title", Marker.FALSE_WHILE_LIVE)
            .type("received")
            .source(Name.by("account", "nosources", "id", "name"))
            .recipients(
                new Recipients(
                    new Related("norecipients", "mail"), Optional.empty(), Name.in("address")))
            .attachments("mails", "noattachment")
            .sentAt("size", TimeFormat.NATIVE)
            .sizeBytes("nosize")
            .build();
    List<String> problems = PgMessageStore.validate(TestDatabase.pool(), schema, mapping);
    for (String expected :
        List.of(
            "no column \"nosubject\"",
            "no table \"nobodies\"",
            "\"title\" of \"mails\" is of the type "
                + schema
                + ".words, where an integer or a number or boolean",
            "\"received\" of \"mails\" is of the type timestamp with time zone",
            "no table \"nosources\"",
            "no table \"norecipients\"",
            "no column \"noattachment\"",
            "\"size\" of \"mails\" is of the type numeric, where timestamptz",
            "no column \"nosize\"")) {
      assertTrue(
          problems.stream().anyMatch(problem -> problem.contains(expected)), expected + problems);
    }
    IncompatibleTablesException refusal =
        assertThrows(
            IncompatibleTablesException.class,
            () -> PgMessageStore.install(TestDatabase.pool(), schema, mapping).close());
    assertEquals(problems, refusal.problems());
    assertEquals(
        List.of(),
        list(
            "SELECT relname FROM pg_class WHERE relname LIKE 'embed_%'"
                + " AND relnamespace = '"
                + schema
                + "'::regnamespace"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "id uuid PRIMARY KEY DEFAULT gen_random_uuid(), t text",
        "id text PRIMARY KEY, t text",
        "id numeric PRIMARY KEY, t text",
        "id bigint, t text",
        "id bigint UNIQUE, t text",
        "id bigint NOT NULL UNIQUE DEFERRABLE, t text",
        "id bigint NOT NULL, tenant int, t text, PRIMARY KEY (tenant, id)"
      })
  void unusableKeysAreRefusedWithRemedy(String columns) {
    execute("CREATE SCHEMA %1$s; CREATE TABLE %1$s.mails (" + columns + ")");
    ArchiveMapping mapping = ArchiveMapping.builder("mails", "id").text("t").build();
    IncompatibleTablesException refusal = refused(mapping);
    assertTrue(
        refusal.getMessage().contains("GENERATED BY DEFAULT AS IDENTITY UNIQUE")
            || refusal.getMessage().contains("primary key"),
        refusal::getMessage);
    execute("ALTER TABLE mails ADD number bigint GENERATED BY DEFAULT AS IDENTITY UNIQUE");
    PgMessageStore.install(
            TestDatabase.pool(),
            schema,
            ArchiveMapping.builder("mails", "number").text("t").build())
        .close();
  }

  @Test
  void keysBelowOneAreRefused() {
    TestMappings.SINGLE_TABLE.create(TestDatabase.pool(), schema);
    execute("INSERT INTO mails (id) VALUES (5), (0)");
    List<String> catalog = catalog();
    assertTrue(refused(FLAT).getMessage().contains("keys below 1"));
    assertEquals(catalog, catalog());
    execute("DELETE FROM mails WHERE id = 0");
    PgMessageStore.install(TestDatabase.pool(), schema, FLAT).close();
    assertThrows(RuntimeException.class, () -> execute("INSERT INTO mails (id) VALUES (-1)"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CREATE TABLE rows (id bigint PRIMARY KEY, t text); CREATE VIEW mails AS TABLE rows",
        "CREATE TABLE rows (id bigint, t text); CREATE TABLE mails (PRIMARY KEY (id)) INHERITS (rows)",
        "CREATE UNLOGGED TABLE mails (id bigint PRIMARY KEY, t text)"
      })
  void tablesThatTriggersCannotWatchAreRefused(String statements) {
    execute("CREATE SCHEMA %1$s; SET LOCAL search_path = %1$s;" + statements);
    IncompatibleTablesException refusal =
        refused(ArchiveMapping.builder("mails", "id").text("t").build());
    assertTrue(
        Stream.of("view", "inheritance", "LOGGED").anyMatch(refusal.getMessage()::contains),
        refusal::getMessage);
  }

  @Test
  void secondBodyIsRefused() {
    execute(
        """
        CREATE SCHEMA %1$s;
        CREATE TABLE %1$s.mails (id bigint PRIMARY KEY);
        CREATE TABLE %1$s.bodies (mail bigint NOT NULL, t text)""");
    ArchiveMapping mapping =
        ArchiveMapping.builder("mails", "id").bodies("bodies", "mail").text("t").build();
    assertTrue(refused(mapping).getMessage().contains("UNIQUE"));
  }

  @Test
  void validationNamesMissingAndDisabledObjects() {
    TestMappings.UNUSUAL.install(TestDatabase.pool(), schema);
    ArchiveMapping mapping = TestMappings.UNUSUAL.mapping();
    List<String> all = new ArrayList<>();
    for (String change :
        List.of(
            "ALTER TABLE \"order\" DISABLE TRIGGER zz_embed_update",
            "ALTER TABLE \"order\" DISABLE TRIGGER zz_embed_removed_update",
            "ALTER TABLE \"user\" DISABLE TRIGGER zz_embed_update",
            "DROP TRIGGER zz_embed_truncate ON \"user\"",
            "DROP TRIGGER zz_embed_count_delete ON \"order\"; DROP FUNCTION embed_count_deleted()",
            "DROP INDEX embed_scan",
            "ALTER TABLE \"order\" DROP CONSTRAINT embed_id",
            "ALTER TABLE \"order\" DROP embed_reason",
            "DROP TABLE embed_removed",
            "DROP TABLE embed_counts",
            "DROP TABLE embed_archive")) {
      execute(change);
      List<String> missing = PgMessageStore.validate(TestDatabase.pool(), schema, mapping);
      assertTrue(missing.size() > all.size(), change + missing);
      assertTrue(missing.containsAll(all), change + missing);
      all = missing;
    }
  }

  @Test
  void viewOverStampPreventsUninstallation() {
    TestMappings.SINGLE_TABLE.install(TestDatabase.pool(), schema);
    execute("CREATE VIEW progress AS SELECT id, embed_gen FROM mails");
    List<String> catalog = catalog();
    assertThrows(
        StoreException.class, () -> PgMessageStore.uninstall(TestDatabase.pool(), schema, FLAT));
    assertEquals(catalog, catalog());
  }

  @Test
  void bulkStatementsOverOneTableAreCounted() {
    TestMappings.SINGLE_TABLE.install(TestDatabase.pool(), schema);
    try (PgMessageStore messages = open()) {
      execute(
          """
          INSERT INTO mails (id, kind, account, body, trashed)
          SELECT g, CASE WHEN g % 3 = 0 THEN 'chat'::kind END, nullif('a' || g % 4, 'a0'), 'heron ' || g,
                 nullif(g % 2, 0)
            FROM generate_series(1, 100) AS g""");
      assertEquals(new Coverage(50, 0, 0, 0, 50), messages.coverage(1, Scope.ALL));
      TestDatabase.settle(messages, 1);
      execute("UPDATE mails SET trashed = 1 - coalesce(trashed, 0)");
      assertEquals(new Coverage(50, 0, 0, 0, 50), messages.coverage(1, Scope.ALL));
      TestDatabase.settle(messages, 1);
      execute("UPDATE mails SET body = 'crane' WHERE id % 10 = 1");
      assertEquals(new Coverage(50, 40, 0, 0, 10), messages.coverage(1, Scope.ALL));
      execute("COPY mails (id, body) FROM PROGRAM 'printf \"200\\tegret\\n201\\tegret\\n\"'");
      assertEquals(new Coverage(52, 40, 0, 0, 12), messages.coverage(1, Scope.ALL));
      execute("TRUNCATE mails");
      assertEquals(new Coverage(0, 0, 0, 0, 0), messages.coverage(1, Scope.ALL));
    }
  }

  @Test
  void caseOnlyEditIsSeenUnderCaseInsensitiveCollation() {
    TestMappings.UNUSUAL.install(TestDatabase.pool(), schema);
    write(TestMappings.UNUSUAL, 3);
    try (PgMessageStore messages = TestMappings.UNUSUAL.open(TestDatabase.pool(), schema)) {
      TestDatabase.settle(messages, 1);
      execute("UPDATE \"order\" SET \"select\" = 'SUBJECT' WHERE \"group\" = 1");
      execute("UPDATE \"user\" SET \"body; DROP TABLE x; --\" = 'TEXT 2' WHERE \"OLD\" = 2");
      assertEquals(new Coverage(3, 1, 0, 0, 2), messages.coverage(1, Scope.ALL));
      execute("UPDATE \"order\" SET \"inserted\" = 'EMAIL' WHERE \"group\" = 1");
      assertEquals(2, messages.coverage(1, new Scope(Set.of("email"), Set.of())).live());
      assertEquals(
          Optional.of(List.of(1L)),
          messages.findMatching(MessageFilter.builder().types(List.of("EMAIL")).build(), 9));
    }
  }

  @Test
  void bodiesInTableOfMessagesNeedItsKey() {
    TestMappings.SINGLE_TABLE.create(TestDatabase.pool(), schema);
    ArchiveMapping.Builder mapping = ArchiveMapping.builder("mails", "id").text("body");
    assertTrue(refused(mapping.bodies("mails", "size").build()).getMessage().contains("itself"));
    ArchiveMapping own = mapping.bodies("mails", "id").build();
    PgMessageStore.install(TestDatabase.pool(), schema, own).close();
    execute("INSERT INTO mails (id, body) VALUES (1, 'heron')");
    try (PgMessageStore messages = PgMessageStore.open(TestDatabase.pool(), schema, own)) {
      assertEquals(List.of("heron"), textsToEmbed(messages));
    }
  }

  @Test
  void messagesWithoutTypeAndSourceHaveNoName() {
    TestMappings.SINGLE_TABLE.install(TestDatabase.pool(), schema);
    execute(
        """
        INSERT INTO mails (id, kind, account) VALUES
        (1, NULL, NULL), (2, 'chat', NULL), (3, NULL, 'a'), (4, 'chat', 'a'), (5, NULL, '')""");
    try (PgMessageStore messages = open()) {
      assertEquals(5, messages.scan(1, Scope.ALL, 0, TestDatabase.LIMITS).size());
      for (Scope scope :
          List.of(new Scope(Set.of(""), Set.of()), new Scope(Set.of(), Set.of("")))) {
        assertEquals(List.of(), messages.scan(1, scope, 0, TestDatabase.LIMITS));
        assertEquals(0, messages.coverage(1, scope).live());
        assertEquals(Optional.of(List.of()), messages.findMatching(scope.asFilter(), 9));
      }
      Scope chats = new Scope(Set.of("chat"), Set.of());
      assertEquals(2, messages.scan(1, chats, 0, TestDatabase.LIMITS).size());
      assertEquals(Optional.of(List.of(2L, 4L)), messages.findMatching(chats.asFilter(), 9));
      assertEquals(2, messages.coverage(1, new Scope(Set.of(), Set.of("a"))).live());
    }
  }

  @Test
  void enumLabelMayBeRenamed() {
    TestMappings.SINGLE_TABLE.install(TestDatabase.pool(), schema);
    execute("INSERT INTO mails (id, kind) VALUES (1, 'chat'), (2, 'email')");
    execute("ALTER TYPE kind RENAME VALUE 'chat' TO 'talk'; ALTER TYPE kind ADD VALUE 'call'");
    execute("INSERT INTO mails (id, kind) VALUES (3, 'call')");
    try (PgMessageStore messages = open()) {
      Scope talks = new Scope(Set.of("talk", "call"), Set.of());
      assertEquals(
          List.of(1L, 3L),
          messages.scan(1, talks, 0, TestDatabase.LIMITS).stream().map(Message::id).toList());
      assertEquals(2, messages.coverage(1, talks).live());
      assertEquals(0, messages.coverage(1, new Scope(Set.of("chat"), Set.of())).live());
    }
  }

  @Test
  void bodyMayPrecedeItsMessage() {
    execute(
        """
        CREATE SCHEMA %1$s;
        CREATE TABLE %1$s.mails (id int PRIMARY KEY, subject text);
        CREATE TABLE %1$s.bodies (mail int PRIMARY KEY, t text)""");
    ArchiveMapping mapping =
        ArchiveMapping.builder("mails", "id")
            .subject("subject")
            .bodies("bodies", "mail")
            .text("t")
            .build();
    PgMessageStore.install(TestDatabase.pool(), schema, mapping).close();
    try (PgMessageStore messages = PgMessageStore.open(TestDatabase.pool(), schema, mapping)) {
      execute("INSERT INTO bodies VALUES (1, 'heron')");
      execute("INSERT INTO mails VALUES (1, 'crane')");
      assertEquals(List.of("heron"), textsToEmbed(messages));
      execute(
          """
          WITH body AS (INSERT INTO bodies VALUES (2, 'heron'))
          INSERT INTO mails VALUES (2, 'egret')""");
      execute(
          """
          WITH message AS (INSERT INTO mails VALUES (3, 'egret'))
          INSERT INTO bodies VALUES (3, 'heron')""");
      assertEquals(List.of("heron", "heron", "heron"), textsToEmbed(messages));
      TestDatabase.settle(messages, 1);
      execute("UPDATE bodies SET mail = 4 WHERE mail = 3");
      execute("DELETE FROM mails WHERE id = 1");
      assertEquals(List.of(""), textsToEmbed(messages));
      execute("INSERT INTO mails VALUES (4, 'again')");
      assertEquals(List.of("", "heron"), textsToEmbed(messages));
    }
  }

  private static List<String> textsToEmbed(PgMessageStore messages) {
    return messages.scan(1, Scope.ALL, 0, TestDatabase.LIMITS).stream().map(Message::text).toList();
  }

  private PgMessageStore open() {
    return PgMessageStore.open(TestDatabase.pool(), schema, FLAT);
  }

  private IncompatibleTablesException refused(ArchiveMapping mapping) {
    IncompatibleTablesException refusal =
        assertThrows(
            IncompatibleTablesException.class,
            () -> PgMessageStore.install(TestDatabase.pool(), schema, mapping).close());
    assertTrue(
        PgMessageStore.validate(TestDatabase.pool(), schema, mapping)
            .containsAll(refusal.problems()));
    return refusal;
  }

  private void write(TestMapping tables, int count) {
    PgWriter writer = new PgWriter(TestDatabase.jdbi(), schema, tables);
    for (long id = 1; id <= count; id++) {
      writer.insert(id, ArchiveMessage.of("subject", "text " + id));
    }
  }

  private static String quoted(TestMapping tables) {
    return Database.quote(tables.mapping().messages());
  }

  /** Executes a script, with the schema for {@code %1$s}. */
  private void execute(String script) {
    TestMapping.script(
        TestDatabase.pool(),
        "SET LOCAL search_path = %1$s; ".formatted(schema) + script.replace("%1$s", schema));
  }

  private List<String> list(String select) {
    try (Handle handle = TestDatabase.jdbi().open()) {
      return handle.inTransaction(
          transaction -> {
            transaction.execute("SET LOCAL search_path = " + schema);
            return transaction.createQuery(select).mapTo(String.class).list();
          });
    }
  }

  private List<String> contents(TestMapping tables) {
    return list("SELECT m::text FROM %s AS m ORDER BY 1".formatted(quoted(tables)));
  }

  private List<String> catalog() {
    return TestDatabase.catalog(schema);
  }
}
