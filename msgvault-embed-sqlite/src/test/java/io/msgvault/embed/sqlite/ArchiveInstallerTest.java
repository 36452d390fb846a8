package io.msgvault.embed.sqlite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.msgvault.embed.mapping.ArchiveMapping;
import io.msgvault.embed.mapping.ArchiveMapping.Marker;
import io.msgvault.embed.mapping.ArchiveMapping.Name;
import io.msgvault.embed.mapping.IncompatibleTablesException;
import io.msgvault.embed.mapping.MappingMismatchException;
import io.msgvault.embed.memory.ArchiveMessage;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.model.StoreException;
import io.msgvault.embed.sqlite.internal.archive.MappedSql;
import io.msgvault.embed.store.Message;
import io.msgvault.embed.store.NotInstalledException;
import io.msgvault.embed.store.ScanLimits;
import io.msgvault.embed.store.Stamp;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Checks what install, validate and uninstall do to a host's file. */
class ArchiveInstallerTest {
  private static final ScanLimits ALL = new ScanLimits(1_000, 1_000_000, 1_000_000);

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

  private List<Object> schema() {
    return new ArrayList<>(sql.rows("SELECT type, name, tbl_name, sql FROM sqlite_schema"));
  }

  // Uninstalling

  @ParameterizedTest
  @EnumSource
  void uninstallRestoresTheHostSchema(TestMapping host) {
    host.tables().forEach(sql::run);
    String messages = MappedArchiveWriter.quoted(host.mapping().messages());
    sql.run("CREATE TABLE log (what TEXT)");
    sql.run(
        "CREATE TRIGGER host_log AFTER INSERT ON "
            + messages
            + " BEGIN INSERT INTO log VALUES ('x'); END");
    sql.run(
        "CREATE INDEX host_index ON "
            + messages
            + " ("
            + MappedArchiveWriter.quoted(host.mapping().id())
            + ")");
    sql.run("CREATE VIEW host_view AS SELECT * FROM " + messages);
    MappedArchiveWriter writer = new MappedArchiveWriter(sql, host.mapping());
    writer.insert(1, ArchiveMessage.of("heron", "on the roof"));
    List<Object> before = schema();
    List<Object> rows = new ArrayList<>(sql.rows("SELECT * FROM " + messages));
    SqliteMessageStore.install(file, host.mapping()).close();
    assertNotEquals(before, schema());
    try (SqliteMessageStore store = SqliteMessageStore.open(file, host.mapping())) {
      Message message = store.find(List.of(1L), 100).get(0);
      store.stamp(1, List.of(new Stamp(1, message.revision(), new Stamp.Embedded())));
    }
    SqliteMessageStore.uninstall(file, host.mapping());
    assertEquals(before, schema());
    assertEquals(rows, sql.rows("SELECT * FROM " + messages));
    SqliteMessageStore.uninstall(file, host.mapping());
    assertEquals(before, schema());
    assertThrows(NotInstalledException.class, () -> SqliteMessageStore.open(file, host.mapping()));
  }

  @Test
  void reinstalledArchiveHasNewId() {
    ArchiveMapping mapping = TestMapping.MINIMAL.mapping();
    TestMapping.MINIMAL.tables().forEach(sql::run);
    sql.run("INSERT INTO notes VALUES (1, 'text')");
    List<UUID> ids = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      SqliteMessageStore.install(file, mapping).close();
      try (SqliteMessageStore store = SqliteMessageStore.open(file, mapping)) {
        ids.add(store.archiveId());
        List<Message> needWork = store.scan(1, Scope.ALL, 0, ALL);
        assertEquals(1, needWork.size());
        store.stamp(1, List.of(new Stamp(1, needWork.get(0).revision(), new Stamp.Embedded())));
      }
      SqliteMessageStore.uninstall(file, mapping);
    }
    assertNotEquals(ids.get(0), ids.get(1));
  }

  @Test
  void uninstallKeepsVectorsInTheSameFile() {
    ArchiveMapping mapping = TestMapping.MINIMAL.mapping();
    TestMapping.MINIMAL.tables().forEach(sql::run);
    SqliteMessageStore.install(file, mapping).close();
    SqliteVectorStore.install(file).close();
    SqliteMessageStore.uninstall(file, mapping);
    assertEquals(List.of("vectors"), sql.column("SELECT component FROM embed_ledger"));
    SqliteVectorStore.openReadOnly(file).close();
  }

  // Refusals

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CREATE TABLE mails (id TEXT PRIMARY KEY, body TEXT)",
        "CREATE TABLE mails (id INTEGER, body TEXT)",
        "CREATE TABLE mails (id INTEGER UNIQUE, body TEXT)",
        "CREATE TABLE mails (id INT PRIMARY KEY, body TEXT)",
        "CREATE TABLE mails (id INTEGER PRIMARY KEY DESC, body TEXT)",
        "CREATE TABLE mails (id INTEGER, part INTEGER, body TEXT, PRIMARY KEY (id, part))",
        "CREATE TABLE mails (id INTEGER PRIMARY KEY, body TEXT) WITHOUT ROWID",
        "CREATE TABLE mails (no INTEGER PRIMARY KEY, id BLOB UNIQUE, body TEXT)"
      })
  void tableWithAnotherKeyIsRefusedWithRemedy(String table) {
    sql.run(table);
    IncompatibleTablesException refused = requireRefused(mails().build());
    assertEquals(1, refused.problems().size());
    assertTrue(refused.problems().get(0).startsWith("\"mails\".\"id\" is not"));
    assertTrue(refused.problems().get(0).contains("Copy the table into one with"));
  }

  private static ArchiveMapping.Builder mails() {
    return ArchiveMapping.builder("mails", "id").text("body");
  }

  /** Requires a refusal that changes nothing. */
  private IncompatibleTablesException requireRefused(ArchiveMapping mapping) {
    List<Object> before = schema();
    List<Object> mode = new ArrayList<>(sql.rows("PRAGMA journal_mode"));
    IncompatibleTablesException refused =
        assertThrows(
            IncompatibleTablesException.class, () -> SqliteMessageStore.install(file, mapping));
    assertEquals(before, schema());
    List<String> found = SqliteMessageStore.validate(file, mapping);
    assertFalse(found.isEmpty());
    assertEquals(before, schema());
    assertEquals(mode, sql.rows("PRAGMA journal_mode"));
    return refused;
  }

  @Test
  void idThatIsNotPositiveIsRefused() {
    sql.run("CREATE TABLE mails (id INTEGER PRIMARY KEY, body TEXT)");
    sql.run("INSERT INTO mails VALUES (-3, 'x'), (4, 'y')");
    assertTrue(requireRefused(mails().build()).problems().get(0).contains("has the value -3"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CREATE VIEW mails AS SELECT 1 AS id, 'x' AS body",
        "CREATE VIRTUAL TABLE mails USING fts5(id, body)"
      })
  void onlyOrdinaryTablesAreAccepted(String table) {
    sql.run(table);
    assertTrue(requireRefused(mails().build()).problems().get(0).contains("map an ordinary table"));
  }

  @Test
  void eachMissingTableAndColumnIsNamed() {
    sql.run("CREATE TABLE mails (id INTEGER PRIMARY KEY)");
    sql.run("CREATE TABLE people (key INTEGER PRIMARY KEY)");
    ArchiveMapping mapping =
        mails()
            .subject("title")
            .bodies("texts", "mail")
            .deleted("gone", Marker.NULL_WHILE_LIVE)
            .type("kind")
            .source(Name.by("account", "accounts", "key", "name"))
            .sender(Name.by("sender", "people", "key", "address"))
            .attachments("files", "mail")
            .sentAt("sent", ArchiveMapping.TimeFormat.EPOCH_MILLIS)
            .sizeBytes("size")
            .build();
    String problems = String.join("\n", requireRefused(mapping).problems());
    for (String name :
        List.of(
            "\"mails\".\"title\"",
            "\"mails\".\"gone\"",
            "\"mails\".\"kind\"",
            "\"mails\".\"sent\"",
            "\"mails\".\"size\"",
            "\"mails\".\"account\"",
            "\"mails\".\"sender\"",
            "\"people\".\"address\"",
            "no table \"texts\"",
            "no table \"accounts\"",
            "no table \"files\"")) {
      assertTrue(problems.contains(name), () -> name + " is not named in\n" + problems);
    }
  }

  @Test
  void generatedColumnIsRefused() {
    sql.run(
        """
        CREATE TABLE mails (id INTEGER PRIMARY KEY, raw TEXT,
                            body TEXT GENERATED ALWAYS AS (lower(raw)) VIRTUAL)
        """);
    assertTrue(requireRefused(mails().build()).problems().get(0).contains("is generated"));
  }

  @Test
  void bodiesWithoutUniqueKeyAreRefused() {
    sql.run("CREATE TABLE mails (id INTEGER PRIMARY KEY)");
    sql.run("CREATE TABLE texts (mail INTEGER, part INTEGER, body TEXT, UNIQUE (mail, part))");
    ArchiveMapping mapping = mails().bodies("texts", "mail").build();
    assertTrue(requireRefused(mapping).problems().get(0).contains("create a unique index"));
    sql.run("CREATE UNIQUE INDEX one_text ON texts (mail)");
    SqliteMessageStore.install(file, mapping).close();
    assertEquals(List.of(), SqliteMessageStore.validate(file, mapping));
    SqliteMessageStore.uninstall(file, mapping);
    assertTrue(
        requireRefused(mails().bodies("mails", "id").build())
            .problems()
            .get(0)
            .contains("without"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"TEXT", "", "BLOB", "VARCHAR(20)"})
  void bodiesWithoutNumericKeyAreRefused(String type) {
    sql.run("CREATE TABLE mails (id INTEGER PRIMARY KEY)");
    sql.run("CREATE TABLE texts (mail " + type + " PRIMARY KEY, body TEXT) WITHOUT ROWID");
    ArchiveMapping mapping = mails().bodies("texts", "mail").build();
    assertTrue(requireRefused(mapping).problems().get(0).contains("make it an INTEGER"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"INTEGER", "bigint", "NUMERIC"})
  void bodiesMayBeInTableWithoutRowid(String type) {
    sql.run("CREATE TABLE mails (id INTEGER PRIMARY KEY)");
    sql.run("CREATE TABLE texts (mail " + type + " PRIMARY KEY, body TEXT) WITHOUT ROWID");
    ArchiveMapping mapping = mails().bodies("texts", "mail").build();
    SqliteMessageStore.install(file, mapping).close();
    MappedArchiveWriter writer = new MappedArchiveWriter(sql, mapping);
    try (SqliteMessageStore store = SqliteMessageStore.open(file, mapping)) {
      writer.insert(1, ArchiveMessage.of("", "heron"));
      Message message = store.scan(1, Scope.ALL, 0, ALL).get(0);
      assertEquals("heron", message.text());
      store.stamp(1, List.of(new Stamp(1, message.revision(), new Stamp.Embedded())));
      sql.run("UPDATE texts SET body = 'crane'");
      assertEquals("crane", store.scan(1, Scope.ALL, 0, ALL).get(0).text());
    }
  }

  @Test
  void takenNameIsRefused() {
    sql.run("CREATE TABLE mails (id INTEGER PRIMARY KEY, body TEXT)");
    sql.run("CREATE TABLE embed_stamps (id INTEGER)");
    sql.run("CREATE TRIGGER embed_message_insert AFTER DELETE ON mails BEGIN SELECT 1; END");
    List<String> problems = requireRefused(mails().build()).problems();
    assertEquals(2, problems.size());
    assertTrue(problems.get(0).contains("embed_stamps"));
    assertTrue(problems.get(1).contains("embed_message_insert"));
  }

  @Test
  void otherMappingIsRefusedByEveryVerb() {
    sql.run("CREATE TABLE mails (id INTEGER PRIMARY KEY, body TEXT, title TEXT)");
    ArchiveMapping one = mails().build();
    ArchiveMapping other = mails().subject("title").build();
    SqliteMessageStore.install(file, one).close();
    MappingMismatchException refused =
        assertThrows(MappingMismatchException.class, () -> SqliteMessageStore.install(file, other));
    assertEquals(
        List.of("installed with subject none, given subject \"title\""), refused.differences());
    assertThrows(MappingMismatchException.class, () -> SqliteMessageStore.uninstall(file, other));
    assertThrows(MappingMismatchException.class, () -> SqliteMessageStore.open(file, other));
    assertThrows(
        MappingMismatchException.class, () -> SqliteMessageStore.openReadOnly(file, other));
    assertThrows(MappingMismatchException.class, () -> SqliteArchive.install(file));
    assertThrows(MappingMismatchException.class, () -> SqliteMessageStore.install(file));
    assertEquals(refused.differences(), SqliteMessageStore.validate(file, other));
    assertEquals(List.of(), SqliteMessageStore.validate(file, one));
  }

  @Test
  void openRefusesTablesThatAreNotInstalled() throws Exception {
    sql.run("CREATE TABLE mails (id INTEGER PRIMARY KEY, body TEXT)");
    byte[] before = Files.readAllBytes(file);
    ArchiveMapping mapping = mails().build();
    List<String> missing = List.of("it is not installed: call SqliteMessageStore.install");
    assertEquals(missing, SqliteMessageStore.validate(file, mapping));
    NotInstalledException refused =
        assertThrows(NotInstalledException.class, () -> SqliteMessageStore.open(file, mapping));
    assertTrue(refused.getMessage().contains("SqliteMessageStore.install"), refused::getMessage);
    assertEquals(List.of("host.db"), folder.names());
    assertEquals(before.length, Files.size(file));
    Path absent = folder.file("absent.db");
    assertThrows(StoreException.class, () -> SqliteMessageStore.install(absent, mapping));
    assertThrows(StoreException.class, () -> SqliteMessageStore.validate(absent, mapping));
    assertFalse(Files.exists(absent));
  }

  /** The bundled tables have a mapping like any other. */
  @Test
  void bundledArchiveOpensWithItsMapping() {
    SqliteArchive.install(file).close();
    SqliteMessageStore.open(file, MappedSql.BUNDLED_TABLES).close();
    assertEquals(List.of(), SqliteMessageStore.validate(file, MappedSql.BUNDLED_TABLES));
  }

  // Names

  /** Names that a statement might confuse with its own words. */
  @Provide
  Arbitrary<String> unusualNames() {
    return Arbitraries.oneOf(
        Arbitraries.strings().ofMinLength(1).ofMaxLength(12),
        Arbitraries.of(
            "select",
            "order",
            "x; --",
            "'",
            "`",
            "[a]",
            "{id}",
            "{m.id}",
            "{messages}",
            "$1",
            "%s",
            "\\",
            "?1",
            ":x",
            " ",
            ".",
            "main.mails",
            "rowid",
            "oid",
            "_rowid_",
            "NEW",
            "OLD",
            "m",
            "n",
            "b",
            "o",
            "step",
            "true",
            "NULL",
            "é",
            "𝒯",
            "id",
            "ID",
            "é".repeat(31),
            "x".repeat(63)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a\"b",
        "a\"; DROP TABLE mails; --",
        "\"",
        "a\0b",
        "a\nb",
        "a\u0085b",
        "embed_x",
        "EMBED_x",
        "sqlite_x",
        "SQLITE_x",
        "eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee"
      })
  void hostileNameNeverReachesTheDatabase(String name) {
    assertThrows(
        IllegalArgumentException.class, () -> ArchiveMapping.builder(name, "id").text("t").build());
    assertThrows(
        IllegalArgumentException.class, () -> ArchiveMapping.builder("t", name).text("t").build());
    assertThrows(
        IllegalArgumentException.class, () -> ArchiveMapping.builder("t", "id").text(name).build());
    assertThrows(IllegalArgumentException.class, () -> mails().bodies(name, "id").build());
    assertThrows(IllegalArgumentException.class, () -> mails().type(name).build());
    assertThrows(IllegalArgumentException.class, () -> mails().source(Name.in(name)).build());
  }

  /** A name either is refused before it reaches the database or works from end to end. */
  @Property(tries = 100, edgeCases = EdgeCasesMode.NONE)
  void unusualNameWorksFromEndToEnd(
      @ForAll("unusualNames") String table,
      @ForAll("unusualNames") String id,
      @ForAll("unusualNames") String title,
      @ForAll("unusualNames") String body,
      @ForAll("unusualNames") String flag) {
    ArchiveMapping mapping;
    try {
      mapping =
          ArchiveMapping.builder(table, id)
              .subject(title)
              .text(body)
              .deleted(flag, Marker.FALSE_WHILE_LIVE)
              .type(title)
              .build();
    } catch (IllegalArgumentException refused) {
      return;
    }
    try (TempFolder own = TempFolder.create();
        SqlClient host = new SqlClient(own.file("host.db"))) {
      try {
        host.run(
            "CREATE TABLE \"%s\" (\"%s\" INTEGER PRIMARY KEY, \"%s\", \"%s\", \"%s\")"
                .formatted(table, id, title, body, flag));
      } catch (AssertionError notAHostsTable) {
        return;
      }
      SqliteMessageStore.install(own.file("host.db"), mapping).close();
      MappedArchiveWriter writer = new MappedArchiveWriter(host, mapping);
      try (SqliteMessageStore store = SqliteMessageStore.open(own.file("host.db"), mapping)) {
        writer.insert(1, ArchiveMessage.of("heron", "roof"));
        Message message = store.scan(1, Scope.ALL, 0, ALL).get(0);
        store.stamp(1, List.of(new Stamp(1, message.revision(), new Stamp.Embedded())));
        assertEquals(1, store.coverage(1, Scope.ALL).embedded());
        writer.edit(1, new ArchiveMessage.Content("heron", "yard", ""));
        assertEquals(1, store.coverage(1, Scope.ALL).missing());
        writer.delete(1);
        assertEquals(0, store.coverage(1, Scope.ALL).live());
      }
      assertEquals(List.of(), SqliteMessageStore.validate(own.file("host.db"), mapping));
      SqliteMessageStore.uninstall(own.file("host.db"), mapping);
      assertEquals(1L, host.number("SELECT count(*) FROM sqlite_schema").orElseThrow());
    }
  }
}
